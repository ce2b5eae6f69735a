import { join } from 'node:path';
import { z } from 'zod';
import { packageStage } from '../../client/package.ts';
import { type Resources, resourcesOf } from '../../scripts/resourceList.ts';

/** Every param that changes what the template of `prod` has. In one package for all tests: each takes many seconds. */
export const changedParams = {
  dataKey: 'own',
  personalData: 'protected',
  collectConcurrency: '200',
  landConcurrency: '8',
  timeZone: 'Asia/Seoul',
  archive: 'firehose',
  windowsFanOut: 'on',
};

/** Params that add all that they can to `prod`: states, functions, alarms. */
export const addingParams = {
  archive: 'firehose',
  ...{ postgres: 'aurora', postgresVpc: 'vpc-1', postgresSubnets: 'subnet-1,subnet-2' },
};

export interface Packaged {
  folder: string;
  resources: Resources;
  /** logical id and properties of each resource of a type */
  ofType(type: string): [id: string, properties: Record<string, unknown>][];
}

/** The package of a stage as `serverless deploy` would send it. Made once; later calls find it unchanged. */
export const packaged = async (
  stage: string,
  params: Readonly<Record<string, string>> = {},
): Promise<Packaged> => {
  const folder = await packageStage(stage, params);
  const resources = resourcesOf(join(folder, 'cloudformation-template-update-stack.json'));
  const ofType = (type: string): [string, Record<string, unknown>][] =>
    Object.entries(resources).flatMap(([id, one]) => (one.Type === type ? [[id, one.Properties]] : []));
  return { folder, resources, ofType };
};

const reference = z.union([
  z.object({ Ref: z.string() }).transform((one) => one.Ref),
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform((one) => one['Fn::GetAtt'][0]),
]);

const substituted = z
  .object({ 'Fn::Sub': z.tuple([z.string(), z.record(z.string(), reference)]) })
  .transform(({ 'Fn::Sub': [text, values] }) =>
    text.replaceAll(/\$\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder),
  );

const machine = z.object({
  StateMachineName: z.string(),
  DefinitionString: z.union([z.string(), substituted]),
});

/** The state machines of a package, by name; a resource that a definition refers to stands there as its logical id. */
export const stateMachines = ({ ofType }: Packaged): Record<string, unknown> =>
  Object.fromEntries(
    ofType('AWS::StepFunctions::StateMachine')
      .map(([, properties]) => machine.parse(properties))
      .map(({ StateMachineName, DefinitionString }) => [StateMachineName, JSON.parse(DefinitionString)]),
  );
