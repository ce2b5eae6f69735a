import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { sendFiles } from '../../../cli/send/sendFiles.ts';
import type { InputFile } from '../../../client/input/files.ts';

/** Of sendFiles: each has a request under way. */
const SENDERS = 4;

/** More of them than a run that has failed may read. */
const BATCHES = 100;

const long: InputFile = {
  name: 'events.ndjson',
  bytes: undefined,
  async *open(signal) {
    for (let at = 0; at < BATCHES; at += 1) {
      signal?.throwIfAborted();
      yield Buffer.from(`{"event_name":"a","text":"${'x'.repeat(900_000)}"}\n`);
    }
  },
};

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  return `http://127.0.0.1:${port}`;
};

const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });

const inMemory = (name: string, text: string): InputFile => ({
  name,
  bytes: text.length,
  async *open() {
    yield Buffer.from(text);
  },
});

test('a field that only the second file has is not taken for a mistake', async () => {
  const server = createServer(async (request, response) => {
    await request.resume().toArray();
    response.writeHead(202).end('{"accepted":1}');
  });
  const collector = { url: await listening(server), writeKey: 'k' };
  const files = [inMemory('a.ndjson', '{"n":1}\n'), inMemory('b.ndjson', '{"n":2,"key":"2"}\n')];
  const sending = (id: string) =>
    sendFiles(
      files,
      { mapping: { as: 'a', id }, source: undefined },
      collector,
      new AbortController().signal,
    );
  const { done, ended } = sending('key');
  await ended;
  expect(done).toMatchObject({ accepted: 2, bytes: 26 });
  await expect(sending('kex').ended).rejects.toThrow(
    'of 2 files has the field "kex" (id). Did you mean "key"?',
  );
  await closed(server);
});

test('a request that fails for good stops every sender, and what was accepted until then is counted', async () => {
  let requests = 0;
  const everySender = Promise.withResolvers<void>();
  const refused = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    requests += 1;
    const third = requests === 3;
    if (requests === SENDERS) everySender.resolve();
    await request.resume().toArray();
    await (third ? everySender : refused).promise;
    response.on('finish', refused.resolve);
    response.writeHead(third ? 401 : 202).end(third ? '{"error":{"code":"unauthorized"}}' : '{"accepted":1}');
  });
  const collector = { url: await listening(server), writeKey: 'k' };
  const { done, ended } = sendFiles(
    [long],
    { mapping: {}, source: undefined },
    collector,
    new AbortController().signal,
  );
  await expect(ended).rejects.toThrow(/answered 401/);
  expect([requests, done.accepted]).toEqual([SENDERS, SENDERS - 1]);
  await closed(server);
});
