import '../helpers/shop.ts';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { sharedData } from '../../packages/sharedData.ts';
import { requestOf } from '../../src/collect/httpApi.ts';
import { contracts } from '../../src/events/contract/contracts.ts';

const kinesis = mockClient(KinesisClient);
const dynamo = mockClient(DynamoDBClient);
const printed: string[] = [];
/** On stderr: lines at the level ERROR. */
const complained: string[] = [];

const environment = {
  AWS_REGION: 'us-east-1',
  STREAM_NAME: 'headrace-test-events',
  KEYS_TABLE: 'headrace-test-keys',
  POWERTOOLS_SERVICE_NAME: 'collect',
  POWERTOOLS_METRICS_NAMESPACE: 'Headrace',
};

const context: Context = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'headrace-test-collect',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:headrace-test-collect',
  memoryLimitInMB: '512',
  awsRequestId: 'r1',
  logGroupName: 'g',
  logStreamName: 's',
  getRemainingTimeInMillis: () => 20_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

let handler: (event: unknown) => Promise<APIGatewayProxyStructuredResultV2>;

beforeAll(async () => {
  Object.assign(process.env, environment);
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => complained.push(String(text)) > 0);
  // After the environment is set: loggers read it once.
  const module = await import('../../functions/collect.ts');
  handler = (event) => module.handler(event, context);
});

afterAll(() => {
  for (const name of Object.keys(environment)) delete process.env[name];
  jest.restoreAllMocks();
});

beforeEach(() => {
  printed.length = 0;
  complained.length = 0;
  kinesis.reset();
  dynamo.reset();
  kinesis.on(PutRecordsCommand).callsFake(async ({ Records }: { Records: unknown[] }) => ({
    FailedRecordCount: 0,
    Records: Records.map((_, index) => ({ SequenceNumber: String(index), ShardId: 's' })),
  }));
  const key_hash = { S: createHash('sha256').update('wk_shop').digest('hex') };
  dynamo.on(GetItemCommand).resolves({});
  dynamo
    .on(GetItemCommand, { TableName: environment.KEYS_TABLE, Key: { key_hash } })
    .resolves({ Item: { key_hash, source: { S: 'shop' } } });
});

const authorization = `Basic ${Buffer.from('wk_shop:').toString('base64')}`;

/** A request as an HTTP API hands it on: zipped bodies come in base64. */
const request = (route: string, body: unknown, headers: object = { authorization }) => ({
  version: '2.0',
  routeKey: 'POST /{path+}',
  rawPath: route,
  pathParameters: { path: route.slice(1) },
  rawQueryString: '',
  headers,
  requestContext: { requestId: 'api-1', http: { method: 'POST', path: route } },
  body: gzipSync(JSON.stringify(body)).toString('base64'),
  isBase64Encoded: true,
});

const putText = (): string =>
  kinesis
    .commandCalls(PutRecordsCommand)
    .flatMap((call) => call.args[0].input.Records ?? [])
    .map(({ Data }) => Buffer.from(Data ?? '').toString('utf8'))
    .join('');

const person = 'jane@example.com';

describe('the collector as a Lambda', () => {
  test('an event is put into the stream under its source before it is answered', async () => {
    const answer = await handler(request('/v1/events', { event_name: 'ping', user_id: person }));

    expect(answer).toEqual({
      statusCode: 202,
      headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
      body: '{"accepted":1}',
    });
    const line = JSON.parse(putText());
    expect(line).toMatchObject({ event_name: 'ping', source: 'shop', user_id: person });
    expect(line.event_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
  });

  test("a batch of Segment's library for Java is taken at its path with a slash at the end", async () => {
    const batch = { batch: [{ type: 'track', event: 'bought', userId: 'u', messageId: 'm' }] };
    expect(await handler(request('/v1/import/', batch))).toMatchObject({ statusCode: 200 });
    expect(JSON.parse(putText())).toMatchObject({ event_name: 'bought', event_id: 'm' });
  });

  test('metrics count what became of the events; the log carries ids and numbers, and nothing that was sent', async () => {
    await handler(request('/v1/events', [{ event_name: 'ping', user_id: person }, { user_id: person }]));

    const lines = printed.map((text) => JSON.parse(text));
    expect(lines).toContainEqual(
      expect.objectContaining({
        service: 'collect',
        EventsAccepted: 1,
        EventsRefused: 1,
      }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({
        message: 'done',
        request: 'api-1',
        source: 'shop',
        status: 207,
        accepted: 1,
        // By which its batch is found, and by which a row's request is.
        records: ['s:0'],
        receivedAt: JSON.parse(putText().split('\n')[0] ?? '').received_at,
      }),
    );
    expect(printed.join('')).not.toContain(person);
    expect(printed.join('')).not.toContain('wk_shop');
  });

  test('a request that went well writes what finds it again, and nothing of what did not happen', async () => {
    await handler(request('/v1/events', { event_name: 'ping', user_id: person }));

    const [done, metrics] = printed.map((text) => JSON.parse(text)).slice(-2);
    expect(Object.keys(done)).toEqual([
      ...['level', 'message', 'timestamp', 'service', 'route', 'request'],
      ...['status', 'source', 'receivedAt', 'bytes', 'accepted', 'records'],
    ]);
    expect(metrics._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => Name)).toEqual([
      'EventsAccepted',
    ]);
  });

  test('what was taken against its contract is counted, and the line says of which type', async () => {
    const held = contracts();
    // A map that only this file may change: the project's own event types need no contract.
    if (!(held instanceof Map)) throw new Error('contracts are a map');
    held.set('warned', { strict: 'warn', judge: () => ['plan is missing'] });
    await handler(request('/v1/events', [{ event_name: 'warned' }, { event_name: 'warned' }]));
    held.delete('warned');

    const lines = printed.map((text) => JSON.parse(text));
    expect(lines).toContainEqual(expect.objectContaining({ EventsAccepted: 2, EventsContradicting: 2 }));
    const contradicting = [{ event: 'warned', count: 2, first: 'plan is missing' }];
    expect(lines).toContainEqual(expect.objectContaining({ message: 'done', contradicting }));
  });

  test("Segment's batch ends in the stream, known types under their names", async () => {
    const batch = [{ type: 'track', event: 'Order Completed', messageId: 'm1', userId: 'u1' }];
    const answer = await handler(request('/v1/batch', { batch, sentAt: new Date().toISOString() }));
    expect([answer.statusCode, answer.body]).toEqual([200, '{"success":true}']);
    expect(JSON.parse(putText())).toMatchObject({ event_id: 'm1', event_name: 'order_completed' });
  });

  test('without a key nothing is put, and a path that is none of ours is a 404', async () => {
    expect((await handler(request('/v1/events', {}, {}))).statusCode).toBe(401);
    printed.length = 0;
    expect(await handler(request('/v1/words-of-a-sender', {}))).toMatchObject({
      statusCode: 404,
      body: '{"message":"Not Found"}',
    });
    expect(putText()).toBe('');
    expect(printed.join('')).toContain('"route":"POST /{path+}"');
    expect(printed.join('')).not.toContain('words-of-a-sender');
  });

  test('strangers fill no log: what they tried is one line and one metric in ten seconds, asked once for each key', async () => {
    for (let n = 0; n < 20; n += 1) await handler(request('/v1/events', {}, {}));
    for (let n = 0; n < 20; n += 1)
      await handler(request('/v1/events', {}, { 'x-write-key': 'wk_stranger' }));
    const before = printed.filter((text) => text.includes('unauthorized') || text.includes('"done"'));
    expect(before.length).toBeLessThanOrEqual(1);
    expect(dynamo.commandCalls(GetItemCommand)).toHaveLength(1);

    await handler(request('/v1/events', { event_name: 'ping' }));
    const told = printed.map((text) => JSON.parse(text)).filter(({ message }) => message === 'turned away');
    const counted = told.reduce((sum, { count }) => sum + count, 0);
    // The test before this one may have had one that is told here.
    expect(counted - 40).toBeGreaterThanOrEqual(0);
    expect(counted - 40).toBeLessThanOrEqual(1);
    const metric = printed.flatMap((text) => JSON.parse(text).RequestsUnauthorized ?? []);
    expect(metric.reduce((sum, count) => sum + count, 0)).toBe(counted);
  });

  test('a zipped body that was damaged on its way is counted', async () => {
    const zipped = gzipSync('{"event_name":"ping"}').toString('utf8');
    const answer = await handler({ ...request('/v1/events', {}), body: zipped, isBase64Encoded: false });
    expect(answer.statusCode).toBe(415);
    expect(printed.flatMap((text) => JSON.parse(text).RequestsDamaged ?? [])).toEqual([1]);
  });

  test('an event that no HTTP API sends is thrown, not answered', async () => {
    await expect(handler({ Records: [] })).rejects.toThrow();
  });
});

test('a request that breaks leaves one line with its own ids and the class of the failure', async () => {
  kinesis.on(PutRecordsCommand).rejects(
    Object.assign(new Error('no such stream'), {
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 400 },
    }),
  );
  await expect(handler(request('/v1/events', { event_name: 'ping' }))).rejects.toThrow();
  await expect(handler({ Records: [] })).rejects.toThrow();

  const failures = [...printed, ...complained].flatMap((text) =>
    text.startsWith('{') ? [JSON.parse(text)].filter(({ message }) => message === 'failed') : [],
  );
  expect(failures).toMatchObject([
    { request: 'api-1', failure: expect.any(String), error: { name: expect.any(String) } },
    { failure: 'deterministic', error: { name: '$ZodError' } },
  ]);
  expect(failures[1]).not.toHaveProperty('request');
});

const samples = 'vectors/lambda-events/aws-lambda-go/events/testdata';

test.each(['apigw-v2-request-no-authorizer.json', 'apigw-v2-request-iam.json'])(
  "AWS's own sample %s is read",
  (name) => {
    const path = sharedData(`${samples}/${name}`);
    if (path === undefined) return;
    const sample = JSON.parse(readFileSync(path, 'utf8'));
    const { request: read, routeKey, requestId } = requestOf(sample);
    expect([routeKey, requestId]).toEqual([sample.routeKey, sample.requestContext.requestId]);
    expect([...read.headers.values()]).toEqual(Object.values(sample.headers));
    expect(Buffer.from(read.body).toString()).toBe(sample.body ?? '');
  },
);
