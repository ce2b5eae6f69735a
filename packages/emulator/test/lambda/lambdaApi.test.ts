import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  type ListEventSourceMappingsCommandInput,
} from '@aws-sdk/client-lambda';
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
    `export const handler = async (event) => {
      if (event.fail) throw new Error('no');
      if (event.say) { console.log(event.say); console.error('on stderr'); }
      return event;
    };`,
    {
      environment: { A: '1' },
    },
  );
  const handle = createLambdaApi({
    runtime: fixture.runtime,
    mappings: () =>
      ['u', 'v', 'w'].map((UUID) => ({
        UUID,
        EventSourceArn: `arn:stream/${UUID}`,
        FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:it',
      })),
    retries: () => 2,
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
    EventSourceMappings: [{ UUID: 'u' }, { UUID: 'v' }, { UUID: 'w' }],
  });
});

describe('ListEventSourceMappings', () => {
  const list = async (input: ListEventSourceMappingsCommandInput) => {
    const client = new LambdaClient({
      endpoint: new URL(url).origin,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const { EventSourceMappings, NextMarker } = await client.send(new ListEventSourceMappingsCommand(input));
    client.destroy();
    return [EventSourceMappings?.map(({ UUID }) => UUID).join(), NextMarker];
  };

  test('answers those of a source, of a function, page by page', async () => {
    expect(await list({ EventSourceArn: 'arn:stream/v' })).toEqual(['v', undefined]);
    expect(await list({ FunctionName: 'it' })).toEqual(['u,v,w', undefined]);
    expect(await list({ FunctionName: 'other' })).toEqual(['', undefined]);
    expect(await list({ MaxItems: 2 })).toEqual(['u,v', 'v']);
    expect(await list({ MaxItems: 2, Marker: 'v' })).toEqual(['w', undefined]);
  });

  test('refuses a marker that it has not given', async () => {
    await expect(list({ Marker: 'x' })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });
});

describe('the end of the log', () => {
  const tailOf = async (event: object) => {
    const response = await invoke(JSON.stringify(event), 'it', { 'x-amz-log-type': 'Tail' });
    return Buffer.from(response.headers.get('x-amz-log-result') ?? '', 'base64').toString();
  };

  test('comes with the answer when it is asked for, within the lines of Lambda', async () => {
    expect(await tailOf({ say: 'it is 한' })).toMatch(
      /^START RequestId: (\S+) Version: \$LATEST\nit is 한\non stderr\nEND RequestId: \1\nREPORT RequestId: \1\tDuration: [\d.]+ ms\t/,
    );
    // Each call has its own.
    expect(await tailOf({ say: 'again' })).not.toContain('it is');
    expect((await invoke('{}')).headers.has('x-amz-log-result')).toBe(false);
  });

  test('says why the function failed', async () => {
    expect(await tailOf({ fail: true })).toContain('Invoke Error\t{"errorType":"Error","errorMessage":"no"');
  });

  test('is at most 4 KB', async () => {
    const tail = await tailOf({ say: '한'.repeat(10_000) });
    expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(4_100);
    expect(tail).toContain('REPORT');
  });
});

test('other actions of Lambda are refused by name', async () => {
  const response = await fetch(`${url}/layers`);
  expect([response.status, (await response.json()) as unknown]).toEqual([
    404,
    { Type: 'User', Message: expect.stringContaining('GET /layers is not emulated') },
  ]);
});
