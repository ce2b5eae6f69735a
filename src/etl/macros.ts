import { HeadraceError } from '../errors.ts';
import { DAY_MS, isDay, utcDay } from '../json/instants.ts';
import type { PendingDay } from '../ports/ledger.ts';
import { replaceNames } from '../sqlText.ts';

/** What stands in the queries of a run with a colon before it, and is filled in by the run. */

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

/** `TIMESTAMP '2026-11-01 05:12:07.250'`, in UTC as all times of the tables are. */
const timestamp = (instant: string): string => {
  const time = Date.parse(instant);
  checked('an instant', [instant], () => Number.isFinite(time));
  return `TIMESTAMP '${new Date(time).toISOString().replace('T', ' ').slice(0, -1)}'`;
};

/** What a run is about, as its queries need it. */
interface RunFacts {
  days: readonly string[];
  /** of these days; all when none are given */
  hours?: readonly string[];
  /** when the run began, in ISO 8601: the same in every try */
  now: string;
}

/** Each macro's value; docs/reference/queries.md says what they are for. */
const macros = {
  days: ({ days }: RunFacts) => quoted(days),
  hours: ({ hours = allHours }: RunFacts) => quoted(hours),
  neighbourDays: ({ days }: RunFacts) => quoted(withNeighbours(days)),
  now: ({ now }: RunFacts) => timestamp(now),
} as const;

type Macro = keyof typeof macros;

export const macroNames: readonly string[] = Object.keys(macros);

const isMacro = (name: string): name is Macro => Object.hasOwn(macros, name);

/**
 * The SQL for a run: `:days` are the days it is about, `:neighbourDays` also the day before and after each, `:hours` the
 * hours to check: more than each day's own if they differ, so that two plain lists choose the partitions. `:now` is when
 * the run began. Days and hours come from the ledger, and are checked because they become part of a statement.
 */
export const fillMacros = (sql: string, run: RunFacts): string => {
  checked('a day', run.days, isDay);
  checked('an hour', run.hours ?? [], (hour) => allHours.includes(hour));
  return replaceNames(sql, (name) => (isMacro(name) ? macros[name](run) : `:${name}`))
    .replace(/;\s*$/, '')
    .trim();
};
