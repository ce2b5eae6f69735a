import { z } from 'zod';
import { readYaml } from '../../helpers/cloudFormationYaml.ts';

const several = z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]);
const statement = z.object({
  Sid: z.string(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.union([z.array(z.string()), z.string().transform((one) => [one])]),
  Resource: several,
  Condition: z.unknown().optional(),
});
const bootstrap = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z.looseObject({
        PolicyDocument: z.object({ Version: z.string(), Statement: z.array(statement) }).optional(),
      }),
    }),
  ),
});

export const bootstrapTemplate = bootstrap.parse(readYaml('docs/guides/deploy/bootstrap.yml'));

/** The policies whose logical id matches. */
export const policiesOf = (name: RegExp) =>
  Object.entries(bootstrapTemplate.Resources).flatMap(([id, { Properties }]) =>
    name.test(id) ? (Properties.PolicyDocument ?? []) : [],
  );

/** An ARN as the template spells it, `${Stage}` and the like in it. */
export const arnOf = (resource: unknown): string =>
  z.object({ 'Fn::Sub': z.string() }).safeParse(resource).data?.['Fn::Sub'] ?? String(resource);
