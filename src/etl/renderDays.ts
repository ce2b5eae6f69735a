import { HeadraceError } from '../errors.ts';
import { DAY_MS, isDay, utcDay } from '../json/instants.ts';
import type { PendingDay } from '../ports/ledger.ts';

/** These days, the one before and the one after each of them, in order. */
const withNeighbours = (days: readonly string[]): string[] => {
  const near = days.flatMap((day) => {
    const start = Date.parse(`${day}T00:00:00Z`);
    return [start - DAY_MS, start, start + DAY_MS].map(utcDay);
  });
  // Before the year 0 and after 9999 there are no days that could be written: no event has such a time.
  return [...new Set(near)].filter(isDay).sort();
};

const allHours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

/** Hours in which any of the days changed: all, if of one that is not known. In order, each once. */
export const changedHours = (days: readonly PendingDay[]): string[] => {
  const changed = new Set(days.flatMap(({ hours }) => hours ?? allHours));
  return [...changed].sort();
};

const quoted = (texts: readonly string[]): string => texts.map((text) => `'${text}'`).join(', ');

const checked = (kind: string, texts: readonly string[], isOne: (text: string) => boolean): void => {
  const odd = texts.find((text) => !isOne(text));
  if (odd !== undefined) throw new HeadraceError('InvalidInput', `${JSON.stringify(odd)} is not ${kind}.`);
};

/**
 * The SQL for these days: `:days` are these, `:neighbourDays` also the day before and after each, `:hours` the hours to
 * check: more than each day's own if they differ, so that two plain lists choose the partitions. They come from the
 * ledger, and are checked because they become part of a statement.
 */
export const renderDays = (sql: string, days: readonly string[], hours = allHours): string => {
  checked('a day', days, isDay);
  checked('an hour', hours, (hour) => allHours.includes(hour));
  return sql
    .replaceAll(/:days\b/g, quoted(days))
    .replaceAll(/:hours\b/g, quoted(hours))
    .replaceAll(/:neighbourDays\b/g, quoted(withNeighbours(days)))
    .replace(/;\s*$/, '')
    .trim();
};
