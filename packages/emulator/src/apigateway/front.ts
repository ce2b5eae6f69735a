import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type FunctionInvoker, type Measure, type Timer } from '../contracts.ts';
import { isSigned } from '../endpoint/caller.ts';
import { meterOf } from '../meter.ts';
import type { Storage } from '../storage.ts';
import { answerOf, gatewayMessage, type HttpAnswer, internalError } from './answer.ts';
import type { HttpApi } from './api.ts';
import { isPreflight, preflightAnswer, withCors } from './cors.ts';
import { type BodyRule, proxyEvent, type ReceivedRequest } from './event.ts';
import { hasPath, type Match, matchRoute } from './match.ts';
import { Throttles } from './throttle.ts';

/** API Gateway's limit on a request's body. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** A body that is not here by then is not waited for: API Gateway gives a request as long as the function's answer. */
const BODY_TIMEOUT_MS = 30_000;

interface FrontOptions {
  apis: readonly HttpApi[];
  invoker: FunctionInvoker;
  timer: Timer;
  measure?: Measure;
  /** Whether what is sent can be kept. */
  storage?: Storage | undefined;
  /** Default: `content-encoding` */
  bodies?: BodyRule | undefined;
}

/** Answers for the HTTP APIs of the template. `takes` says whether a request is theirs, with or without a route. */
interface HttpFront {
  takes(request: IncomingMessage): boolean;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export const createFront = ({ apis, invoker, timer, measure, storage, bodies }: FrontOptions): HttpFront => {
  const apiFor = (path: string): HttpApi | undefined =>
    apis.find((api) => hasPath(api.routes, path)) ?? apis[0];

  const throttles = new Throttles(() => timer.now());

  const answer = async (request: IncomingMessage): Promise<HttpAnswer> => {
    const path = pathOf(request);
    const { method = 'GET', headers } = request;
    const api = apiFor(path);
    const body = await receiveInTime(request, timer);
    if (!api) return gatewayMessage(404, 'Not Found');
    const respond = (given: HttpAnswer): HttpAnswer =>
      api.cors ? withCors(given, api.cors, headers.origin) : given;
    if (api.cors && isPreflight(method, headers)) return preflightAnswer(api.cors, headers.origin);
    if (body === 'tooLarge') return respond(gatewayMessage(413, 'Request Entity Too Large'));
    if (body === 'tooSlow') return respond(gatewayMessage(408, 'Request Timeout'));
    const trouble = storage?.trouble();
    if (trouble !== undefined) return respond(unavailable(trouble));
    const match = matchRoute(api.routes, method, path);
    if (!match) return respond(gatewayMessage(404, 'Not Found'));
    if (!throttles.take(api, match.route.key)) return respond(gatewayMessage(429, 'Too Many Requests'));
    const event = proxyEvent(received(request, body), match, api.id, new Date(timer.now()), bodies);
    const answered = await integrate(invoker, match, JSON.stringify(event));
    // Never a success for what was stored in a folder that is not there any more.
    const gone = storage?.gone();
    if (gone !== undefined) return respond(unavailable(gone));
    // By which a sender can name its request: the function logs the same id.
    const named = { 'apigw-requestid': event.requestContext.requestId };
    return respond({ ...answered, headers: { ...answered.headers, ...named } });
  };

  /** API Gateway counts zeros too: the average of 5xx is their rate. */
  const measureAnswer = (
    api: HttpApi | undefined,
    status: number,
    latencyMs: number,
    processedBytes: number,
  ): void => {
    if (!api) return;
    const meter = meterOf(measure, 'AWS/ApiGateway', { ApiId: api.id });
    meter('Count', 1);
    meter('4xx', status >= 400 && status < 500 ? 1 : 0);
    meter('5xx', status >= 500 ? 1 : 0);
    meter('Latency', latencyMs, 'Milliseconds');
    meter('DataProcessed', processedBytes, 'Bytes');
  };

  return {
    // Nobody signs a request to an HTTP API, and AWS clients sign theirs: a path without a route is no call of S3.
    takes: (request) => apis.length > 0 && !isSigned(request),
    async handle(request, response) {
      const startedMs = timer.now();
      const { status, headers, cookies, body } = await answer(request).catch(internalError);
      // Of a body that comes in chunks nobody has said how long it is.
      const sent = Number(request.headers['content-length'] ?? 0);
      measureAnswer(apiFor(pathOf(request)), status, timer.now() - startedMs, sent + body.length);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      if (cookies.length > 0) response.setHeader('set-cookie', [...cookies]);
      if (status !== 204) response.setHeader('content-length', body.length);
      response.writeHead(status);
      // Whoever is still sending is not listened to any longer.
      if (!request.complete) response.once('finish', () => request.destroy());
      response.end(body);
    },
  };
};

const unavailable = (why: string): HttpAnswer => gatewayMessage(503, `Service Unavailable: ${why}`);

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?')[0] ?? '/';

const integrate = async (invoker: FunctionInvoker, { route }: Match, event: string): Promise<HttpAnswer> => {
  const signal = AbortSignal.timeout(route.timeoutMs);
  try {
    const { payload, functionError } = await invoker.invoke(route.functionName, event, { signal });
    return functionError ? internalError() : answerOf(payload);
  } catch (error) {
    if (signal.aborted) return gatewayMessage(503, 'Service Unavailable');
    if (!(error instanceof AwsError)) throw error;
    if (error.status === 413) return gatewayMessage(413, 'Request Entity Too Large');
    // Lambda that cannot take the call right now is no failure of the function.
    return error.status === 429 || error.status === 503
      ? gatewayMessage(503, 'Service Unavailable')
      : internalError();
  }
};

const receiveInTime = async (
  request: IncomingMessage,
  timer: Timer,
): Promise<Buffer | 'tooLarge' | 'tooSlow'> => {
  const received = new AbortController();
  const late = timer.sleep(BODY_TIMEOUT_MS, received.signal).then(() => 'tooSlow' as const);
  try {
    return await Promise.race([receive(request), late]);
  } finally {
    received.abort();
  }
};

/** The whole body; one that is too large is read to its end and thrown away, so that the client gets its answer. */
const receive = async (request: IncomingMessage): Promise<Buffer | 'tooLarge'> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes <= MAX_BODY_BYTES ? Buffer.concat(chunks) : 'tooLarge';
};

const received = (request: IncomingMessage, body: Buffer): ReceivedRequest => ({
  method: request.method ?? 'GET',
  url: request.url ?? '/',
  httpVersion: request.httpVersion,
  headers: request.headers,
  rawHeaders: request.rawHeaders,
  body,
  sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
  port: request.socket.localPort ?? 0,
});
