/** The collector for real clients to send to: its own code behind the emulator's API Gateway, with a stream in memory. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFront } from 'headrace-emulator/services';
import { v7 } from 'uuid';
import { parse } from 'yaml';
import { z } from 'zod';
import { answering } from '../../src/collect/answering.ts';
import { segmentProblemAnswer } from '../../src/collect/answers.ts';
import { requestOf, responseOf } from '../../src/collect/httpApi.ts';
import type { CollectedLine } from '../../src/collect/line.ts';
import { problem } from '../../src/collect/request.ts';
import { clientFamilies, router } from '../../src/collect/routes.ts';
import { type CanonicalEvent, canonicalEvent } from '../../src/events/envelope.ts';
import { knownEventTypes } from '../../src/events/registry.ts';

/** Answers in place of the collector: 400 and 401 for good, 429 and 500 once or twice. */
export interface Fault {
  status: 400 | 401 | 413 | 429 | 500;
  times: number;
}

export interface SenderCollector {
  url: string;
  key: string;
  events: CanonicalEvent[];
  /** lines for quarantine */
  rejected: string[];
  /** `POST /v1/batch 200`, in the order they were answered; without preflights and what is no event */
  answers: string[];
  /** forgets everything, and answers with the fault from now on */
  restart(fault?: Fault): void;
  close(): Promise<void>;
}

const KEY = 'wk_sender';

const texts = z.array(z.string());
const params = z.object({
  default: z.object({
    cors: z.object({
      allowedOrigins: texts,
      allowedMethods: texts,
      allowedHeaders: texts,
      exposedResponseHeaders: texts,
      maxAge: z.number(),
    }),
  }),
});

const corsOfParams = () => {
  const { cors } = params.parse(parse(readFileSync('resources/params.yml', 'utf8'))).default;
  return {
    ...{ origins: cors.allowedOrigins, methods: cors.allowedMethods, headers: cors.allowedHeaders },
    ...{ exposed: cors.exposedResponseHeaders, maxAgeSeconds: cors.maxAge, credentials: false },
  };
};

const route = (method: string) => ({
  ...{ key: `${method} /{path+}`, method, segments: ['{path+}'] },
  ...{ functionName: 'collect', timeoutMs: 30_000 },
});

const api = () => ({
  ...{ id: 'api', cors: corsOfParams(), throttle: undefined, routeThrottles: new Map() },
  routes: [route('POST'), route('GET')],
});

/** As API Gateway answers for itself, and as the collector answers what is wrong with a request. */
const faultBody = (status: Fault['status']): string => {
  if (status === 429) return '{"message":"Too Many Requests"}';
  if (status === 500) return '{"message":"Internal Server Error"}';
  return segmentProblemAnswer(problem(status, 'fault', 'A fault.')).body;
};

const answerFault = (status: Fault['status'], response: ServerResponse): void => {
  const headers = { 'content-type': 'application/json', 'access-control-allow-origin': '*' };
  response.writeHead(status, headers).end(faultBody(status));
};

/** Not what a library asks for before it sends, nor its metrics. */
const isSending = ({ method, url = '' }: IncomingMessage): boolean =>
  (method === 'POST' && url !== '/v1/m') || (method === 'GET' && url.startsWith('/i?'));

export const startSenderCollector = async (): Promise<SenderCollector> => {
  const state: Pick<SenderCollector, 'events' | 'rejected' | 'answers'> & { fault: Fault } = {
    ...{ events: [], rejected: [], answers: [] },
    fault: { status: 500, times: 0 },
  };
  const routeOf = router(clientFamilies(knownEventTypes));
  const accept = async (lines: readonly CollectedLine[]) => {
    for (const line of lines) {
      const text = Buffer.from(line.bytes).toString('utf8');
      if ('refused' in line) state.rejected.push(text);
      else state.events.push(canonicalEvent().parse(JSON.parse(text)));
    }
    return { taken: lines.map(() => true), rounds: 1, errorCodes: [], records: [] };
  };
  const dependencies = () => ({
    ...{ accept, newId: v7, clock: { now: () => new Date() } },
    keys: { sourceOf: async (key: string) => (key === KEY ? 'shop' : undefined) },
  });
  const invoke = async (_name: string, event: string) => {
    const { request, path } = requestOf(JSON.parse(event));
    const { answer } = await answering(request, routeOf(path), dependencies);
    return { payload: JSON.stringify(responseOf(answer)) };
  };
  const timer = { now: Date.now, sleep: () => new Promise<void>(() => {}) };
  const front = createFront({ apis: [api()], invoker: { invoke }, timer });
  const server = createServer((request, response) => {
    if (isSending(request))
      response.once('finish', () =>
        state.answers.push(`${request.method} ${request.url?.split('?')[0]} ${response.statusCode}`),
      );
    if (!isSending(request) || state.fault.times === 0) return void front.handle(request, response);
    state.fault.times -= 1;
    request.resume().once('end', () => answerFault(state.fault.status, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this shape; Node's type also knows pipes.
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, key: KEY },
    get events() {
      return state.events;
    },
    get rejected() {
      return state.rejected;
    },
    get answers() {
      return state.answers;
    },
    restart(fault: Fault = { status: 500, times: 0 }) {
      Object.assign(state, { events: [], rejected: [], answers: [], fault: { ...fault } });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
};
