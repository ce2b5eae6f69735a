import { Readable } from 'node:stream';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from '@jest/globals';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import * as z from 'zod';
import { KinesisStream } from '../../src/aws/eventStream.ts';
import type { StreamRecord } from '../../src/ports/collect.ts';
import { fc } from '../helpers/fastCheck.ts';

const sent = z.object({
  StreamName: z.string(),
  Records: z.array(z.object({ PartitionKey: z.string(), Data: z.base64() })),
});

const took = (records: number): object => ({
  FailedRecordCount: 0,
  Records: Array.from({ length: records }, (_, at) => ({ SequenceNumber: `${at}`, ShardId: 's' })),
});

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body: string;
}

/** The stream over a connection that keeps each request and answers as it is told, or that all was taken. */
const streamWith = (more: object = {}) => {
  const requests: HttpRequest[] = [];
  const answers: Answer[] = [];
  const client = new KinesisClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' },
    maxAttempts: 1,
    requestHandler: {
      metadata: { handlerProtocol: 'http/1.1' },
      async handle(request: HttpRequest) {
        requests.push(request);
        const taken: Answer = { statusCode: 200, body: JSON.stringify(took(bodyOf(request).Records.length)) };
        const { statusCode, headers = {}, body } = answers.shift() ?? taken;
        return {
          response: new HttpResponse({ statusCode, headers, body: Readable.from([Buffer.from(body)]) }),
        };
      },
    },
    ...more,
  });
  return { stream: new KinesisStream(client, 'headrace-test-events'), requests, answers };
};

const bodyOf = ({ body }: HttpRequest) => sent.parse(JSON.parse(new TextDecoder().decode(body)));

/** What no two calls of the SDK have in common, or what says how often it was tried. */
const ofOneCall = [
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'authorization',
  'content-length',
  'x-amz-content-sha256',
  'x-amz-date',
];

const lasting = ({ headers }: HttpRequest) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofOneCall.includes(name)));

const madeBySdk = ({ headers }: HttpRequest): boolean => headers['amz-sdk-invocation-id'] !== undefined;

const record = { partitionKey: 'k', data: Buffer.from('{}\n') };

describe('a call after the first', () => {
  test('asks for the same as the SDK does for the same records, whatever they hold', async () => {
    const records = fc.array(
      fc.record<StreamRecord>({
        partitionKey: fc.string({ unit: 'binary', minLength: 1, maxLength: 256 }),
        data: fc.uint8Array({ maxLength: 4_000 }).map((bytes) => bytes.subarray(bytes.length > 9 ? 3 : 0)),
      }),
      { minLength: 1, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(records, async (all) => {
        const { stream, requests } = streamWith();
        const outcomes = [await stream.put(all), await stream.put(all)];
        const [first, second] = requests;
        if (first === undefined || second === undefined) throw new Error('Two calls were to be made.');
        expect([madeBySdk(first), madeBySdk(second)]).toEqual([true, false]);
        expect(bodyOf(second)).toEqual(bodyOf(first));
        expect(lasting(second)).toEqual(lasting(first));
        const { method, protocol, hostname, port, path, query } = second;
        expect(first).toMatchObject({ method, protocol, hostname, port, path, query });
        expect(second.headers['content-length']).toBe(String(second.body.length));
        expect(outcomes[1]).toEqual(outcomes[0]);
      }),
      { numRuns: 100 },
    );
  });

  test('goes where the client was told that its service is', async () => {
    const { stream, requests } = streamWith({ endpoint: 'http://127.0.0.1:4566' });
    await stream.put([record]);
    await stream.put([record]);
    expect(requests[1]).toMatchObject({ protocol: 'http:', hostname: '127.0.0.1', port: 4566 });
    expect(requests[1]?.headers.host).toBe('127.0.0.1:4566');
  });

  test('has the credentials that the client has by then', async () => {
    const keys = ['ONE', 'TWO'];
    const credentials = async () => ({
      accessKeyId: keys.shift() ?? 'TWO',
      secretAccessKey: 's',
      expiration: new Date(0),
    });
    const { stream, requests } = streamWith({ credentials });
    await stream.put([record]);
    await stream.put([record]);
    expect(requests[1]?.headers.authorization).toContain('Credential=TWO/');
    expect(requests[1]?.headers).not.toHaveProperty('x-amz-security-token');
  });

  test("is the SDK's too at an endpoint with a path of its own", async () => {
    const { stream, requests } = streamWith({ endpoint: 'http://127.0.0.1:4566/aws' });
    await stream.put([record]);
    await stream.put([record]);
    expect(requests.map(madeBySdk)).toEqual([true, true]);
  });
});

describe('an answer that is not a success', () => {
  test.each([
    [400, { __type: 'ProvisionedThroughputExceededException', message: 'slow' }, {}, 'Throttled'],
    [400, { __type: 'com.amazonaws.kinesis#LimitExceededException:http://x' }, {}, 'Throttled'],
    [400, {}, { 'x-amzn-errortype': 'KMSThrottlingException:' }, 'Throttled'],
    [
      400,
      { __type: 'ResourceNotFoundException', message: 'no such stream' },
      {},
      'ResourceNotFoundException',
    ],
    [400, { __type: 'ValidationException', message: 'jane@example.com' }, {}, 'ValidationException'],
    [403, { __type: 'AccessDeniedException', Message: 'no' }, {}, 'AccessDeniedException'],
    [500, { __type: 'InternalFailure' }, {}, 'Transient'],
    [503, '<html>', {}, 'Transient'],
  ])('of %i %j is the failure that the SDK makes of it', async (statusCode, body, headers, name) => {
    const failures: unknown[] = [];
    for (const first of [true, false]) {
      const { stream, answers } = streamWith();
      if (!first) await stream.put([record]);
      answers.push({ statusCode, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
      failures.push(await stream.put([record]).catch((error: Error) => error));
    }
    const [bySdk, direct] = failures;
    expect(direct).toMatchObject({ name });
    // Of a page that is not JSON the SDK says that it cannot be read: that it may pass is all that counts.
    if (typeof body === 'string') expect(bySdk).toMatchObject({ name });
    else expect(String(direct)).toBe(String(bySdk));
    expect(String(direct)).not.toContain('jane');
  });

  test('lets the SDK make the next call', async () => {
    const { stream, requests, answers } = streamWith();
    await stream.put([record]);
    answers.push({ statusCode: 500, body: '{}' });
    await stream.put([record]).catch(() => {});
    await stream.put([record]);
    await stream.put([record]);
    expect(requests.map(madeBySdk)).toEqual([true, false, true, false]);
  });

  test('of the first call leaves the next one to the SDK', async () => {
    const { stream, requests, answers } = streamWith();
    answers.push({ statusCode: 500, body: '{}' });
    await stream.put([record]).catch(() => {});
    await stream.put([record]);
    expect(requests.map(madeBySdk)).toEqual([true, true]);
  });
});

test('a record counts as taken by its sequence number only, as in an answer to the SDK', async () => {
  const { stream, answers } = streamWith();
  await stream.put([record]);
  const Records = [
    { SequenceNumber: '1', ShardId: 's' },
    { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow' },
    {},
  ];
  answers.push({ statusCode: 200, body: JSON.stringify({ FailedRecordCount: 2, Records }) });
  expect(await stream.put([record, record, record, record])).toEqual([
    { taken: true, record: 's:1' },
    { taken: false, errorCode: 'ProvisionedThroughputExceededException' },
    { taken: false, errorCode: 'NoSequenceNumber' },
    { taken: false, errorCode: 'NoSequenceNumber' },
  ]);
});
