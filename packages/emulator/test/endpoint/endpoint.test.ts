import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:http2';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../src/contracts.ts';
import type { ApiCall } from '../../src/endpoint/types.ts';
import { type Options, type Services, startServices } from './fixture.ts';

let stage: Services | undefined;

const start = async (options: Options = {}): Promise<Services> => {
  stage = await startServices(options);
  return stage;
};

afterEach(async () => {
  await stage?.closeAndRemove();
  stage = undefined;
});

const callTarget = (url: string, target: string, body = '{}'): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
    body,
  });

describe('one port', () => {
  test('serves a client that starts with HTTP/2 and one that speaks HTTP/1.1', async () => {
    const { kinesis, s3 } = await start();

    const streams = await kinesis.send(new ListStreamsCommand({}));
    const bucket = await s3.send(new CreateBucketCommand({ Bucket: 'one-port' }));

    expect(streams.StreamNames).toEqual([]);
    expect(bucket.Location).toBe('/one-port');
  });

  test('takes many HTTP/2 calls of one connection at once', async () => {
    const { kinesis } = await start();

    const answers = await Promise.all(
      Array.from({ length: 50 }, () => kinesis.send(new ListStreamsCommand({}))),
    );

    expect(answers.every((answer) => answer.StreamNames?.length === 0)).toBe(true);
  });

  test('asks the API front first, for everything but awsJson calls', async () => {
    const seen: string[] = [];
    const { endpoint } = await start({
      http: (request, response) => {
        seen.push(`${request.method} ${request.url}`);
        if (request.url !== '/v1/events') return false;
        response.writeHead(202).end('{"accepted":1}');
        return true;
      },
    });

    const collector = await fetch(`${endpoint.url}/v1/events`, { method: 'POST', body: '{}' });
    const unknown = await fetch(`${endpoint.url}/_emulator/nothing`);
    await callTarget(endpoint.url, 'Kinesis_20131202.ListStreams');

    expect([collector.status, await collector.json()]).toEqual([202, { accepted: 1 }]);
    expect([unknown.status, await unknown.json()]).toEqual([404, { message: 'Not Found' }]);
    expect(seen).toEqual(['POST /v1/events', 'GET /_emulator/nothing']);
  });
});

describe('errors', () => {
  test('of awsJson services carry their code in header and body, and a request id', async () => {
    const { endpoint } = await start();

    const answer = await callTarget(
      endpoint.url,
      'Kinesis_20131202.DescribeStreamSummary',
      '{"StreamName":"none"}',
    );

    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await answer.json()).toEqual({
      __type: 'ResourceNotFoundException',
      message: 'Stream none under account 000000000000 not found.',
    });
  });

  test('of S3 are XML, and become the named exceptions of the SDK', async () => {
    const { s3 } = await start();

    const missing = s3.send(new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'a' }));

    await expect(missing).rejects.toMatchObject({
      name: 'NoSuchBucket',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('say of an unknown service what is emulated', async () => {
    const { endpoint } = await start();

    const answer = await callTarget(endpoint.url, 'Logs_20140328.DescribeLogGroups');

    expect(await answer.json()).toEqual({
      __type: 'UnknownOperationException',
      message:
        'Emulator: Logs_20140328 is not emulated. Emulated here: dynamodb, glue, kinesis, s3, sns, sqs, sts. See docs/differences.md of headrace-emulator.',
    });
  });

  test('say of an unknown REST service, known by its signature, that it is not emulated', async () => {
    const { endpoint } = await start();
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKIA/20261101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0';

    const answer = await fetch(`${endpoint.url}/2015-03-31/functions`, { headers: { authorization } });

    expect([answer.status, await answer.text()]).toEqual([
      404,
      expect.stringContaining('lambda is not emulated'),
    ]);
  });

  test('say of an unknown service of the query protocol that it is not emulated', async () => {
    const { endpoint } = await start();
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKIA/20261101/us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0';

    const answer = await fetch(endpoint.url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=ListStacks&Version=2010-05-15',
    });

    expect(await answer.text()).toContain('<Message>Emulator: cloudformation is not emulated.');
  });

  test('say of an unknown action which are emulated', async () => {
    const { endpoint } = await start();

    const answer = await callTarget(endpoint.url, 'AWSGlue.CreateJob');

    expect(await answer.text()).toContain('Glue.CreateJob is not emulated. Emulated: BatchCreatePartition');
  });

  test('of a body that is no JSON object are SerializationException', async () => {
    const { endpoint } = await start();

    const bodies = ['[1]', '{"a":', 'x'];
    const answers = await Promise.all(
      bodies.map((body) => callTarget(endpoint.url, 'Kinesis_20131202.ListStreams', body)),
    );

    expect(answers.map((answer) => answer.headers.get('x-amzn-errortype'))).toEqual([
      'SerializationException',
      'SerializationException',
      'SerializationException',
    ]);
  });
});

describe('a client that dies in mid-request', () => {
  test('over HTTP/2 takes nothing with it', async () => {
    const complaints: unknown[] = [];
    const { endpoint, kinesis } = await start({ onError: (error) => complaints.push(error) });
    const session = connect(endpoint.url);
    const stream = session.request({ ':method': 'POST', 'x-amz-target': 'Kinesis_20131202.ListStreams' });
    stream.on('error', () => undefined);
    session.on('error', () => undefined);
    await new Promise((resolve) => stream.write('{"half":', resolve));
    session.socket.destroy();
    await once(session, 'close');

    expect((await kinesis.send(new ListStreamsCommand({}))).StreamNames).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('over HTTP/1.1 leaves no object, no file and no complaint', async () => {
    const complaints: unknown[] = [];
    const { endpoint, s3, dataDir } = await start({ onError: (error) => complaints.push(error) });
    await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
    const socket = createConnection(endpoint.port, '127.0.0.1');
    const head = 'PUT /lake/half HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n';
    await new Promise((resolve) => socket.write(head + 'x'.repeat(2_000_000), resolve));
    socket.destroy();
    await once(socket, 'close');
    await s3.send(new ListBucketsCommand({}));
    await stage?.close();
    const files = readdirSync(join(dataDir, 's3'), { recursive: true, withFileTypes: true });
    stage = await startServices({ dataDir });

    expect(stage.services.objects.list('lake', '')).toEqual([]);
    expect(files.filter((file) => file.isFile())).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe('the interceptor', () => {
  test('sees service, operation and caller, and can refuse a call in its own words', async () => {
    const calls: ApiCall[] = [];
    const { s3, kinesis } = await start({
      intercept: async (call) => {
        calls.push({ service: call.service, operation: call.operation, accessKeyId: call.accessKeyId });
        if (call.service === 's3') throw new AwsError('SlowDown', 'Please reduce your request rate.', 503);
        return undefined;
      },
    });

    await kinesis.send(new ListStreamsCommand({}));
    const refused = s3.send(new GetObjectCommand({ Bucket: 'some-bucket', Key: 'a/b' }));

    await expect(refused).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
    expect(calls).toEqual([
      { service: 'kinesis', operation: 'ListStreams', accessKeyId: 'AKIATEST' },
      { service: 's3', operation: 'GET object', accessKeyId: 'AKIATEST' },
    ]);
  });

  test('can cut the connection without an answer', async () => {
    const { endpoint } = await start({ intercept: async () => 'drop' });

    await expect(fetch(`${endpoint.url}/some-bucket`)).rejects.toThrow('fetch failed');
  });
});
