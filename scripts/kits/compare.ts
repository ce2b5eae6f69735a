import type { QueryResult } from '../../client/athena.ts';

/** What a program shows beside what Athena answers: the same values, whatever each writes them as. */

type Shown = Readonly<Record<string, unknown>>;

/** `2026-11-01 10:00:00.000` as Athena writes it; UTC. */
const TIME = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d\.\d+)?$/;

/** A number by its first digits: sums of doubles differ in their last. */
const digits = (value: number): string => value.toPrecision(14).replace(/\.?0+(?=e|$)/, '');

const ofAthena = (value: string | null, shown: unknown): string => {
  if (value === null) return 'null';
  // Programs show times as milliseconds.
  if (TIME.test(value) && typeof shown === 'number')
    return digits(Date.parse(`${value.replace(' ', 'T')}${value.includes(' ') ? 'Z' : ''}`));
  return typeof shown === 'number' ? digits(Number(value)) : value;
};

const ofProgram = (value: unknown): string => {
  if (value === null || value === undefined) return 'null';
  return typeof value === 'number' ? digits(value) : String(value);
};

/** Rows in any order. Empty when they are the same, else what differs first. */
export const difference = (
  program: string,
  shown: readonly Shown[],
  { columns, rows }: Pick<QueryResult, 'columns' | 'rows'>,
): string => {
  if (shown.length !== rows.length)
    return `${program} has ${shown.length} rows, headrace query ${rows.length}`;
  const sample = (name: string) => shown.find((row) => row[name] !== null)?.[name];
  const mine = shown.map((row) => columns.map((name) => ofProgram(row[name])).join(' | ')).sort();
  const theirs = rows
    .map((row) => columns.map((name, at) => ofAthena(row[at] ?? null, sample(name))).join(' | '))
    .sort();
  const at = mine.findIndex((line, index) => line !== theirs[index]);
  return at < 0 ? '' : `${program}: ${mine[at]}\n  headrace query: ${theirs[at]}`;
};
