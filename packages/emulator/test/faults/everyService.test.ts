import { readFileSync } from 'node:fs';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateDatabaseCommand,
  GetDatabaseCommand,
  GetDatabasesCommand,
  StartCrawlerCommand,
  UpdatePartitionCommand,
} from '@aws-sdk/client-glue';
import { CreateStreamCommand, ListStreamsCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { sharedData } from '../../../sharedData.ts';
import { errorOf } from '../../src/faults/errors.ts';
import type { FaultKind, FaultRule } from '../../src/faults/rules.ts';
import type { Services } from '../endpoint/fixture.ts';
import { eachFaulty } from './fixture.ts';

const start = eachFaulty();

/** A call of each service that changes nothing, and works on an empty stage. */
const calls: Record<string, (at: Services) => Promise<unknown>> = {
  kinesis: ({ kinesis }) => kinesis.send(new ListStreamsCommand({})),
  dynamodb: ({ dynamodb }) => dynamodb.send(new ListTablesCommand({})),
  s3: ({ s3 }) => s3.send(new ListBucketsCommand({})),
  glue: ({ glue }) => glue.send(new GetDatabasesCommand({})),
};

const errorOfCall = async (call: Promise<unknown>): Promise<{ name: string; status: number | undefined }> =>
  call.then(
    () => ({ name: 'no error', status: 200 }),
    (error: Error & { $metadata?: { httpStatusCode?: number } }) => ({
      name: error.name,
      status: error.$metadata?.httpStatusCode,
    }),
  );

describe('a client of AWS over HTTP', () => {
  test.each([
    ['kinesis', 'throttled', 'ProvisionedThroughputExceededException', 400],
    ['kinesis', 'serverError', 'InternalFailure', 500],
    ['dynamodb', 'throttled', 'ProvisionedThroughputExceededException', 400],
    ['dynamodb', 'serverError', 'InternalServerError', 500],
    ['s3', 'throttled', 'SlowDown', 503],
    ['s3', 'serverError', 'InternalError', 503],
    ['glue', 'throttled', 'ThrottlingException', 400],
    ['glue', 'serverError', 'InternalServiceException', 500],
  ] as const)(
    'of %s that is %s hears %s, at the call of the rule and at no other',
    async (service, kind, name, status) => {
      const fixture = await start({ service, kind, calls: [2] });
      const ask = () => errorOfCall(calls[service]?.(fixture) ?? Promise.resolve());

      expect(await ask()).toEqual({ name: 'no error', status: 200 });
      expect(await ask()).toEqual({ name, status });
      expect(await ask()).toEqual({ name: 'no error', status: 200 });
      expect(fixture.faults.counts()).toEqual({ [kind]: 1 });
    },
  );

  test.each([
    ['UpdatePartition', 'concurrentModification', 'ConcurrentModificationException'],
    ['StartCrawler', 'crawlerRunning', 'CrawlerRunningException'],
  ] as const)(
    'of Glue that asks for %s hears %s as %s, where it would have heard that the thing is not there',
    async (operation, kind, name) => {
      const { glue } = await start({ service: 'glue', operation, kind, calls: [1] });
      const ask = () =>
        errorOfCall(
          operation === 'StartCrawler'
            ? glue.send(new StartCrawlerCommand({ Name: 'raw' }))
            : glue.send(
                new UpdatePartitionCommand({
                  DatabaseName: 'lake',
                  TableName: 'events',
                  PartitionValueList: ['2026-11-01', '05'],
                  PartitionInput: { Values: ['2026-11-01', '05'] },
                }),
              ),
        );

      expect((await ask()).name).toBe(name);
      expect((await ask()).name).toBe('EntityNotFoundException');
    },
  );

  const models = sharedData('vectors/aws-models/derived/aws_errors.json');
  (models ? test : test.skip)('hears only names that stand in the model of the service', () => {
    const shapes = z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .parse(JSON.parse(readFileSync(models ?? '', 'utf8')));
    const injected: [service: string, kind: FaultKind][] = [
      ['kinesis', 'throttled'],
      ['kinesis', 'serverError'],
      ['athena', 'throttled'],
      ['athena', 'serverError'],
      ['glue', 'throttled'],
      ['glue', 'serverError'],
      ['glue', 'concurrentModification'],
      ['glue', 'alreadyExists'],
      ['glue', 'crawlerRunning'],
    ];
    const unknown = injected.filter(([service, kind]) => {
      const code = errorOf(kind, service)?.code ?? 'none';
      // Kinesis answers InternalFailure, of which the model has the shape.
      return !(code in (shapes[service] ?? {}) || `${code}Exception` in (shapes[service] ?? {}));
    });
    expect(unknown).toEqual([]);
  });
});

/** Well beyond what the impatient clients below wait, and short enough for the stage to be closed soon. */
const LATE_MS = 1_500;
const PATIENCE = { requestTimeout: 150, throwOnRequestTimeout: true };

describe('a client that does not wait so long', () => {
  const impatient = (fixture: Services) => {
    const settings = {
      endpoint: fixture.endpoint.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'none' },
      maxAttempts: 1,
      requestHandler: PATIENCE,
    };
    return { s3: new S3Client(settings), dynamodb: new DynamoDBClient(settings) };
  };
  const object = { Bucket: 'lake', Key: 'raw/one' };
  const rule = (kind: FaultKind, more: Partial<FaultRule>): FaultRule => ({
    service: 's3',
    kind,
    ms: LATE_MS,
    calls: [1],
    ...more,
  });

  test('for the answer of S3 gives up, and the object is there', async () => {
    const fixture = await start(rule('answerLate', { operation: 'PUT object' }));
    await fixture.s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
    const { s3 } = impatient(fixture);

    await expect(s3.send(new PutObjectCommand({ ...object, Body: 'one' }))).rejects.toMatchObject({
      name: 'TimeoutError',
    });

    const found = await fixture.s3.send(new GetObjectCommand(object));
    expect(await found.Body?.transformToString()).toBe('one');
    s3.destroy();
  });

  test('for S3 to begin gives up, and the object is there later all the same', async () => {
    const fixture = await start(rule('effectLate', { operation: 'PUT object' }));
    await fixture.s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
    const { s3 } = impatient(fixture);
    const isThere = async (): Promise<boolean> =>
      (await errorOfCall(fixture.s3.send(new GetObjectCommand(object)))).name === 'no error';

    await expect(s3.send(new PutObjectCommand({ ...object, Body: 'one' }))).rejects.toMatchObject({
      name: 'TimeoutError',
    });

    expect(await isThere()).toBe(false);
    while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 20));
    s3.destroy();
  });

  test('for the answer of DynamoDB gives up, and the item is written, though perhaps only later', async () => {
    const fixture = await start(
      rule('answerLate', { service: 'dynamodb', operation: 'PutItem' }),
      rule('effectLate', { service: 'dynamodb', operation: 'PutItem', calls: [2] }),
    );
    await fixture.dynamodb.send(
      new CreateTableCommand({
        TableName: 'ledger',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    const { dynamodb } = impatient(fixture);
    const put = (pk: string) =>
      dynamodb.send(new PutItemCommand({ TableName: 'ledger', Item: { pk: { S: pk } } }));
    const isThere = async (pk: string): Promise<boolean> => {
      const key = new GetItemCommand({ TableName: 'ledger', Key: { pk: { S: pk } } });
      return (await fixture.dynamodb.send(key)).Item !== undefined;
    };

    await expect(put('answered late')).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await isThere('answered late')).toBe(true);

    await expect(put('done late')).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await isThere('done late')).toBe(false);
    while (!(await isThere('done late'))) await new Promise((resolve) => setTimeout(resolve, 20));
    dynamodb.destroy();
  });
});

test('a stream that answers late has taken the records, and one that acts late takes them after all', async () => {
  const fixture = await start(
    { service: 'kinesis', operation: 'PutRecords', kind: 'answerLate', ms: 1, calls: [1] },
    { service: 'kinesis', operation: 'PutRecords', kind: 'effectLate', ms: LATE_MS, calls: [2] },
  );
  const { kinesis, services } = fixture;
  await kinesis.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 1 }));
  const taken = (): string[] => {
    const [shard] = services.kinesis.shards('events');
    const limits = { maxRecords: 10, maxBytes: 1_000 };
    const { records } = services.kinesis.readShard('events', shard?.shardId ?? '', 'TRIM_HORIZON', limits);
    return records.map(({ data }) => Buffer.from(data).toString());
  };
  const put = (text: string, abortSignal?: AbortSignal) =>
    kinesis.send(
      new PutRecordsCommand({
        StreamName: 'events',
        Records: [{ PartitionKey: 'k', Data: Buffer.from(text) }],
      }),
      abortSignal ? { abortSignal } : {},
    );

  await put('one');
  const gone = new AbortController();
  const given = put('two', gone.signal);
  setTimeout(() => gone.abort(), 50);
  await expect(given).rejects.toMatchObject({ name: 'AbortError' });
  expect(taken()).toEqual(['one']);
  while (taken().length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(taken()).toEqual(['one', 'two']);
});

test('Glue answers a client that has gone, and what it asked for is done', async () => {
  const { glue } = await start({
    service: 'glue',
    operation: 'CreateDatabase',
    kind: 'answerLate',
    ms: LATE_MS,
    calls: [1],
  });
  const gone = new AbortController();
  setTimeout(() => gone.abort(), 150);
  const asked = glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'lake' } }), {
    abortSignal: gone.signal,
  });
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  expect((await glue.send(new GetDatabaseCommand({ Name: 'lake' }))).Database?.Name).toBe('lake');
});
