import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLambdaApi } from '../../src/lambda/service.ts';
import { type Fixture, runtimeWith } from './fixture.ts';

let fixture: Fixture;
let url: string;
let close: () => void;
let slept: number[];
let asleep: PromiseWithResolvers<void>;

beforeEach(async () => {
  slept = [];
  asleep = Promise.withResolvers<void>();
  fixture = runtimeWith(
    `export const handler = async (event) => { if (event.fail) throw new Error('no'); return event; };`,
    {
      environment: { A: '1' },
    },
  );
  const handle = createLambdaApi({
    runtime: fixture.runtime,
    mappings: () => [
      { uuid: 'u', functionName: 'it', streamArn: 'arn:stream', enabled: true, idle: true, shards: [] },
    ],
    sleep: async (ms) => {
      slept.push(ms);
      if (slept.length === 2) asleep.resolve();
    },
  });
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address of this kind.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/2015-03-31`;
  close = () => server.close().closeAllConnections();
});
afterEach(async () => {
  close();
  await fixture.close();
});

const invoke = (body: string, name = 'it', headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/functions/${encodeURIComponent(name)}/invocations`, { method: 'POST', body, headers });

describe('Invoke', () => {
  test('answers what the function returned', async () => {
    const response = await invoke('{"a":1}');
    expect([response.status, await response.json(), response.headers.get('x-amz-executed-version')]).toEqual([
      200,
      { a: 1 },
      '$LATEST',
    ]);
    expect(response.headers.get('x-amz-function-error')).toBeNull();
  });

  test('of a function that throws is a 200 with x-amz-function-error', async () => {
    const response = await invoke('{"fail":true}', 'arn:aws:lambda:us-east-1:000000000000:function:it');
    expect([response.status, response.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
    expect(await response.json()).toMatchObject({ errorType: 'Error', errorMessage: 'no' });
  });

  test('of a function that is not there is a ResourceNotFoundException', async () => {
    const response = await invoke('{}', 'other');
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
      404,
      'ResourceNotFoundException',
    ]);
  });

  test('with what is no JSON is an InvalidRequestContentException', async () => {
    const response = await invoke('{');
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
      400,
      'InvalidRequestContentException',
    ]);
  });

  test('as an event answers at once, and is repeated twice when it fails', async () => {
    const response = await invoke('{"fail":true}', 'it', { 'x-amz-invocation-type': 'Event' });
    expect([response.status, await response.text()]).toEqual([202, '']);
    await asleep.promise;
    expect(slept).toEqual([60_000, 120_000]);
  });
});

test('functions and mappings are listed', async () => {
  const ask = async (path: string): Promise<unknown> => (await fetch(url + path)).json();
  const it = { FunctionName: 'it', Handler: 'functions/it.handler', Environment: { Variables: { A: '1' } } };
  expect(await ask('/functions/')).toMatchObject({ Functions: [it] });
  expect(await ask('/functions/it')).toMatchObject({ Configuration: it });
  expect(await ask('/event-source-mappings/')).toMatchObject({
    EventSourceMappings: [{ UUID: 'u', State: 'Enabled' }],
  });
});

test('other actions of Lambda are refused by name', async () => {
  const response = await fetch(`${url}/layers`);
  expect([response.status, (await response.json()) as unknown]).toEqual([
    404,
    { Type: 'User', Message: expect.stringContaining('GET /layers is not emulated') },
  ]);
});
