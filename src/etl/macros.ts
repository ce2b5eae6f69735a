import { HeadraceError } from '../errors.ts';
import { isDay, UTC } from '../json/instants.ts';
import type { PendingDay } from '../ports/ledger.ts';
import { namesIn, replaceNames } from '../sqlText.ts';
import { utcDaysOf, withNeighbours } from './localDays.ts';

/** What stands in the queries of a run with a colon before it, and is filled in by the run. */

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

/** The day of a row there. Athena keeps its times in UTC, without saying so in their type. */
const localDay = (timeZone: string): string =>
  timeZone === UTC
    ? 'dt'
    : `date_format(at_timezone(with_timezone(event_time, 'UTC'), '${timeZone}'), '%Y-%m-%d')`;

/** What a run is about, as its queries need it. */
interface RunFacts {
  /** of UTC; of the time zone for a mart that `countsLocalDays` */
  days: readonly string[];
  /** of these days; all when none are given */
  hours?: readonly string[];
  /** when the run began, in ISO 8601: the same in every try */
  now: string;
  /** what a mart's day is a day of; UTC when none is given */
  timeZone?: string;
}

/** Each macro's value; docs/reference/queries.md says what they are for. */
const macros = {
  days: ({ days }: RunFacts) => quoted(days),
  hours: ({ hours = allHours }: RunFacts) => quoted(hours),
  neighbourDays: ({ days }: RunFacts) => quoted(withNeighbours(days)),
  now: ({ now }: RunFacts) => timestamp(now),
  utcDays: ({ days, timeZone = UTC }: RunFacts) =>
    quoted(timeZone === UTC ? days : utcDaysOf(days, timeZone)),
  localDay: ({ timeZone = UTC }: RunFacts) => localDay(timeZone),
} as const;

type Macro = keyof typeof macros;

export const macroNames: readonly string[] = Object.keys(macros);

/** Whether a mart's days are those of the stage's time zone. One that does not name the row's day there means UTC. */
export const countsLocalDays = (sql: string): boolean => namesIn(sql).some(({ name }) => name === 'localDay');

const isMacro = (name: string): name is Macro => Object.hasOwn(macros, name);

/**
 * The SQL for a run. `:days` are the days it is about, `:neighbourDays` also the one before and after each, `:hours`
 * those to check: more than each day's own if they differ, so that two plain lists choose the partitions. `:now` is
 * when the run began, `:localDay` a row's day in the stage's time zone, `:utcDays` the partitions with a part of the
 * days. What comes from the ledger is checked, because it becomes part of a statement.
 */
export const fillMacros = (sql: string, run: RunFacts): string => {
  checked('a day', run.days, isDay);
  checked('a time zone', [run.timeZone ?? UTC], (zone) => /^[\w+/-]+$/.test(zone));
  checked('an hour', run.hours ?? [], (hour) => allHours.includes(hour));
  return replaceNames(sql, (name) => (isMacro(name) ? macros[name](run) : `:${name}`))
    .replace(/;\s*$/, '')
    .trim();
};
