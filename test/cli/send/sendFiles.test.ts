import { createServer } from 'node:http';
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
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  const collector = { url: `http://127.0.0.1:${port}`, writeKey: 'k' };
  const { done, ended } = sendFiles(
    [long],
    { mapping: {}, source: undefined },
    collector,
    new AbortController().signal,
  );
  await expect(ended).rejects.toThrow(/answered 401/);
  expect([requests, done.accepted]).toEqual([SENDERS, SENDERS - 1]);
  await new Promise((closed) => {
    server.close(closed);
    server.closeAllConnections();
  });
});
