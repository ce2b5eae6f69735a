import {
  CreatePartitionCommand,
  EntityNotFoundException,
  GetPartitionCommand,
  GetTableCommand,
  GlueClient,
} from '@aws-sdk/client-glue';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoLedger } from '../../src/aws/ledger.ts';
import { type LocalDynamo, startDynamo } from '../helpers/dynamo.ts';

const glue = mockClient(GlueClient);
let dynamo: LocalDynamo;
let handler: (event: unknown, context: Context) => Promise<unknown>;

const before = { ...process.env };
beforeAll(async () => {
  dynamo = await startDynamo();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    LEDGER_TABLE: await dynamo.createLedgerTable(),
    DATABASE: 'headrace_test',
    POWERTOOLS_SERVICE_NAME: 'publish',
    POWERTOOLS_METRICS_NAMESPACE: 'Headrace',
  });
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
  // After the environment is set: loggers read it once.
  handler = (await import('../../functions/publish.ts')).handler;
});
afterAll(async () => {
  process.env = before;
  jest.restoreAllMocks();
  await dynamo.stop();
});
beforeEach(() => {
  glue.reset();
  glue.on(GetPartitionCommand).rejects(new EntityNotFoundException({ message: 'none', $metadata: {} }));
  glue.on(GetTableCommand).resolves({
    Table: { Name: 'events', StorageDescriptor: { Columns: [], Location: 's3://lake/events/' } },
  });
  glue.on(CreatePartitionCommand).resolves({});
});

// Of the context the wrapper reads the request id only; the rest is Lambda's own business.
const context = { awsRequestId: 'request-1', functionName: 'publish' } as Context;

const built = {
  execution: 'run-1',
  partition: '2026-11-01T05',
  build: 'abc',
  location: 's3://lake/events/dt=2026-11-01/hr=05/build=abc/',
  landings: 0,
  digest: 'd',
  skipped: false,
  counts: { raw: 1, curated: 1, duplicates: 0, rejected: 0 },
  rawBytes: 10,
  parquetBytes: 20,
  engine: 'duckdb',
  builtAt: '2026-11-01T12:00:00.000Z',
  buildMs: 5,
  newShapes: [],
  newShapeCount: 0,
};

describe('the publish function', () => {
  test('without the lock it is a Conflict, and no reader is moved', async () => {
    await expect(handler(built, context)).rejects.toMatchObject({ name: 'Conflict' });
    expect(glue.commandCalls(CreatePartitionCommand)).toEqual([]);
  });

  test('points the partition of the events table to the build and commits it', async () => {
    const ledger = new DynamoLedger(dynamo.client, process.env.LEDGER_TABLE ?? '', {
      now: () => new Date(0),
    });
    await ledger.lock(built.partition, built.execution, new Date(), 60_000);
    expect(await handler(built, context)).toMatchObject({ build: 'abc', status: 'created' });
    expect(await ledger.entry(built.partition)).toMatchObject({ committed: { build: 'abc' } });
    const [call] = glue.commandCalls(CreatePartitionCommand);
    expect(call?.args[0].input).toMatchObject({
      DatabaseName: 'headrace_test',
      TableName: 'events',
      PartitionInput: { Values: ['2026-11-01', '05'], StorageDescriptor: { Location: built.location } },
    });
  });

  test('an input that is no build is InvalidInput, and Glue is not asked', async () => {
    await expect(handler({ ...built, counts: undefined }, context)).rejects.toMatchObject({
      name: 'InvalidInput',
    });
    expect(glue.calls()).toEqual([]);
  });
});
