import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { difference, listed, nameOf, pinned, type Resources } from '../../scripts/resourceList.ts';
import { packaged } from '../helpers/packaged.ts';
import { describeShipped } from '../helpers/shipped.ts';

/** Types that hold what cannot be made again, or that people and other systems know by name. */
const stateful = [
  'AWS::DynamoDB::Table',
  'AWS::Glue::Database',
  'AWS::KMS::Key',
  'AWS::Kinesis::Stream',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
];

const resources: Record<string, Resources> = {};

beforeAll(async () => {
  for (const stage of ['prod', 'dev', 'local']) {
    resources[stage] = (await packaged(stage)).resources;
  }
}, 200_000);

const of = (stage: string): Resources => resources[stage] ?? {};

describeShipped('the resources of prod, with the queries that ship', () => {
  test('are those of resources.txt; after a change: npm run check:resources, and look at its diff', () => {
    const known = readFileSync('test/template/resources.txt', 'utf8').trimEnd().split('\n');
    expect(listed(of('prod'))).toEqual(known);
  });
});

describe('the resources of prod', () => {
  test('that hold data keep the logical id and all that an update cannot change without making them anew', () => {
    const found = Object.entries(of('prod')).filter(([, { Type }]) => stateful.includes(Type));
    // A changed line here means an empty bucket, table or stream beside the old one. Change it only with a plan for
    // the data: see docs/guides/operations.md, "What an update may not change".
    expect(Object.fromEntries(found.map(([id, one]) => [id, pinned(one)]))).toEqual({
      CatalogDatabase: { name: 'headrace_prod' },
      EventStream: { Name: 'headrace-prod-events', name: 'headrace-prod-events' },
      FailedBucket: {
        BucketName: { 'Fn::Sub': `headrace-prod-failed-\${AWS::AccountId}` },
        name: `headrace-prod-failed-\${AWS::AccountId}`,
      },
      KeysTable: {
        TableName: 'headrace-prod-keys',
        KeySchema: [{ AttributeName: 'key_hash', KeyType: 'HASH' }],
        name: 'headrace-prod-keys',
      },
      LakeBucket: {
        BucketName: { 'Fn::Sub': `headrace-prod-lake-\${AWS::AccountId}` },
        name: `headrace-prod-lake-\${AWS::AccountId}`,
      },
      LedgerTable: {
        TableName: 'headrace-prod-ledger',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        name: 'headrace-prod-ledger',
      },
      ResultsBucket: {
        BucketName: { 'Fn::Sub': `headrace-prod-results-\${AWS::AccountId}` },
        name: `headrace-prod-results-\${AWS::AccountId}`,
      },
      ServerlessDeploymentBucket: { name: '-' }, // osls's, for zips
    });
  });
});

describe.each(['dev', 'local'])('the resources of %s', (stage) => {
  test('are those of prod: what is tried there is what runs', () => {
    const names = (list: Resources) => Object.entries(list).map(([id, { Type }]) => `${id} ${Type}`);
    // By its params local has an archive besides, PostgreSQL, and windows with a connection of their own to the stream.
    const shared = names(of(stage)).filter(
      (name) => stage !== 'local' || !/^(Archive|Postgres|WindowsConsumer|WindowsFanOut)/.test(name),
    );
    expect(shared.sort()).toEqual(names(of('prod')).sort());
  });
});

describe('the difference of two templates', () => {
  const stream = (name: string) => ({
    Type: 'AWS::Kinesis::Stream',
    DeletionPolicy: 'Retain',
    Properties: { Name: name, RetentionPeriodHours: 24 },
  });
  const code = (key: string) => ({
    Type: 'AWS::Lambda::Function',
    DeletionPolicy: 'Delete',
    Properties: { FunctionName: 'f', Code: { S3Key: key } },
  });

  test('names what is added, removed, replaced and changed in place', () => {
    const before = { A: stream('a'), B: stream('b'), C: stream('c'), F: code('1') };
    const after = {
      B: stream('b2'),
      C: { ...stream('c'), Properties: { Name: 'c', RetentionPeriodHours: 48 } },
      D: stream('d'),
      F: code('2'),
    };
    expect(difference(before, after)).toEqual({
      added: ['D (AWS::Kinesis::Stream)'],
      removed: ['A (AWS::Kinesis::Stream), retained'],
      replaced: ['B (AWS::Kinesis::Stream): Name, name'],
      changed: ['C (AWS::Kinesis::Stream)'],
    });
  });

  test('is nothing between two packages of the same code, though their zips lie elsewhere', () => {
    expect(difference({ F: code('1') }, { F: code('2') })).toEqual({
      added: [],
      removed: [],
      replaced: [],
      changed: [],
    });
  });

  test('takes another type under the same id for a replacement', () => {
    const { replaced } = difference({ A: stream('a') }, { A: code('1') });
    expect(replaced).toEqual(['A (AWS::Lambda::Function): it was AWS::Kinesis::Stream']);
  });

  test('finds a name inside of an input, where the schemas of CloudFormation do not look', () => {
    const table = (name: string) => ({
      Type: 'AWS::Glue::Database',
      DeletionPolicy: 'Delete',
      Properties: { DatabaseInput: { Name: name } },
    });
    expect(nameOf(table('a'))).toBe('a');
    expect(difference({ T: table('a') }, { T: table('b') }).replaced).toEqual([
      'T (AWS::Glue::Database): name',
    ]);
  });
});
