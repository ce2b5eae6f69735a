import { setTimeout as sleep } from 'node:timers/promises';
import type { Collector } from '../../client/collect/post.ts';
import { type Chance, seededChance } from '../../client/traffic/random.ts';
import { type Platform, type ShopEvent, visit } from '../../client/traffic/shop.ts';
import { type SentEvent, sendBatch } from './clients.ts';
import type { Told } from './told.ts';

/**
 * The shop's hours, on the last first of November: no collector rejects them, PostgreSQL keeps them (400 days), and a seed
 * makes the same events for a year.
 */
const endMs = (now: Date): number => {
  const ofYear = (year: number): number => Date.UTC(year, 10, 1, 12);
  const thisYear = ofYear(now.getUTCFullYear());
  return thisYear < now.getTime() ? thisYear : ofYear(now.getUTCFullYear() - 1);
};

const END_MS = endMs(new Date());
const HOURS = 5;

const BATCH: Record<Platform, number> = { web: 12, app: 20, till: 40 };
const REPEATED = 0.03;
const BROKEN = 0.02;
/** a phone that was offline for days */
const LATE = 0.01;

/** A client's pause between two batches. */
const PAUSE_MS = 150;

export interface TrafficOptions {
  seed: number;
  clients: number;
  collector: Collector;
  told: Told;
  /** no new batch after this */
  over: AbortSignal;
  /** clients that still wait for an answer give up */
  patience: AbortSignal;
}

/** Several clients at once, each a seeded shop of its own, each after the other batch by batch. */
export const runTraffic = async (options: TrafficOptions): Promise<void> => {
  const { seed, clients, over, patience } = options;
  const client = async (chance: Chance, { collector, told }: TrafficOptions): Promise<void> => {
    while (!over.aborted) {
      const { platform, events } = batchOf(chance);
      await sendBatch(collector, platform, events, told, patience);
      await sleep(PAUSE_MS * chance.next());
    }
  };
  await Promise.all(
    Array.from({ length: clients }, (_, n) => client(seededChance(seed * 1_000 + n), options)),
  );
};

const batchOf = (chance: Chance): { platform: Platform; events: SentEvent[] } => {
  const first = visit(chance, startOf(chance));
  const shop = [...first.events];
  while (shop.length < BATCH[first.platform]) shop.push(...visit(chance, startOf(chance)).events);
  const events = shop.flatMap((event) => sendingsOf(chance, event));
  return { platform: first.platform, events };
};

const startOf = (chance: Chance): number => END_MS - chance.next() * HOURS * 3_600_000;

/** An event as it is sent: late, twice, or together with one that is wrong. */
const sendingsOf = (chance: Chance, event: ShopEvent): SentEvent[] => {
  const at = chance.happens(LATE) ? Date.parse(event.event_time) - 50 * 3_600_000 : undefined;
  const sent = at === undefined ? event : { ...event, event_time: new Date(at).toISOString() };
  const good = { id: event.event_id, broken: false, event: { ...sent } };
  const sendings = chance.happens(REPEATED) ? [good, good] : [good];
  return chance.happens(BROKEN) ? [...sendings, broken(chance, event)] : sendings;
};

/** No name, or a clock fifty days ahead of any day on which this runs. */
const broken = (chance: Chance, event: ShopEvent): SentEvent => {
  const id = chance.id();
  const { event_name, ...nameless } = event;
  return chance.happens(0.5)
    ? { id, broken: true, event: { ...nameless, event_id: id } }
    : {
        id,
        broken: true,
        event: { ...nameless, event_name, event_id: id, event_time: '2099-01-01T00:00:00.000Z' },
      };
};
