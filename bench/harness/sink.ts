import { once } from 'node:events';
import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';

/** Where functions send what they make. It answers at once and keeps nothing: no service's speed is measured here. */
export interface Sink {
  /** for the function's process: where each service answers */
  env: Record<string, string>;
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

/** PutRecords; the SDK speaks HTTP/2 with Kinesis. */
const answerStream = (stream: ServerHttp2Stream): void => {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => stream.destroy());
  stream.on('end', () => {
    stream.respond({ ':status': 200, 'content-type': 'application/x-amz-json-1.1' });
    stream.end(taken(recordsIn(Buffer.concat(chunks))));
  });
};

/** DynamoDB's GetItem and UpdateItem, S3's PutObject. */
const answerHttp1 = (request: IncomingMessage, response: ServerResponse): void => {
  request.resume();
  request.on('end', () => {
    const target = request.headers['x-amz-target'];
    if (target === undefined) response.writeHead(200, { etag: '"0123456789abcdef0123456789abcdef"' }).end();
    else
      response
        .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
        .end(String(target).endsWith('.GetItem') ? keyItem : '{}');
  });
};

const listening = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // address() of a server that listens on TCP is never a string or null.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

export const startSink = async (): Promise<Sink> => {
  const http1 = createHttp1({ keepAliveTimeout: 60_000 }, answerHttp1);
  const http2 = createHttp2();
  const sessions = new Set<ServerHttp2Session>();
  http2.on('stream', answerStream);
  http2.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  const [others, kinesis] = await Promise.all([listening(http1), listening(http2)]);
  return {
    env: { AWS_ENDPOINT_URL: others, AWS_ENDPOINT_URL_KINESIS: kinesis },
    async close() {
      for (const session of sessions) session.destroy();
      http1.closeAllConnections();
      await Promise.all([http1, http2].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
};
