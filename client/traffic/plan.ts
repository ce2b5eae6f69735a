import { type Chance, seededChance } from './random.ts';
import { type Platform, type ShopEvent, visit } from './shop.ts';

export interface TrafficOptions {
  seed: number;
  /** how many distinct valid events */
  events: number;
  hours: number;
  /** end of the window, epoch ms */
  end: number;
}

/** What one client sends in one request: events in the order they happened, some of them again, some broken. */
export interface ClientBatch {
  platform: Platform;
  /** when the client sends it, epoch ms */
  sentAt: number;
  events: unknown[];
  /** how many of them no collector should accept */
  broken: number;
}

export interface TrafficPlan {
  batches: ClientBatch[];
  distinct: number;
  /** events sent once more, as a client does that did not hear the first answer */
  repeated: number;
  late: number;
  broken: number;
}

const BATCH: Record<Platform, number> = { web: 20, app: 50, till: 200 };
const REPEATED = 0.01;
const LATE = 0.004;
const BROKEN = 0.001;

/** A seeded stretch of a web shop's traffic, with a push campaign in its middle. */
export const planTraffic = (options: TrafficOptions): TrafficPlan => {
  const chance = seededChance(options.seed);
  const byPlatform: Record<Platform, ShopEvent[]> = { web: [], app: [], till: [] };
  let distinct = 0;
  while (distinct < options.events) {
    const { platform, events } = visit(chance, arrival(chance, options));
    const taken = events
      .filter((e) => Date.parse(e.event_time) < options.end)
      .slice(0, options.events - distinct);
    byPlatform[platform].push(...taken);
    distinct += taken.length;
  }
  const plan: TrafficPlan = { batches: [], distinct, repeated: 0, late: 0, broken: 0 };
  for (const platform of ['web', 'app', 'till'] as const) {
    const events = byPlatform[platform].sort((a, b) => (a.event_time < b.event_time ? -1 : 1));
    for (let i = 0; i < events.length; i += BATCH[platform])
      plan.batches.push(batchOf(chance, platform, events.slice(i, i + BATCH[platform]), options, plan));
  }
  plan.batches.sort((a, b) => a.sentAt - b.sentAt);
  return plan;
};

/** Visits come evenly, but a fifth of them within ten minutes after the push message. */
const arrival = (chance: Chance, { end, hours }: TrafficOptions): number => {
  const length = hours * 3_600_000;
  const pushAt = end - length * 0.55;
  return chance.happens(0.2) ? pushAt + chance.next() ** 2 * 600_000 : end - length + chance.next() * length;
};

const batchOf = (
  chance: Chance,
  platform: Platform,
  events: readonly ShopEvent[],
  options: TrafficOptions,
  plan: TrafficPlan,
): ClientBatch => {
  const sent: unknown[] = [];
  let broken = 0;
  const sentAt = Date.parse(events.at(-1)?.event_time ?? '');
  for (const event of events) {
    if (chance.happens(LATE)) {
      // A phone that was offline: the event happened in an hour that was built long ago.
      plan.late += 1;
      const hoursLate = chance.pick([5, 26]);
      event.event_time = new Date(Date.parse(event.event_time) - hoursLate * 3_600_000).toISOString();
    }
    sent.push(event);
    if (chance.happens(REPEATED)) {
      plan.repeated += 1;
      sent.push(event);
    }
    if (chance.happens(BROKEN)) {
      broken += 1;
      sent.push(breakEvent(chance, event, options.end));
    }
  }
  plan.broken += broken;
  return { platform, sentAt, events: sent, broken };
};

/** Ways in which clients get it wrong: no name, a clock two days ahead. */
const breakEvent = (chance: Chance, event: ShopEvent, end: number): unknown => {
  const id = chance.id();
  const { event_name, ...nameless } = event;
  return chance.happens(0.5)
    ? { ...nameless, event_id: id }
    : { ...nameless, event_id: id, event_name, event_time: new Date(end + 48 * 3_600_000).toISOString() };
};
