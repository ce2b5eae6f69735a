import { z } from 'zod';
import { requestBodies } from '../../harness/events.ts';
import type { Prepare } from '../../harness/sample.ts';
import { quantile } from '../../harness/statistics.ts';

export const collectorOptions = z.object({
  entry: z.string(),
  seed: z.number(),
  batch: z.number(),
  requests: z.number(),
  bodies: z.number(),
});

const answer = z.object({ statusCode: z.literal(202) });

const apiEvent = (body: string) => ({
  version: '2.0',
  routeKey: 'POST /v1/events',
  rawPath: '/v1/events',
  headers: {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    authorization: 'Basic YmVuY2g6',
    host: 'collector.example',
  },
  requestContext: { requestId: 'bench', http: { method: 'POST', path: '/v1/events' } },
  body,
  isBase64Encoded: false,
});

const context = { awsRequestId: 'bench', functionName: 'headrace-local-collect' };

/** The bundled collector, called as Lambda calls it: one request after the other. */
export const prepare: Prepare = async (given) => {
  const { entry, seed, batch, requests, bodies } = collectorOptions.parse(given);
  const { handler } = await import(entry);
  const events = requestBodies(seed, batch, bodies).map(apiEvent);
  return async () => {
    const took: number[] = [];
    for (let at = 0; at < requests; at += 1) {
      const began = performance.now();
      answer.parse(await handler(events[at % events.length], context));
      took.push(performance.now() - began);
    }
    return { events: requests * batch, p50Ms: quantile(took, 0.5), p99Ms: quantile(took, 0.99) };
  };
};
