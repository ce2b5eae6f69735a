import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { type Ledger, openLedger } from '../../client/ledger.ts';
import { S3LakeStore } from '../../src/aws/lakeStore.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import { type LocalDynamo, startDynamo } from './dynamo.ts';
import { fixedClock } from './fakes.ts';
import { type LocalS3, startS3 } from './s3.ts';

export type Handler = (event: unknown, context: Context) => Promise<unknown>;

export interface LambdaDependencies {
  /** Calls the handler as Lambda does; what goes in and comes out passes through JSON. */
  call(event: unknown): Promise<unknown>;
  ledger: Ledger;
  store: ObjectStore;
  s3: S3Client;
  /** What was logged since the last time this was asked, one object a line. */
  logged(): Record<string, unknown>[];
}

// Of the context the wrapper reads the request id only; the rest is Lambda's own business.
const context = { awsRequestId: 'request-1', functionName: 'f' } as Context;

const environment = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  LAKE_BUCKET: 'lake',
  SCAN_BUDGET_BYTES: '1000000000',
  CRAWL_INTERVAL_SECONDS: '3600',
  DATABASE: 'headrace_test',
  POWERTOOLS_SERVICE_NAME: 'test',
  POWERTOOLS_METRICS_NAMESPACE: 'Headrace',
  // Powertools then writes through the global console, where a test can see it; it would also write no metrics.
  POWERTOOLS_DEV: 'true',
  POWERTOOLS_METRICS_DISABLED: 'false',
};

/**
 * The function of one test file, with the clients of its own environment, against an S3 and a DynamoDB of the file.
 * Call it at the top of the file; the members may be used inside tests. `more` is of the function's environment.
 */
export const lambdaDependencies = (
  load: () => Promise<{ handler: Handler }>,
  more: Readonly<Record<string, string>> = {},
): LambdaDependencies => {
  const before = { ...process.env };
  const written: string[] = [];
  let dynamo: LocalDynamo;
  let s3: LocalS3;
  const dependencies: Partial<LambdaDependencies> = {
    logged: () => written.splice(0).map((line) => JSON.parse(line)),
  };

  beforeAll(async () => {
    [dynamo, s3] = await Promise.all([startDynamo(), startS3()]);
    s3.createBucket('lake');
    const table = await dynamo.createLedgerTable();
    Object.assign(process.env, environment, more, {
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
      LEDGER_TABLE: table,
    });
    for (const method of ['info', 'error', 'log'] as const) {
      jest.spyOn(console, method).mockImplementation((line) => written.push(String(line)));
    }
    // What the test itself does to the ledger was long ago by any clock that the function may have.
    dependencies.ledger = openLedger(dynamo.client, table, fixedClock('2000-01-01T00:00:00.000Z'));
    dependencies.s3 = s3.client;
    dependencies.store = new S3LakeStore(s3.client, 'lake');
    // After the environment is set: what a handler's module makes reads it.
    const { handler } = await load();
    dependencies.call = async (event) =>
      JSON.parse(JSON.stringify(await handler(JSON.parse(JSON.stringify(event)), context)));
  });
  beforeEach(() => {
    written.length = 0;
  });
  afterAll(async () => {
    process.env = before;
    jest.restoreAllMocks();
    await Promise.all([dynamo.stop(), s3.stop()]);
  });
  // Filled by beforeAll, before any test can use it.
  return dependencies as LambdaDependencies;
};
