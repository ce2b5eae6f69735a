import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetTableVersionsCommand, GlueClient } from '@aws-sdk/client-glue';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import type { Emulator } from '../../src/emulator.ts';
import { eachEmulator } from './boot.ts';
import { glueTable, resources, writePackage } from './package.ts';

const { boot, inFolder } = eachEmulator();

const client = (stage: Emulator) => ({
  endpoint: stage.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

const post = (stage: Emulator, body: string): Promise<Response> =>
  fetch(`${stage.httpApi}/v1/events`, { method: 'POST', body });

const listLake = async (stage: Emulator, prefix: string): Promise<string[]> => {
  const listed = await new S3Client(client(stage)).send(
    new ListObjectsV2Command({ Bucket: stage.names.LakeBucket!, Prefix: prefix }),
  );
  return (listed.Contents ?? []).map(({ Key }) => Key ?? '');
};

const readLake = async (stage: Emulator, key: string): Promise<string> => {
  const got = await new S3Client(client(stage)).send(
    new GetObjectCommand({ Bucket: stage.names.LakeBucket!, Key: key }),
  );
  return (await got.Body?.transformToString()) ?? '';
};

describe('a stage from a package', () => {
  test('takes a request in at the collector and lands it in the lake', async () => {
    const stage = await boot();
    const response = await post(stage, '{"event_name":"page_view"}\n');
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ accepted: 1, who: expect.stringMatching(/^ASIA[0-9A-F]{16}$/) });
    await stage.mappingsIdle();
    const keys = await listLake(stage, 'raw/');
    expect(keys).toHaveLength(1);
    expect(await readLake(stage, keys[0]!)).toBe('{"event_name":"page_view"}\n');
  });

  test('puts what a function cannot take, whole, where its mapping says', async () => {
    const stage = await boot();
    await post(stage, 'poison');
    await stage.mappingsIdle();
    const [key, ...more] = await listLake(stage, 'aws/lambda/');
    expect(more).toEqual([]);
    expect(key).toMatch(
      /^aws\/lambda\/[0-9a-f-]{36}\/shardId-\d{12}\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
    );
    const record = JSON.parse(await readLake(stage, key!));
    expect(record).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 1 },
      responseContext: { statusCode: 200, functionError: 'Unhandled' },
      version: '1.0',
      KinesisBatchInfo: {
        batchSize: 1,
        streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/headrace-local-events',
      },
    });
    const [failed] = JSON.parse(record.payload).Records;
    expect(Buffer.from(failed.kinesis.data, 'base64').toString()).toBe('poison');
  });

  test('answers for itself: health, mappings, functions, schedules', async () => {
    const stage = await boot();
    const ask = async (path: string, init?: RequestInit) =>
      JSON.parse(await (await fetch(`${stage.endpoint}/_emulator/${path}`, init)).text());
    await post(stage, '{}');
    expect(await ask('health')).toMatchObject({
      status: 'ok',
      stage: 'local',
      pid: process.pid,
      endpoint: stage.endpoint,
    });
    const { mappings } = await ask('mappings?wait=idle');
    expect(mappings).toMatchObject([{ idle: true, shards: [{ atTip: true }, { atTip: true }] }]);
    expect((await ask('functions')).functions['headrace-local-collect']).toMatchObject({
      invocations: 1,
      memoryMb: 256,
    });
    expect((await ask('schedules')).schedules).toMatchObject([
      { name: 'headrace-local-sweep', enabled: false },
    ]);
    expect(await ask('schedules/headrace-local-sweep/fire', { method: 'POST' })).toMatchObject({
      fired: [{ payload: '{"batchItemFailures":[]}' }],
    });
    expect((await fetch(`${stage.endpoint}/_emulator/schedules/other/fire`, { method: 'POST' })).status).toBe(
      404,
    );
  });

  test('runs a function by its key', async () => {
    const stage = await boot();
    expect(await stage.invoke('land', { Records: [] })).toEqual({ value: { batchItemFailures: [] } });
    expect(await stage.invoke('headrace-local-land', {})).toMatchObject({ functionError: 'Unhandled' });
  });

  test('gives up what it does not emulate before anything is started, naming it', async () => {
    const declared = { ...resources(), Cluster: { Type: 'AWS::Redshift::Cluster', Properties: {} } };
    const packageDir = writePackage(inFolder('package'), declared);
    await expect(boot({ packageDir })).rejects.toThrow('Cluster (AWS::Redshift::Cluster)');
    await boot({ packageDir: writePackage(inFolder('package')) });
  });

  test('says which file is missing when nothing was packaged', async () => {
    await expect(boot({ packageDir: inFolder('nowhere') })).rejects.toThrow(
      /No packaged template at .*nowhere/,
    );
  });
});

describe('a second boot on the same data', () => {
  test('finds everything there and makes nothing new', async () => {
    const first = await boot();
    await post(first, '{"n":1}');
    await first.mappingsIdle();
    await first.close();
    const second = await boot();
    const { Table } = await new DynamoDBClient(client(second)).send(
      new DescribeTableCommand({ TableName: 'headrace-local-ledger' }),
    );
    expect(Table?.TableStatus).toBe('ACTIVE');
    const versions = await new GlueClient(client(second)).send(
      new GetTableVersionsCommand({ DatabaseName: 'headrace_local', TableName: 'events' }),
    );
    expect(versions.TableVersions).toHaveLength(1);
    await second.mappingsIdle();
    expect(await listLake(second, 'raw/')).toHaveLength(1);
  });

  test('with another definition of a table makes a new version of it', async () => {
    await (await boot()).close();
    const columns = [
      { Name: 'event_id', Type: 'string' },
      { Name: 'revenue', Type: 'double' },
    ];
    const second = await boot({
      packageDir: writePackage(inFolder('package'), { ...resources(), EventsTable: glueTable(columns) }),
    });
    const { TableVersions } = await new GlueClient(client(second)).send(
      new GetTableVersionsCommand({ DatabaseName: 'headrace_local', TableName: 'events' }),
    );
    expect(TableVersions?.map(({ Table }) => Table?.StorageDescriptor?.Columns?.length)).toEqual([2, 1]);
  });

  test('with other keys of a table in the ledger is refused', async () => {
    await (await boot()).close();
    const declared = resources();
    const LedgerTable = {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'headrace-local-ledger',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      },
    };
    const packageDir = writePackage(inFolder('package'), { ...declared, LedgerTable });
    await expect(boot({ packageDir })).rejects.toThrow(/headrace-local-ledger.*Start with --fresh/);
    await expect(boot({ packageDir, fresh: true })).resolves.toBeDefined();
  });

  test('with fresh starts empty', async () => {
    const first = await boot();
    await post(first, '{"n":1}');
    await first.mappingsIdle();
    await first.close();
    const second = await boot({ fresh: true });
    await second.mappingsIdle();
    expect(await listLake(second, '')).toEqual([]);
  });
});

describe('a data folder', () => {
  test('of another service is refused, and keeps what it holds, even when it is to be emptied', async () => {
    const stage = await boot();
    await stage.close();
    for (const fresh of [false, true])
      await expect(boot({ deployment: { service: 'orders' }, fresh })).rejects.toThrow(
        'holds data of the service "headrace", not of "orders"',
      );
    await expect(boot()).resolves.toHaveProperty('endpoint');
  });

  test('opens when the machine stopped while it noted whose it is', async () => {
    const stage = await boot();
    await stage.close();
    writeFileSync(join(inFolder('data'), 'service.json'), '');
    await expect(boot()).resolves.toHaveProperty('endpoint');
  });

  test('of which it cannot be read whose it is, is not taken for anybody', async () => {
    const stage = await boot();
    await stage.close();
    const file = join(inFolder('data'), 'service.json');
    rmSync(file);
    mkdirSync(file);
    await expect(boot({ fresh: true })).rejects.toThrow('EISDIR');
  });

  test('is refused to a second stage while one runs on it', async () => {
    const stage = await boot();
    await expect(boot()).rejects.toThrow(`(process ${process.pid}, ${stage.endpoint})`);
    await expect(boot({ fresh: true })).rejects.toThrow('Another emulator runs on');
    expect((await post(stage, '{}')).status).toBe(202);
  });

  test('that holds something else is never taken, least of all emptied', async () => {
    writePackage(inFolder('data'));
    await expect(boot({ packageDir: writePackage(inFolder('package')), fresh: true })).rejects.toThrow(
      'no emulator has kept data there',
    );
    expect(readdirSync(inFolder('data'))).toContain('collect.zip');
  });

  test('has its emulator.json while the stage runs, and no longer', async () => {
    const stage = await boot();
    expect(readdirSync(inFolder('data'))).toContain('emulator.json');
    await stage.close();
    expect(readdirSync(inFolder('data'))).not.toContain('emulator.json');
  });
});

test('a port in use is named, with the way out', async () => {
  const { port } = await boot();
  await expect(boot({ port, dataDir: inFolder('other') })).rejects.toThrow(
    `Port ${port} is in use. Choose another one with --port`,
  );
});

test('requests that are cut off by a dying service can be played', async () => {
  const dropped: string[] = [];
  const stage = await boot({
    intercept: async ({ service, operation }) => {
      if (service !== 'kinesis' || dropped.length > 0) return undefined;
      dropped.push(operation);
      return 'drop';
    },
  });
  // The SDK inside of the function tries again.
  expect((await post(stage, '{}')).status).toBe(202);
  expect(dropped).toEqual(['PutRecord']);
});
