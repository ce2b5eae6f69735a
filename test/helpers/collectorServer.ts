import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { accept } from '../../src/collect/accepting.ts';
import { answering } from '../../src/collect/answering.ts';
import { clientFamilies, router } from '../../src/collect/routes.ts';
import { type FakeStream, fakeKeys } from './collector.ts';

export interface CollectorServer {
  url: string;
  /** statuses answered, in order */
  statuses: number[];
  close(): Promise<void>;
}

/** The collector behind a real HTTP server, for real clients. Retries in the collector itself are off: one round a request. */
export const startCollector = async (
  stream: FakeStream,
  known: readonly string[] = [],
): Promise<CollectorServer> => {
  const routeOf = router(clientFamilies(new Set(known)));
  const statuses: number[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const [path = '', query = ''] = (incoming.url ?? '').split('?');
    const found = routeOf(`${incoming.method} ${path.replace(/\/$/, '')}`);
    const headers = new Map(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const request = { headers, body: await buffer(incoming), query: new URLSearchParams(query) };
    const { answer } = await answering(request, found, () => ({
      keys: fakeKeys,
      accept: (lines) =>
        accept(lines, { stream, now: () => 0, sleep: async () => {}, random: () => 1, budgetMs: 0 }),
      clock: { now: () => new Date() },
      newId: () => 'server-id',
    }));
    statuses.push(answer.status);
    outgoing
      .writeHead(answer.status, answer.headers)
      .end(Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this shape; Node's type also knows pipes.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    statuses,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
};
