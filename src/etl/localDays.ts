import { DAY_MS, HOUR_MS, isDay, timestampOf, UTC, utcDay } from '../json/instants.ts';
import { once } from '../once.ts';
import type { PendingDay } from '../ports/ledger.ts';

/** Partitions are of UTC, and a mart's day is one of the stage's time zone: which of these are of which of those. */

const MINUTE_MS = 60_000;

const clocks = /* @__PURE__ */ once(() => new Map<string, Intl.DateTimeFormat>());

/** Making one takes longer than asking it a hundred times. */
const clockOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = clocks().get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  clocks().set(timeZone, made);
  return made;
};

/** How far the clocks there are ahead of UTC. Before there were standard times, it was minutes and seconds, too. */
const offsetAt = (ms: number, timeZone: string): number => {
  const [, sign, ...parts] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(clockOf(timeZone).format(ms)) ?? [];
  const [hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0));
  const offset = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return sign === '-' ? -offset : offset;
};

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** An instant as clocks there show it: `2026-11-01T14:10:07.250+09:00`; in UTC as it is written everywhere. */
export const zonedTime = (instant: string, timeZone: string): string => {
  const ms = Date.parse(instant);
  if (timeZone === UTC || Number.isNaN(ms)) return instant;
  const offset = offsetAt(ms, timeZone);
  const minutes = Math.floor(Math.abs(offset) / MINUTE_MS);
  const written = `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
  return timestampOf(ms + offset).replace('Z', `${offset < 0 ? '-' : '+'}${written}`);
};

/**
 * The days there of all instants from `start` to `end`, at most a day apart. Where clocks are changed in between, each
 * half is looked at by itself, down to a minute: a day may begin twice, or not at all.
 */
const daysBetween = (start: number, end: number, timeZone: string): string[] => {
  const [first, last] = [start, end - 1].map((ms) => ({ ms, offset: offsetAt(ms, timeZone) }));
  if (first === undefined || last === undefined) return [];
  if (first.offset === last.offset || end - start <= MINUTE_MS)
    return [utcDay(first.ms + first.offset), utcDay(last.ms + last.offset)];
  const middle = Math.floor((start + end) / 2);
  return [...daysBetween(start, middle, timeZone), ...daysBetween(middle, end, timeZone)];
};

/** In order, each once. Before the year 0 and after 9999 there are no days that could be written. */
const sorted = (days: readonly string[]): string[] => [...new Set(days)].filter(isDay).sort();

const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

const ofHours = (day: string, hours: readonly string[], timeZone: string): string[] =>
  hours.flatMap((hour) => {
    const start = startOf(day) + Number(hour) * HOUR_MS;
    return daysBetween(start, start + HOUR_MS, timeZone);
  });

const ofDay = (day: string, timeZone: string): string[] =>
  daysBetween(startOf(day), startOf(day) + DAY_MS, timeZone);

/**
 * The days of the time zone that changed hours of these days (UTC) touch: all hours of a day whose hours are not known.
 */
export const localDaysOf = (
  days: readonly Pick<PendingDay, 'day' | 'hours'>[],
  timeZone: string,
): string[] => {
  if (timeZone === UTC) return sorted(days.map(({ day }) => day));
  return sorted(
    days.flatMap(({ day, hours }) =>
      hours === undefined ? ofDay(day, timeZone) : ofHours(day, hours, timeZone),
    ),
  );
};

/** Days, the one before and the one after each of them, in order. */
export const withNeighbours = (days: readonly string[]): string[] =>
  sorted(days.flatMap((day) => [-DAY_MS, 0, DAY_MS].map((ms) => utcDay(startOf(day) + ms))));

/** The days of UTC, which partitions are of, that have a part of one of these days of the time zone. */
export const utcDaysOf = (days: readonly string[], timeZone: string): string[] => {
  if (timeZone === UTC) return sorted(days);
  const wanted = new Set(days);
  // No clock is a whole day ahead of UTC, or behind it.
  return withNeighbours(days).filter((day) => ofDay(day, timeZone).some((local) => wanted.has(local)));
};
