import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Interference } from './types.ts';

/** Lets a handler do its work and its caller not hear of it: the answer is cut off, or comes late. */
export const interfereWithAnswer = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Exclude<Interference['answer'], 'gone' | undefined>,
): void => {
  const end = response.end.bind(response);
  const cut = answer === 'cut';
  const later = (...given: unknown[]): ServerResponse => {
    if (cut) hangUp(request);
    // The arguments go through as they came; the overloads of end() cannot be told apart here.
    else setTimeout(() => Reflect.apply(end, response, given), answer.lateMs);
    return response;
  };
  Object.assign(response, { end: later });
  // HTTP/2 sends the head at once.
  if (cut) Object.assign(response, { write: () => true, writeHead: () => response });
};

const overHttp2 = z.object({ stream: z.object({ session: z.instanceof(EventEmitter) }) });

/** Breaks the connection: under HTTP/2 that takes every call under way on it. */
export const hangUp = (request: IncomingMessage): void => {
  const session = overHttp2.safeParse(request).data?.stream.session;
  if (session && 'destroy' in session && typeof session.destroy === 'function') session.destroy();
  else request.socket.destroy();
};

/** A request whose body has been read already, for a handler that wants to read it itself. */
export const withBody = (request: IncomingMessage, body: Buffer): IncomingMessage => {
  const { method, url, headers, httpVersion, socket } = request;
  const again = Object.assign(Readable.from([body]), { method, url, headers, httpVersion, socket });
  // It has what handlers look at; node has no public way to make a request of one's own.
  return again as unknown as IncomingMessage;
};
