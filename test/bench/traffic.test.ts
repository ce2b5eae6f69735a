import { createServer, type Server } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Told } from '../../bench/chaos/told.ts';
import { runTraffic } from '../../bench/chaos/traffic.ts';

/** A collector that takes everything, and keeps what it was sent until it has enough. */
const collector = async (enough: number) => {
  const bodies: string[] = [];
  const over = new AbortController();
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      bodies.push(`${request.url} ${text.toString()}`);
      if (bodies.length >= enough) over.abort();
      response.writeHead(202, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, bodies, over: over.signal, close };
};

const BATCHES = 12;
let collectors: Awaited<ReturnType<typeof collector>>[] = [];
beforeEach(() => {
  collectors = [];
});
afterEach(async () => {
  await Promise.all(collectors.map(({ close }) => close()));
});

const sentBy = async (seed: number): Promise<{ bodies: string[]; told: Told }> => {
  const at = await collector(BATCHES);
  collectors.push(at);
  const told = new Told();
  const patience = new AbortController().signal;
  const to = { url: at.url, writeKey: 'key' };
  await runTraffic({ seed, clients: 1, collector: to, told, over: at.over, patience });
  return { bodies: at.bodies, told };
};

describe('the traffic of a seed', () => {
  test('is the same every time: requests, events, ids and times', async () => {
    const [one, again] = [await sentBy(11), await sentBy(11)];
    expect(one.bodies).toHaveLength(BATCHES);
    expect(again.bodies).toEqual(one.bodies);
    expect([...again.told.sent]).toEqual([...one.told.sent]);
  });

  test('is another under another seed, and no id of one is in the other', async () => {
    const [one, other] = [await sentBy(11), await sentBy(12)];
    expect([...one.told.sent].filter((id) => other.told.sent.has(id))).toEqual([]);
  });

  test('has events that are late, early, broken and sent twice', async () => {
    const { bodies } = await sentBy(3);
    const all = bodies.join('\n');
    const ids = [...all.matchAll(/"(?:event_id|messageId)":"([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(new Set(ids).size);
    expect(all).toContain('2099-01-01T00:00:00.000Z');
    const hours = new Set(
      [...all.matchAll(/"(?:event_time|timestamp)":"(2026-1\d-\d\dT\d\d)/g)].map(([, h]) => h),
    );
    expect([...hours].filter((hour) => hour !== undefined && hour < '2026-11-01')).not.toEqual([]);
  });
});
