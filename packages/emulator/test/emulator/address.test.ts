import { request } from 'node:http';
import { join } from 'node:path';
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator.ts';
import { scratch } from '../../src/testing/scratch.ts';
import { writePackage } from './package.ts';

const { dir, remove } = scratch();
let stage: Emulator;
let s3: S3Client;
beforeAll(async () => {
  stage = await startEmulator({
    packageDir: writePackage(join(dir, 'package')),
    dataDir: join(dir, 'data'),
    port: 0,
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  s3 = new S3Client({ endpoint: stage.endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
});
afterAll(async () => {
  s3.destroy();
  await stage.close();
  remove();
});

/** fetch sets Host itself. */
const ask = (
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<[number, string]> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: stage.port, method, path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => resolve([response.statusCode ?? 0, text]));
    });
    asked.on('error', reject);
    asked.end(body);
  });

const authorization =
  'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';
const events = '{"event_name":"page_view"}\n';

describe('under a foreign name', () => {
  test.each([
    'evil.example',
    'evil.example:4566',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '[::2]',
  ])('nothing is answered: %s', async (host) => {
    for (const [method, path, headers] of [
      ['GET', '/', { authorization }],
      ['GET', '/_emulator/health', {}],
      ['GET', '/2015-03-31/functions', {}],
      ['POST', '/v1/events', {}],
    ] as const) {
      const [status, text] = await ask(method, path, { host, ...headers }, method === 'POST' ? events : '');
      expect([status, text]).toEqual([403, expect.stringContaining('does not answer under the name')]);
    }
  });

  test.each([
    '127.0.0.1',
    'localhost:1',
    'LOCALHOST',
    'lake.localhost',
    '[::1]:4566',
    'host.docker.internal:4566',
  ])('this machine is not meant: %s', async (host) => {
    expect((await ask('GET', '/_emulator/health', { host }))[0]).toBe(200);
  });
});

describe('a web page', () => {
  const pages = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:4566' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];

  test.each(pages)('reaches nothing but the HTTP API: %j', async (headers) => {
    const text = { 'content-type': 'text/plain', ...headers };
    const signed = { authorization, ...text };
    const answers = [
      await ask('POST', '/_emulator/schedules/any/fire', text),
      await ask('POST', '/2015-03-31/functions/any/invocations', text, '{}'),
      await ask('POST', '/?X-Amz-Signature=0', text),
      await ask('DELETE', '/bucket/key', signed),
      await ask('GET', '/?X-Amz-Signature=0', text),
      await ask('POST', '/', { 'x-amz-target': 'Kinesis_20131202.ListStreams', ...text }, '{}'),
    ];
    for (const answer of answers)
      expect(answer).toEqual([403, expect.stringContaining('requests of web pages')]);
  });

  test.each(pages)('sends events: %j', async (headers) => {
    expect((await ask('POST', '/v1/events', headers, events))[0]).toBe(202);
  });
});

test('a person opens an address of the emulator in a browser', async () => {
  expect((await ask('GET', '/_emulator/health', { 'sec-fetch-site': 'none' }))[0]).toBe(200);
});

test.each([
  ['GET', '/'],
  ['POST', '/'],
  ['PUT', '/some-bucket/key'],
  ['GET', '/v1/events'],
  ['DELETE', '/v1/other'],
])('a path without a route is Not Found, as API Gateway says it: %s %s', async (method, path) => {
  expect(await ask(method, path, { 'content-type': 'application/x-www-form-urlencoded' })).toEqual([
    404,
    '{"message":"Not Found"}',
  ]);
});

test('the SDK reaches S3 beside the API, and so does a presigned URL', async () => {
  const Bucket = stage.names.LakeBucket ?? '';
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'text' }));

  expect((await s3.send(new ListBucketsCommand({}))).Buckets?.length).toBeGreaterThan(0);
  expect(await (await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }))).Body?.transformToString()).toBe(
    'text',
  );
  expect(
    await ask('GET', `/${Bucket}/a?AWSAccessKeyId=AKID&Expires=1893456000&Signature=c2ln%3D`, {}),
  ).toEqual([200, 'text']);
});
