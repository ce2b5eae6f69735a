import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAdmin } from '../../src/apigateway/admin.ts';

let server: Server;
let agent: Agent;
/** sockets that the server has got, in order */
let sockets: Socket[];
/** what those who wait for the mappings were given, in order */
let waits: { signal: AbortSignal | undefined; done: () => void }[];
let waiting: PromiseWithResolvers<void>;

beforeEach(async () => {
  [sockets, waits, waiting] = [[], [], Promise.withResolvers<void>()];
  const admin = createAdmin({
    about: () => ({}),
    stats: () => ({}),
    schedules: [],
    fire: async () => [],
    deliveries: { status: () => [], idle: async () => {}, stop: async () => {} },
    mappings: {
      status: () => [],
      describe: () => [],
      stop: async () => {},
      idle(signal) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waits.push({ signal, done: resolve });
        waiting.resolve();
        return promise;
      },
    },
  });
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  server = createServer((request, response) => void admin(request, response));
  server.on('connection', (socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  agent.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const ask = () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return get({ host: '127.0.0.1', port, agent, path: '/_emulator/mappings?wait=idle' });
};

/** Asks, lets the wait end, and reads the answer to its end. */
const askAndWait = async (): Promise<number | undefined> => {
  waiting = Promise.withResolvers<void>();
  const request = ask();
  await waiting.promise;
  waits.at(-1)?.done();
  const [response]: [IncomingMessage] = (await once(request, 'response')) as [IncomingMessage];
  await once(response.resume(), 'end');
  return response.statusCode;
};

describe('waiting for the mappings', () => {
  test('leaves nothing behind on a connection that is used again and again', async () => {
    expect(await askAndWait()).toBe(200);
    const after = sockets[0]?.listenerCount('close');
    for (let more = 0; more < 20; more += 1) await askAndWait();
    expect(sockets).toHaveLength(1);
    expect(waits).toHaveLength(21);
    expect(sockets[0]?.listenerCount('close')).toBe(after);
  });

  test('ends when the client has gone', async () => {
    const request = ask();
    request.on('error', () => {});
    await waiting.promise;
    const [{ signal } = { signal: undefined }] = waits;
    expect(signal?.aborted).toBe(false);
    const aborted = once(signal ?? new EventTarget(), 'abort');
    request.destroy();
    await aborted;
    expect(signal?.reason).toEqual(new Error('The client has gone'));
    waits[0]?.done();
  });
});
