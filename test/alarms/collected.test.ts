import '../helpers/someWindow.ts';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { MINUTE, onceDependencies } from './support/dependencies.ts';
import { speakAs } from './support/spoken.ts';

/** The real function before a stream that is full; its own lines feed the alarms. */

const kinesis = mockClient(KinesisClient);
const dynamo = mockClient(DynamoDBClient);
const before = { ...process.env };
const dependencies = onceDependencies();
const said: string[] = [];
let handler: (event: unknown, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

beforeAll(async () => {
  speakAs(dependencies, 'CollectLambdaFunction');
  Object.assign(process.env, { AWS_REGION: 'us-east-1', STREAM_NAME: 'events', KEYS_TABLE: 'keys' });
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      for (const line of String(text).split('\n')) {
        said.push(line);
        dependencies.logLine(line);
      }
      return true;
    });
  dynamo.on(GetItemCommand).resolves({ Item: { key_hash: { S: 'h' }, source: { S: 'shop' } } });
  // After the environment is set: the function makes its metrics when it is loaded.
  const module = await import('../../functions/collect.ts');
  handler = (event, context) => module.handler(event, context);
});
afterAll(async () => {
  jest.restoreAllMocks();
  process.env = before;
});

// Of the context the function reads its own name and the request's id only.
const context = { functionName: 'collect', awsRequestId: 'r1' } as Context;

const request = {
  version: '2.0',
  routeKey: 'POST /v1/events',
  rawPath: '/v1/events',
  rawQueryString: '',
  headers: { authorization: `Basic ${Buffer.from('wk_shop:').toString('base64')}` },
  requestContext: { requestId: 'api-1', http: { method: 'POST', path: '/v1/events' } },
  body: '{"event_name":"ping","user_id":"u1"}',
  isBase64Encoded: false,
};

/** The stream takes nothing, and the clock hurries past the time that the collector tries. */
const refused = async (): Promise<number | undefined> => {
  let now = Date.now();
  const hurrying = jest.spyOn(Date, 'now').mockImplementation(() => {
    now += 5_000;
    return now;
  });
  kinesis.on(PutRecordsCommand).callsFake(async ({ Records }: { Records: unknown[] }) => ({
    FailedRecordCount: Records.length,
    Records: Records.map(() => ({ ErrorCode: 'ProvisionedThroughputExceededException' })),
  }));
  const { statusCode } = await handler(request, context);
  hurrying.mockRestore();
  return statusCode;
};

/** So many minutes of it. */
const lasts = async (minutes: number, once: () => Promise<unknown>): Promise<void> => {
  for (let minute = 0; minute < minutes; minute += 1) {
    await once();
    await dependencies.pass(MINUTE);
  }
};

test('door-throttled rings when for ten minutes events are turned back, not for nine', async () => {
  expect(await refused()).toBe(503);
  await dependencies.pass(MINUTE);
  await lasts(8, refused);
  expect(await dependencies.told()).toEqual([]);
  await lasts(1, refused);
  expect(await dependencies.told()).toEqual(['door-throttled']);
});

test('door-unauthorized rings when for ten minutes ten requests a second have no valid key', async () => {
  dynamo.on(GetItemCommand).resolves({});
  const authorization = `Basic ${Buffer.from('wk_guess:').toString('base64')}`;
  expect((await handler({ ...request, headers: { authorization } }, context)).statusCode).toBe(401);
  const line = said.find((each) => each.includes('"RequestsUnauthorized"')) ?? '';
  // What one environment says of one request, said by as many as it takes.
  const minute = async (): Promise<void> => {
    for (let i = 0; i < 600; i += 1) dependencies.logLine(line);
  };
  await lasts(9, minute);
  expect(await dependencies.told()).toEqual([]);
  await lasts(1, minute);
  expect(await dependencies.told()).toEqual(['door-unauthorized']);
});

test('events that the stream takes ring nothing', async () => {
  kinesis.on(PutRecordsCommand).callsFake(async ({ Records }: { Records: unknown[] }) => ({
    FailedRecordCount: 0,
    Records: Records.map((_, i) => ({ SequenceNumber: String(i), ShardId: 's' })),
  }));
  dynamo.on(GetItemCommand).resolves({ Item: { key_hash: { S: 'h' }, source: { S: 'shop' } } });
  await dependencies.pass(30 * MINUTE);
  for (let i = 0; i < 3; i += 1) {
    expect((await handler(request, context)).statusCode).toBe(202);
    await dependencies.pass(5 * MINUTE);
  }
  expect(await dependencies.told()).toEqual([]);
});
