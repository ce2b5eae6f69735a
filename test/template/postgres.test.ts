import { expect, test } from '@jest/globals';
import { postgresKeyUses } from '../../resources/data/encryption.ts';
import {
  choiceOf,
  functionVpcOf,
  listOf,
  type PostgresParams,
  sinkEnvironmentOf,
  upkeepEnvironmentOf,
} from '../../resources/postgres.ts';

const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/events-AbCdEf';

const params = (given: Partial<PostgresParams> = {}): PostgresParams => ({
  ...{
    postgres: 'aurora',
    stage: 'prod',
    vpc: 'vpc-1',
    subnets: ['subnet-1', 'subnet-2'],
    securityGroups: [],
  },
  ...{ keepDays: 35, ...given },
});

const nowhere = { vpc: 'none', subnets: [], securityGroups: [] };

test.each<[Partial<PostgresParams>, string]>([
  [{ postgres: 'none', ...nowhere }, 'none'],
  [{}, 'aurora'],
  [{ stage: 'local', ...nowhere }, 'aurora'],
  [{ postgres: secret, ...nowhere }, 'secret'],
  [{ postgres: secret }, 'secret'],
])('%j is %s', (given, expected) => {
  expect(choiceOf(params(given))).toBe(expected);
});

test.each<[Partial<PostgresParams>, string]>([
  [{ postgres: 'yes' }, 'postgres: "yes" is neither none, aurora nor the ARN of a secret'],
  [{ postgres: 'arn:aws:rds:us-east-1:123456789012:cluster:shop' }, 'nor the ARN of a secret'],
  [nowhere, 'postgres: aurora needs postgresVpc and two postgresSubnets'],
  [{ subnets: ['subnet-1'] }, 'needs postgresVpc and two postgresSubnets'],
  [{ postgres: secret, vpc: 'none' }, 'a database in a VPC needs postgresVpc and two postgresSubnets'],
  [{ postgres: secret, ...nowhere, securityGroups: ['sg-1'] }, 'needs postgresVpc and two postgresSubnets'],
])('%j stops the packaging', (given, reason) => {
  expect(() => choiceOf(params(given))).toThrow(reason);
});

test('the functions join a group of their own and those of the param, and none without a VPC', () => {
  expect(functionVpcOf(params({ securityGroups: ['sg-1'] }))).toEqual({
    securityGroupIds: [{ 'Fn::GetAtt': ['PostgresFunctionsSecurityGroup', 'GroupId'] }, 'sg-1'],
    subnetIds: ['subnet-1', 'subnet-2'],
  });
  expect(functionVpcOf(params({ postgres: secret, ...nowhere }))).toBe(false);
});

test('only the upkeep of a cluster of the stack knows other logins than its own', () => {
  const own = upkeepEnvironmentOf(params());
  expect(own).toMatchObject({
    POSTGRES_SECRET: { 'Fn::GetAtt': ['PostgresCluster', 'MasterUserSecret.SecretArn'] },
    POSTGRES_WRITER_SECRET: { Ref: 'PostgresWriterSecret' },
    POSTGRES_READER_SECRET: { Ref: 'PostgresReaderSecret' },
  });
  expect(sinkEnvironmentOf(params())).toMatchObject({ POSTGRES_SECRET: { Ref: 'PostgresWriterSecret' } });
  const yours = JSON.stringify(upkeepEnvironmentOf(params({ postgres: secret, ...nowhere })));
  expect(yours).toContain(secret);
  expect(yours).not.toMatch(/HOST|WRITER|READER|PostgresCluster/);
});

test.each([
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  ['a, b', ['a', 'b']],
  [[], []],
  ['', []],
])('%j on the command line or in the file is the list %j', (given, expected) => {
  expect(listOf(given)).toEqual(expected);
});

test('a key of the stage is lent to the two roles, and only for what they read and write', () => {
  expect(postgresKeyUses.map(({ roles, service, actions }) => [...roles, service, ...actions])).toEqual([
    ['PostgresRole', 'kinesis', 'Decrypt'],
    ['PostgresRole', 's3', 'GenerateDataKey'],
    ['PostgresUpkeepRole', 's3', 'Decrypt'],
  ]);
});
