import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sendLines } from '../../../client/collect/sendLines.ts';
import { createFakeStream, KEY } from '../../helpers/collector.ts';
import { startCollector } from '../../helpers/collectorServer.ts';

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** A collector that answers as told, request by request, and remembers the lines it was sent. */
const collectorThat = async (answers: ((lines: string[], response: ServerResponse) => void)[]) => {
  const received: string[][] = [];
  server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const lines = gunzipSync(Buffer.concat(chunks)).toString().trimEnd().split('\n');
    received.push(lines);
    answers[received.length - 1]?.(lines, response);
  });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  return { collector: { url: `http://127.0.0.1:${port}`, writeKey: 'k' }, received };
};

const answer =
  (status: number, body: object, headers = {}) =>
  (_lines: string[], response: ServerResponse) => {
    response.writeHead(status, headers).end(JSON.stringify(body));
  };

describe('sending lines', () => {
  test('counts a 202 as accepted, whole', async () => {
    const { collector } = await collectorThat([answer(202, { accepted: 2 })]);
    expect(await sendLines(collector, ['{}', '{}'])).toEqual({ accepted: 2, refused: 0, reasons: {} });
  });

  test('sends again only the lines that the stream did not take', async () => {
    const { collector, received } = await collectorThat([
      answer(207, {
        results: [
          { index: 0, status: 202 },
          { index: 1, status: 422, reason: 'missing_event_name' },
          { index: 2, status: 503, retry: true },
        ],
      }),
      answer(202, { accepted: 1 }),
    ]);
    expect(await sendLines(collector, ['"a"', '"b"', '"c"'])).toEqual({
      accepted: 2,
      refused: 1,
      reasons: { missing_event_name: 1 },
    });
    expect(received).toEqual([['"a"', '"b"', '"c"'], ['"c"']]);
  });

  test('waits and tries again after a 503', async () => {
    let retries = 0;
    const { collector, received } = await collectorThat([
      answer(503, {}, { 'retry-after': '0' }),
      answer(202, { accepted: 1 }),
    ]);
    const tally = await sendLines(collector, ['"a"'], { onRetry: () => (retries += 1) });
    expect([tally.accepted, received.length, retries]).toEqual([1, 2, 1]);
  });

  test('halves a request that is too large', async () => {
    const { collector, received } = await collectorThat([
      answer(413, {}),
      answer(202, { accepted: 2 }),
      answer(202, { accepted: 1 }),
    ]);
    expect((await sendLines(collector, ['"a"', '"b"', '"c"'])).accepted).toBe(3);
    expect(received.map((lines) => lines.length)).toEqual([3, 2, 1]);
  });

  test.each([
    ['{"events":[{"event_name":"a"},{"event_name":"b"}]}', 'missing_event_name'],
    ['{"event_id":"1","events":[]}', 'missing_event_name'],
    ['[{"event_name":"a"},{"event_name":"b"}]', 'not_an_object'],
    ['[]', 'not_an_object'],
    ['["torn', 'invalid_json'],
  ])('of which the only one could be a whole request counts it as one: %s', async (line, reason) => {
    const stream = createFakeStream();
    const real = await startCollector(stream);
    const tally = await sendLines({ url: real.url, writeKey: KEY }, [line]);
    await real.close();
    expect(tally).toEqual({ accepted: 0, refused: 1, reasons: { [reason]: 1 } });
    expect(stream.refused().map(({ raw }) => raw)).toEqual([line]);
  });

  test('says that the write key is wrong instead of trying for ever', async () => {
    const { collector } = await collectorThat([answer(401, { error: { code: 'unauthorized' } })]);
    await expect(sendLines(collector, ['"a"'])).rejects.toMatchObject({
      next: expect.stringContaining('write key'),
    });
  });
});
