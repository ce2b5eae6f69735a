import { DAY_MS, HOUR_MS, utcDay } from '../../src/json/instants.ts';
import type { Invocation } from '../command.ts';
import { daysBetween } from '../quarantine/days.ts';

/** Days of event time that are looked through, both inclusive, and why these. */
export interface Days {
  from: string;
  to: string;
  why: string;
}

/** Before the format existed, an id of its shape tells no time. */
const FIRST_UUID7 = Date.parse('2020-01-01T00:00:00Z');

/** When a UUIDv7 was made, which its first 48 bits say; undefined for any other id. */
export const madeAt = (id: string, now: Date): Date | undefined => {
  const found = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.exec(id);
  if (!found) return undefined;
  const ms = Number.parseInt(`${found[1]}${found[2]}`, 16);
  return ms >= FIRST_UUID7 && ms <= now.getTime() + DAY_MS ? new Date(ms) : undefined;
};

/**
 * --from and --to if they are given. Else the days around the time that the id itself tells: it is mostly made when the
 * event happens, or by the collector a little later. Else the last three days.
 */
export const daysToSearch = (id: string, { option }: Pick<Invocation, 'option'>, now: Date): Days => {
  const [from, to] = [option('from'), option('to')];
  // An event may be ahead of the collector's clock by an hour.
  const last = utcDay(now.getTime() + HOUR_MS);
  if (from !== undefined || to !== undefined) {
    const days = daysBetween(from, to, now);
    return { from: days[0] ?? last, to: days.at(-1) ?? last, why: 'as asked for' };
  }
  const made = madeAt(id, now)?.getTime();
  if (made === undefined)
    return { from: utcDay(now.getTime() - 2 * DAY_MS), to: last, why: 'the last three days' };
  const next = utcDay(made + DAY_MS);
  return {
    from: utcDay(made - DAY_MS),
    to: next < last ? next : last,
    why: `the id is a UUIDv7, made at ${new Date(made).toISOString()}`,
  };
};
