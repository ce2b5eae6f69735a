import { DescribeDBClustersCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, test } from '@jest/globals';
import { Client } from 'pg';
import type { Emulator } from '../../src/emulator.ts';
import { createFaults } from '../../src/faults/faults.ts';
import { eachEmulator } from '../emulator/boot.ts';
import { resources, writePackage } from '../emulator/package.ts';
import { cluster } from './cluster.ts';

const { boot, inFolder } = eachEmulator();

const open: { destroy(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.destroy();
});

const password = { ExcludePunctuation: true, PasswordLength: 20 };

/** The small package with a cluster, its network, and a login of one's own. */
const withCluster = (): Record<string, object> => ({
  ...resources(),
  Database: {
    Type: 'AWS::RDS::DBCluster',
    Properties: {
      ...cluster,
      DBClusterIdentifier: 'Shop',
      DBSubnetGroupName: { Ref: 'Subnets' },
      VpcSecurityGroupIds: [{ 'Fn::GetAtt': ['Group', 'GroupId'] }],
    },
  },
  Instance: {
    Type: 'AWS::RDS::DBInstance',
    Properties: { DBClusterIdentifier: { Ref: 'Database' }, DBInstanceClass: 'db.serverless' },
  },
  Subnets: { Type: 'AWS::RDS::DBSubnetGroup', Properties: { SubnetIds: ['subnet-1', 'subnet-2'] } },
  Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'database' } },
  ReaderSecret: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: {
      Name: 'reader',
      GenerateSecretString: {
        ...password,
        SecretStringTemplate: { 'Fn::Sub': `{"username":"reader","port":\${Database.Endpoint.Port}}` },
        GenerateStringKey: 'password',
      },
    },
  },
});

const at = ({ endpoint: address }: Emulator) => {
  const options = {
    endpoint: address,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  const rds = new RDSClient(options);
  const secrets = new SecretsManagerClient(options);
  open.push(rds, secrets);
  return {
    describe: async (DBClusterIdentifier?: string) =>
      (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters,
    async secret(SecretId = ''): Promise<Record<string, string>> {
      const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
      return JSON.parse(SecretString);
    },
  };
};

test('a client finds the cluster by the API, and logs in with the secret that RDS has made', async () => {
  const faults = createFaults({
    seed: '1',
    rules: [{ service: 'rds', operation: 'COMMIT', kind: 'droppedAfter', calls: [1] }],
  });
  const emulator = await boot({ packageDir: writePackage(inFolder('package'), withCluster()), faults });
  const { describe, secret } = at(emulator);
  const [described] = (await describe('shop')) ?? [];
  expect(described).toMatchObject({
    ...{
      DBClusterIdentifier: 'shop',
      Engine: 'aurora-postgresql',
      EngineVersion: '17.5',
      Status: 'available',
    },
    ...{ DatabaseName: 'shop', MasterUsername: 'owner', Endpoint: '127.0.0.1' },
    DBClusterArn: 'arn:aws:rds:us-east-1:000000000000:cluster:shop',
  });
  const port = described?.Port ?? 0;
  expect(await secret('reader')).toEqual({
    username: 'reader',
    port,
    password: expect.stringMatching(/^[A-Za-z0-9]{20}$/),
  });
  const { username: user, password } = await secret(described?.MasterUserSecret?.SecretArn);
  const login = async (): Promise<Client> => {
    const client = new Client({ host: '127.0.0.1', port, database: 'shop', user, password });
    client.on('error', () => {});
    await client.connect();
    open.push({ destroy: () => void client.end().catch(() => {}) });
    return client;
  };
  const client = await login();
  await client.query('CREATE TABLE kept (n int)');
  await client.query('BEGIN');
  await client.query('INSERT INTO kept VALUES (1)');
  await expect(client.query('COMMIT')).rejects.toThrow();
  expect((await (await login()).query('SELECT n FROM kept')).rows).toEqual([{ n: 1 }]);
  expect(faults.counts()).toEqual({ droppedAfter: 1 });
  expect(emulator.databases()).toMatchObject([{ id: 'Database', port }]);
  await expect(describe('other')).rejects.toMatchObject({ name: 'DBClusterNotFoundFault' });
});
