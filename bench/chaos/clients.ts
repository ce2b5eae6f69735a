import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import {
  type Collector,
  type CollectorAnswer,
  type CollectorRequest,
  post,
} from '../../client/collect/post.ts';
import { CliError } from '../../client/failure.ts';
import type { Platform } from '../../client/traffic/shop.ts';
import type { Told } from './told.ts';

const zip = promisify(gzip);

export interface SentEvent {
  id: string;
  /** no collector should take it */
  broken: boolean;
  event: Record<string, unknown>;
}

const answerPerEvent = z.looseObject({
  results: z.array(z.looseObject({ index: z.number(), status: z.number() })),
});

/** Between two rounds of tries of a client that has been sent away. */
const PAUSE_MS = 300;

/**
 * Sends a batch until each of its events is settled, always under the same ids, as `platform` does it: browsers
 * native JSON, apps Segment's protocol, tills gzipped NDJSON. Gives up when `patience` ends: what was never answered
 * then is neither acknowledged nor rejected.
 */
export const sendBatch = async (
  collector: Collector,
  platform: Platform,
  batch: readonly SentEvent[],
  told: Told,
  patience: AbortSignal,
): Promise<void> => {
  for (const { id } of batch) told.sent.add(id);
  told.requests += 1;
  let open = batch;
  while (open.length > 0 && !patience.aborted) {
    const answer = await tryToPost(collector, await requestOf(platform, open), told, patience);
    if (answer) open = settle(platform, open, answer, told);
    if (open.length > 0) await sleep(PAUSE_MS);
  }
};

/** Undefined when the client has tried often enough for now. */
const tryToPost = async (
  collector: Collector,
  request: CollectorRequest,
  told: Told,
  signal: AbortSignal,
): Promise<CollectorAnswer | undefined> => {
  told.tries += 1;
  const onRetry = (): void => {
    told.tries += 1;
  };
  try {
    return await post(collector, request, { onRetry, signal });
  } catch (error) {
    if (signal.aborted || error instanceof CliError) return undefined;
    throw error;
  }
};

/** Takes down what was said; returns what has to be sent again. */
const settle = (
  platform: Platform,
  open: readonly SentEvent[],
  { status, body }: CollectorAnswer,
  told: Told,
): SentEvent[] => {
  if (platform === 'app' && status === 200) {
    for (const { id, broken } of open) (broken ? told.refused : told.acknowledged).add(id);
    return [];
  }
  if (status === 202) {
    for (const { id } of open) told.acknowledged.add(id);
    return [];
  }
  const parsed = answerPerEvent.safeParse(body);
  if (!parsed.success) throw new Error(`The collector answered ${status}: ${JSON.stringify(body)}`);
  const settled = new Set<number>();
  for (const { index, status: of } of parsed.data.results) {
    const id = open[index]?.id;
    if (id === undefined || (of !== 202 && of !== 422)) continue;
    settled.add(index);
    (of === 202 ? told.acknowledged : told.refused).add(id);
  }
  return open.filter((_, index) => !settled.has(index));
};

const requestOf = async (platform: Platform, batch: readonly SentEvent[]): Promise<CollectorRequest> => {
  const events = batch.map(({ event }) => event);
  const json = { contentType: 'application/json' };
  switch (platform) {
    case 'web':
      return { ...json, path: '/v1/events', body: JSON.stringify({ events }) };
    case 'app':
      return { ...json, path: '/v1/batch', body: JSON.stringify({ batch: events.map(asSegmentCall) }) };
    case 'till': {
      const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
      return {
        path: '/v1/events',
        contentType: 'application/x-ndjson',
        gzip: true,
        body: await zip(lines),
      };
    }
  }
};

const asSegmentCall = (event: Record<string, unknown>): Record<string, unknown> => ({
  type: 'track',
  messageId: event.event_id,
  event: event.event_name,
  timestamp: event.event_time,
  anonymousId: event.anonymous_id,
  userId: event.user_id,
  context: event.context,
  properties: event.properties,
});
