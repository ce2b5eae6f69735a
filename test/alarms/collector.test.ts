import '../helpers/someWindow.ts';
import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { createFront, httpApis } from 'headrace-emulator/services';
import { eachDependencies, HOUR, MINUTE } from './support/dependencies.ts';

/** The template's own HTTP API, in the real front over HTTP; the function behind it is a plain one here. */

const dependencies = eachDependencies();
let server: Server | undefined;

afterEach(async () => {
  await new Promise((done) => (server ? server.close(done) : done(undefined)));
  server = undefined;
});

/** Requests to the collector, one after another; `collect` answers them. */
const request = async (times: number, collect: () => Promise<object>): Promise<void> => {
  const front = createFront({
    apis: httpApis(dependencies.resources),
    invoker: { invoke: async () => ({ payload: JSON.stringify(await collect()) }) },
    timer: { now: dependencies.now, sleep: () => new Promise(() => {}) },
    measure: dependencies.measure,
  });
  server = createServer((request, response) => void front.handle(request, response));
  const port = await new Promise<number>((resolve) => {
    server?.listen(0, '127.0.0.1', () => {
      const address = server?.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  for (let i = 0; i < times; i += 1)
    await fetch(`http://127.0.0.1:${port}/v1/events`, { method: 'POST', body: '{}' });
  server.closeAllConnections();
  await new Promise((done) => server?.close(done));
  server = undefined;
};

test('door-errors rings when the collector answers with 5xx for ten minutes, not for five', async () => {
  const unavailable = async () => ({ statusCode: 503 });
  await request(10, unavailable);
  await dependencies.pass(5 * MINUTE);
  expect(await dependencies.told()).toEqual([]);
  await request(10, unavailable);
  await dependencies.pass(5 * MINUTE);
  expect(await dependencies.told()).toEqual(['door-errors']);
});

test('door-slow rings when in fifteen minutes of an hour one request in a hundred waits longer than three seconds', async () => {
  const slowly = async () => {
    await dependencies.pass(5_000);
    return { statusCode: 202 };
  };
  // Beside 3,000 quick ones in five minutes, of which four are slow.
  for (let period = 0; period < 4; period += 1) {
    await request(45, slowly);
    await dependencies.pass(75_000);
  }
  expect(await dependencies.told()).toEqual(['door-slow']);
});

test('door-silent rings when no event has come in for three hours, and not after two and a half', async () => {
  await dependencies.pass(2.5 * HOUR, { events: false });
  expect(await dependencies.told()).toEqual([]);
  await dependencies.pass(HOUR, { events: false });
  expect(await dependencies.told()).toEqual(['door-silent']);
});

test('requests that are answered ring nothing, and neither do senders who do wrong', async () => {
  for (let period = 0; period < 4; period += 1) {
    await request(20, async () => ({ statusCode: period % 2 === 0 ? 202 : 401 }));
    await dependencies.pass(5 * MINUTE);
  }
  expect(await dependencies.told()).toEqual([]);
});
