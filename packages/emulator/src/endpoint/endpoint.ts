import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { answerFailure } from './answers.ts';
import { routeRequest } from './route.ts';
import type { Endpoint, EndpointOptions } from './types.ts';

/** Everything listens here and nowhere else: the emulator knows no passwords. */
const LOOPBACK = '127.0.0.1';

/** SQS long polls hold a request for 20 s, Lambda invokes up to 15 min: no request is too long. */
const NO_LIMIT_MS = 0;

/** How long an idle connection is kept: longer than the SDK's pools keep theirs, so that we never cut one in use. */
const KEEP_ALIVE_MS = 65_000;

/**
 * One port for all AWS APIs and the API front. It speaks HTTP/1.1 and, without TLS, HTTP/2 to clients that start
 * with it (the SDK's KinesisClient does so even to http:// endpoints).
 */
export const startEndpoint = async (options: EndpointOptions): Promise<Endpoint> => {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    routeRequest(options, request, response).catch((error: unknown) =>
      answerFailure(options, request, response, error),
    );
  };
  const http1 = createHttpServer(
    { requestTimeout: NO_LIMIT_MS, headersTimeout: NO_LIMIT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    answer,
  );
  const http2 = createHttp2Server((request, response) => {
    // node's compatibility API: same members as HTTP/1's, which the handlers use; its types are not related.
    answer(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A client that hangs up is no event here; the request's own handler sees it.
    socket.on('error', () => socket.destroy());
    socket.once('data', (head) => {
      socket.pause();
      socket.unshift(head);
      // HTTP/2 with prior knowledge opens with `PRI * HTTP/2.0`; no method of HTTP/1 begins like that.
      if (head.subarray(0, 3).toString() === 'PRI') {
        // Not resumed: the session reads what was put back by itself, a flowing socket would lose it.
        http2.emit('connection', socket);
      } else {
        http1.emit('connection', socket);
        socket.resume();
      }
    });
  });
  const port = await listen(server, options.port);
  return { port, url: `http://${LOOPBACK}:${port}`, close: () => close(server, sockets) };
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the endpoint has no port'));
      else resolve(address.port);
    });
  });

const close = (server: Server, sockets: Set<Socket>): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
