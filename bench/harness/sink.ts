import { once } from 'node:events';
import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import type { Readable } from 'node:stream';

/** Where functions send what they make. It answers at once and keeps nothing: no service's speed is measured here. */
export interface Sink {
  /** for the function's process: where each service answers */
  env: Record<string, string>;
  /** where it speaks HTTP/2, which is what the SDK's own client of Kinesis starts with */
  http2: string;
  close(): Promise<void>;
}

/** The one write key there is; the sink knows it by any hash. */
const keyItem = JSON.stringify({ Item: { key_hash: { S: 'x' }, source: { S: 'bench' } } });

const PARTITION_KEY = Buffer.from('"PartitionKey"');

const recordsIn = (body: Buffer): number => {
  let count = 0;
  for (let at = body.indexOf(PARTITION_KEY); at !== -1; at = body.indexOf(PARTITION_KEY, at + 1)) count += 1;
  return count;
};

const taken = (count: number): string =>
  JSON.stringify({
    FailedRecordCount: 0,
    Records: Array.from({ length: count }, () => ({
      SequenceNumber: '49590338271490256608559692538361571095921575989136588898',
      ShardId: 'shardId-000000000000',
    })),
  });

const bodyOf = async (stream: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** PutRecords, as the SDK sends it by itself. */
const answerStream = async (stream: ServerHttp2Stream): Promise<void> => {
  stream.on('error', () => stream.destroy());
  const count = recordsIn(await bodyOf(stream));
  stream.respond({ ':status': 200, 'content-type': 'application/x-amz-json-1.1' });
  stream.end(taken(count));
};

/** PutRecords as the collector sends it, DynamoDB's GetItem and UpdateItem, S3's PutObject. */
const answerHttp1 = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const target = request.headers['x-amz-target'];
  if (target === undefined) {
    request.resume();
    await once(request, 'end');
    response.writeHead(200, { etag: '"0123456789abcdef0123456789abcdef"' }).end();
    return;
  }
  const body = await bodyOf(request);
  const operation = String(target).split('.').at(-1);
  const answers: Record<string, () => string> = {
    GetItem: () => keyItem,
    PutRecords: () => taken(recordsIn(body)),
  };
  const answer = answers[operation ?? '']?.() ?? '{}';
  response
    .writeHead(200, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(answer),
    })
    .end(answer);
};

const listening = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // address() of a server that listens on TCP is never a string or null.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

export const startSink = async (): Promise<Sink> => {
  const http1 = createHttp1({ keepAliveTimeout: 60_000 }, (request, response) => {
    answerHttp1(request, response).catch(() => response.destroy());
  });
  const http2 = createHttp2();
  const sessions = new Set<ServerHttp2Session>();
  http2.on('stream', (stream) => {
    answerStream(stream).catch(() => stream.destroy());
  });
  http2.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  const [url, http2Url] = await Promise.all([listening(http1), listening(http2)]);
  return {
    env: { AWS_ENDPOINT_URL: url },
    http2: http2Url,
    async close() {
      for (const session of sessions) session.destroy();
      http1.closeAllConnections();
      await Promise.all([http1, http2].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
};
