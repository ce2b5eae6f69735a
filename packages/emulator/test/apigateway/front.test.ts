import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sharedData } from '../../../sharedData.ts';
import { AwsError } from '../../src/contracts.ts';
import { apiWith, frontWith } from './fixture.ts';

let front: Awaited<ReturnType<typeof frontWith>>;
afterEach(() => front.close());

const events = ['POST /v1/events'];

describe('the event of a request', () => {
  test('is of payload format 2.0', async () => {
    front = await frontWith(apiWith(events));
    const response = await fetch(`${front.url}/v1/events?a=1&b=x%20y&a=2`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Cookie: 'one=1; two=2',
        'X-Two': 'b',
        'User-Agent': 'test',
      },
      body: '{"ü":1}',
    });
    expect(front.events[0]).toEqual({
      version: '2.0',
      routeKey: 'POST /v1/events',
      rawPath: '/v1/events',
      rawQueryString: 'a=1&b=x%20y&a=2',
      cookies: ['one=1', 'two=2'],
      headers: expect.objectContaining({
        'content-type': 'application/json',
        'content-length': '8',
        'x-two': 'b',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        host: `127.0.0.1:${front.port}`,
      }),
      queryStringParameters: { a: '1,2', b: 'x y' },
      requestContext: {
        accountId: '000000000000',
        apiId: expect.stringMatching(/^[0-9a-f]{10}$/),
        domainName: expect.stringMatching(/\.execute-api\.us-east-1\.amazonaws\.com$/),
        domainPrefix: expect.any(String),
        http: {
          method: 'POST',
          path: '/v1/events',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: expect.any(String),
        routeKey: 'POST /v1/events',
        stage: '$default',
        time: '01/Nov/2026:05:06:07 +0000',
        timeEpoch: Date.parse('2026-11-01T05:06:07.089Z'),
      },
      body: '{"ü":1}',
      isBase64Encoded: false,
    });
    expect(Object.keys(front.events[0]!.headers)).not.toContain('cookie');
    // The answer names the request as the function knows it.
    expect(front.events[0]).toMatchObject({
      requestContext: { requestId: response.headers.get('apigw-requestid') },
    });
  });

  test('has the fields of a recorded one', async () => {
    const sample = sharedData(
      'vectors/lambda-events/aws-lambda-go/events/testdata/apigw-v2-request-no-authorizer.json',
    );
    front = await frontWith(apiWith(['$default']));
    await fetch(`${front.url}/`);
    if (!sample) return;
    const recorded = JSON.parse(readFileSync(sample, 'utf8'));
    // Mutual TLS only.
    delete recorded.requestContext.authentication;
    const seen = front.events[0]!;
    expect(Object.keys(seen).sort()).toEqual(Object.keys(recorded).sort());
    expect(Object.keys(seen.requestContext as object).sort()).toEqual(
      Object.keys(recorded.requestContext).sort(),
    );
  });

  test.each<[string, Record<string, string>, Buffer, boolean]>([
    ['JSON', { 'content-type': 'application/json; charset=utf-8' }, Buffer.from('{}'), false],
    ['text', { 'content-type': 'text/plain' }, Buffer.from('hello'), false],
    ['NDJSON', { 'content-type': 'application/x-ndjson' }, Buffer.from('{}\n'), true],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, Buffer.from('a=1'), true],
    [
      'encoded JSON',
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      gzipSync('{}'),
      true,
    ],
    ['something without a type', {}, Buffer.from([0, 255]), true],
  ])('carries %s as it was sent', async (_what, headers, body, isBase64Encoded) => {
    front = await frontWith(apiWith(events));
    await fetch(`${front.url}/v1/events`, { method: 'POST', headers, body: new Uint8Array(body) });
    expect(front.events[0]).toMatchObject({
      isBase64Encoded,
      body: body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    });
  });
});

describe('a body, when its content type alone decides', () => {
  const sent = async (headers: Record<string, string>, body: Buffer) => {
    front = await frontWith(apiWith(events), undefined, undefined, 'content-type');
    await fetch(`${front.url}/v1/events`, { method: 'POST', headers, body: new Uint8Array(body) });
    return front.events[0];
  };

  test('is text for gzipped JSON, and damaged', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const zipped = gzipSync('{}');

    expect(await sent(headers, zipped)).toMatchObject({
      isBase64Encoded: false,
      body: zipped.toString('utf8'),
    });
    expect(zipped.toString('utf8')).toContain('\ufffd');
  });

  test('is base64 for gzipped NDJSON, whole', async () => {
    const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' };
    const zipped = gzipSync('{}');

    expect(await sent(headers, zipped)).toMatchObject({
      isBase64Encoded: true,
      body: zipped.toString('base64'),
    });
  });
});

describe('the answer to a request', () => {
  test.each<[string, unknown, number, string, string]>([
    [
      'says status, headers and body itself',
      { statusCode: 202, headers: { 'Content-Type': 'application/json', 'X-N': 1 }, body: '{"accepted":1}' },
      202,
      '{"accepted":1}',
      'application/json',
    ],
    [
      'is plain text unless it says otherwise',
      { statusCode: 200, body: 'hi' },
      200,
      'hi',
      'text/plain;charset=UTF-8',
    ],
    [
      'may be bytes',
      { statusCode: 200, body: 'w7w=', isBase64Encoded: true },
      200,
      'ü',
      'text/plain;charset=UTF-8',
    ],
    ['is JSON when the function only returns a value', { ok: true }, 200, '{"ok":true}', 'application/json'],
    ['is the text itself when the function returns text', 'pong', 200, 'pong', 'application/json'],
    [
      'is a 500 when it is malformed',
      { statusCode: 200, body: { no: 'text' } },
      500,
      '{"message":"Internal Server Error"}',
      'application/json',
    ],
  ])('%s', async (_what, returned, status, body, type) => {
    front = await frontWith(apiWith(events), () => returned);
    const response = await fetch(`${front.url}/v1/events`, { method: 'POST' });
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
      status,
      body,
      type,
    ]);
  });

  test('may set several cookies', async () => {
    front = await frontWith(apiWith(events), () => ({ statusCode: 204, cookies: ['a=1; Path=/', 'b=2'] }));
    const response = await fetch(`${front.url}/v1/events`, { method: 'POST' });
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
  });

  test.each<[string, () => unknown, number, string]>([
    ['a function that throws', () => Promise.reject(new Error('no')), 500, 'Internal Server Error'],
    [
      'a function that is throttled',
      () => Promise.reject(new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429)),
      503,
      'Service Unavailable',
    ],
    [
      'an event beyond what Lambda takes',
      () => Promise.reject(new AwsError('RequestEntityTooLargeException', 'large', 413)),
      413,
      'Request Entity Too Large',
    ],
    ['a function that takes too long', () => new Promise(() => {}), 503, 'Service Unavailable'],
  ])('of %s is %3$d', async (_what, behave, status, message) => {
    front = await frontWith(apiWith(events, undefined, 50), behave);
    const response = await fetch(`${front.url}/v1/events`, { method: 'POST' });
    expect([response.status, await response.json()]).toEqual([status, { message }]);
  });

  test('to more than 10 MB is 413, and no function sees it', async () => {
    front = await frontWith(apiWith(events));
    const response = await fetch(`${front.url}/v1/events`, {
      method: 'POST',
      body: new Uint8Array(10 * 1024 * 1024 + 1),
    });
    expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
    expect(front.events).toEqual([]);
  });
});

describe('a route', () => {
  const keys = [
    'POST /v1/events',
    'ANY /v1/events',
    'GET /v1/{id}',
    'GET /v1/{proxy+}',
    'ANY /v1/{proxy+}',
    '$default',
  ];

  test.each([
    ['POST', '/v1/events', 'POST /v1/events', undefined],
    ['GET', '/v1/events', 'ANY /v1/events', undefined],
    ['GET', '/v1/42', 'GET /v1/{id}', { id: '42' }],
    ['GET', '/v1/a/b', 'GET /v1/{proxy+}', { proxy: 'a/b' }],
    ['PUT', '/v1/42', 'ANY /v1/{proxy+}', { proxy: '42' }],
    ['GET', '/elsewhere', '$default', undefined],
  ])('of %s %s is %s, the most particular one', async (method, path, key, pathParameters) => {
    front = await frontWith(apiWith(keys));
    await fetch(front.url + path, { method });
    expect(front.events[0]).toMatchObject({ routeKey: key, ...(pathParameters ? { pathParameters } : {}) });
    if (!pathParameters) expect(front.events[0]).not.toHaveProperty('pathParameters');
  });

  test.each([
    ['GET', '/v1/events'],
    ['POST', '/v1/events/'],
    ['POST', '/v1/nothing'],
  ])('that is not there (%s %s) is Not Found', async (method, path) => {
    front = await frontWith(apiWith(events));
    const response = await fetch(front.url + path, { method });
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
  });

  test.each(['/', '/some-bucket/key', '/v2', '//v1/events', '/?Action=ListTopics'])(
    'is looked for whatever the path (%s), for all that is not signed is for the API',
    async (path) => {
      front = await frontWith(apiWith(events));
      const response = await fetch(front.url + path, { method: 'POST' });
      expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
    },
  );

  test('is not looked for without an API', async () => {
    front = await frontWith([]);
    expect((await fetch(`${front.url}/some-bucket/key`)).status).toBe(599);
  });

  test('is not looked for in requests that are signed, in either version', async () => {
    front = await frontWith(apiWith(events));
    for (const query of ['X-Amz-Signature=0', 'AWSAccessKeyId=AKID&Expires=1&Signature=a%3D'])
      expect((await fetch(`${front.url}/v1/events?${query}`)).status).toBe(599);
    const second = await fetch(`${front.url}/v1/events`, { headers: { authorization: 'AWS AKID:c2ln' } });
    expect(second.status).toBe(599);
    const authorization = 'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request';
    expect(
      (await fetch(`${front.url}/v1/events`, { method: 'POST', headers: { authorization } })).status,
    ).toBe(599);
  });
});

describe('with CORS', () => {
  const cors = {
    AllowOrigins: ['https://shop.example', 'http://*'],
    AllowMethods: ['POST'],
    AllowHeaders: ['authorization'],
    ExposeHeaders: ['retry-after'],
    MaxAge: 600,
  };
  const preflight = (origin: string): RequestInit => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });

  test('a preflight is answered by the API itself', async () => {
    front = await frontWith(apiWith(events, cors));
    const response = await fetch(`${front.url}/v1/events`, preflight('https://shop.example'));
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '600',
    });
    expect(front.events).toEqual([]);
  });

  test.each([
    ['https://shop.example', 'https://shop.example'],
    ['http://anywhere', 'http://anywhere'],
    ['https://other.example', null],
  ])('an answer to %s allows %s', async (origin, allowed) => {
    front = await frontWith(apiWith(events, cors), () => ({
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': 'own' },
    }));
    const response = await fetch(`${front.url}/v1/events`, { method: 'POST', headers: { origin } });
    expect(response.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(response.headers.get('access-control-expose-headers')).toBe(allowed && 'retry-after');
  });

  test.each(['/', '/nothing', '/v1/nothing', '/v1/events/'])(
    'a preflight is answered at paths without a route as well: %s',
    async (path) => {
      front = await frontWith(apiWith(events, cors));
      const response = await fetch(front.url + path, preflight('https://shop.example'));
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
        204,
        'https://shop.example',
      ]);
    },
  );

  test('an error of the API itself can be read by a browser, too', async () => {
    front = await frontWith(apiWith(events, { AllowOrigins: ['*'] }), () => Promise.reject(new Error('no')));
    const response = await fetch(`${front.url}/v1/events`, {
      method: 'POST',
      headers: { origin: 'https://a.example' },
    });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([500, '*']);
  });

  test('an API without CORS has no preflight and leaves the headers of its function alone', async () => {
    front = await frontWith(apiWith(events), () => ({
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': 'own' },
    }));
    expect((await fetch(`${front.url}/v1/events`, preflight('https://shop.example'))).status).toBe(404);
    const response = await fetch(`${front.url}/v1/events`, {
      method: 'POST',
      headers: { origin: 'https://shop.example' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('own');
  });
});
