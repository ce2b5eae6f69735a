import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { type Collector, type CollectorRequest, post } from '../collect/post.ts';
import { CliError } from '../failure.ts';
import type { ClientBatch } from './plan.ts';
import type { Platform } from './shop.ts';

const zip = promisify(gzip);

/** What the collector said to a batch, as its client understands it. */
interface BatchAnswer {
  accepted: number;
  refused: number;
}

const native = z.looseObject({ accepted: z.number(), refused: z.number().optional() });

/** Each platform speaks its own protocol: browsers native JSON, apps Segment's, tills gzipped NDJSON. */
export const sendBatch = async (
  collectors: Record<Platform, Collector>,
  batch: ClientBatch,
  signal: AbortSignal,
): Promise<BatchAnswer> => {
  const answer = await post(collectors[batch.platform], await requestOf(batch), { signal });
  // Segment's protocol has one answer for the whole batch. What the collector rejected of it is in quarantine all the
  // same, and the generator knows which events it broke.
  if (batch.platform === 'app' && answer.status === 200)
    return { accepted: batch.events.length - batch.broken, refused: batch.broken };
  const told = native.safeParse(answer.body);
  if (!told.success)
    throw new CliError(`The collector answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return { accepted: told.data.accepted, refused: told.data.refused ?? 0 };
};

const requestOf = async (batch: ClientBatch): Promise<CollectorRequest> => {
  switch (batch.platform) {
    case 'web':
      return {
        path: '/v1/events',
        contentType: 'application/json',
        body: JSON.stringify({ events: batch.events }),
      };
    case 'app':
      return {
        path: '/v1/batch',
        contentType: 'application/json',
        body: JSON.stringify({ batch: batch.events.map(asSegmentCall) }),
      };
    case 'till': {
      const lines = batch.events.map((event) => `${JSON.stringify(event)}\n`).join('');
      return { path: '/v1/events', contentType: 'application/x-ndjson', gzip: true, body: await zip(lines) };
    }
  }
};

const shopEvent = z.looseObject({
  event_id: z.string(),
  event_name: z.string().optional(),
  event_time: z.string(),
  anonymous_id: z.string(),
  user_id: z.string().nullable(),
  context: z.unknown(),
  properties: z.unknown(),
});

const asSegmentCall = (event: unknown): Record<string, unknown> => {
  const { event_id, event_name, event_time, anonymous_id, user_id, context, properties } =
    shopEvent.parse(event);
  return {
    type: 'track',
    messageId: event_id,
    event: event_name,
    timestamp: event_time,
    anonymousId: anonymous_id,
    userId: user_id,
    context,
    properties,
  };
};
