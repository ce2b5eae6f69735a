import { type Chance, seededChance } from '../../client/traffic/random.ts';
import { type ShopEvent, visit } from '../../client/traffic/shop.ts';
import { SCHEMA_VERSION } from '../../src/events/envelope.ts';

/** A web shop's traffic, seeded: the same seed gives the same events on every machine. All of it starts at `start`. */
export function* shopEvents(chance: Chance, start: number, spanMs: number): Generator<ShopEvent> {
  for (;;) {
    for (const event of visit(chance, start + Math.floor(chance.next() * spanMs)).events) {
      if (Date.parse(event.event_time) < start + spanMs) yield event;
    }
  }
}

/** What a client sends: batches of native events as `POST /v1/events` takes them. */
export const requestBodies = (seed: number, batch: number, count: number): string[] => {
  const events = shopEvents(seededChance(seed), Date.parse('2026-11-01T12:00:00Z'), 3_600_000);
  return Array.from({ length: count }, () => {
    const sent = Array.from({ length: batch }, () => events.next().value);
    return JSON.stringify({ events: sent });
  });
};

/** An event as the collector writes it into the stream, without the newline. */
export const canonicalLine = (event: ShopEvent, receivedAt: string, source: string): string =>
  JSON.stringify({
    event_id: event.event_id,
    event_name: event.event_name,
    event_time: event.event_time,
    received_at: receivedAt,
    source,
    user_id: event.user_id,
    anonymous_id: event.anonymous_id,
    session_id: event.session_id,
    context: event.context,
    properties: event.properties,
    schema_version: SCHEMA_VERSION,
  });

/** Lines of an hour as they are in the stream: one in a hundred comes again, as clients repeat what was not answered. */
export function* streamLines(seed: number, hour: string): Generator<string> {
  const chance = seededChance(seed);
  const start = Date.parse(`${hour}:00:00Z`);
  const late = seededChance(seed + 1);
  for (const event of shopEvents(chance, start, 3_600_000)) {
    const line = (): string =>
      canonicalLine(
        event,
        new Date(Date.parse(event.event_time) + late.between(20, 9_000)).toISOString(),
        'shop',
      );
    yield line();
    if (late.happens(0.01)) yield line();
  }
}
