import { refusedLetters } from '../duckdb/times/parsing.ts';
import { type Node, positionOf } from '../grammar/grammar.ts';
import type { Typed } from '../translate/scope.ts';
import { offsetText } from '../translate/texts.ts';
import { text } from '../translate/translate.ts';
import { cutToMillis, wallClock } from '../translate/zones.ts';
import { notSupported, TrinoError } from '../trinoError.ts';

/** date_format's letters (MySQL's) → DuckDB's. */
const mysql: Record<string, string> = {
  a: '%a',
  b: '%b',
  c: '%-m',
  d: '%d',
  e: '%-d',
  f: '%f',
  H: '%H',
  h: '%I',
  I: '%I',
  i: '%M',
  j: '%j',
  k: '%-H',
  l: '%-I',
  M: '%B',
  m: '%m',
  p: '%p',
  r: '%I:%M:%S %p',
  S: '%S',
  s: '%S',
  T: '%H:%M:%S',
  v: '%V',
  W: '%A',
  x: '%G',
  Y: '%Y',
  y: '%y',
  '%': '%%',
};

const invalid = (what: string, node: Node): TrinoError =>
  new TrinoError('INVALID_FUNCTION_ARGUMENT', what, positionOf(node));

const clockOf = (value: Typed): string => cutToMillis(wallClock(value), value.type);

/** date_format() of a value by MySQL's letters. Any letter that is none stands for itself. */
export const mysqlFormatted = (value: Typed, pattern: string, node: Node): string => {
  const duck = pattern.replaceAll(/%(.)/gsu, (_all, letter: string) => {
    if (refusedLetters.includes(letter))
      throw invalid(`%${letter} not supported in date format string`, node);
    return mysql[letter] ?? letter;
  });
  return `strftime(${clockOf(value)}, ${text(duck)})`;
};

/** Joda's runs of letters → DuckDB's. */
const joda: Record<string, string> = {
  yyyy: '%Y',
  YYYY: '%Y',
  yy: '%y',
  YY: '%y',
  M: '%-m',
  MM: '%m',
  MMM: '%b',
  MMMM: '%B',
  d: '%-d',
  dd: '%d',
  D: '%-j',
  DDD: '%j',
  E: '%a',
  EE: '%a',
  EEE: '%a',
  EEEE: '%A',
  e: '%u',
  a: '%p',
  H: '%-H',
  HH: '%H',
  h: '%-I',
  hh: '%I',
  m: '%-M',
  mm: '%M',
  s: '%-S',
  ss: '%S',
  SSS: '%g',
  ww: '%V',
  xxxx: '%G',
};

/** What DuckDB has no letter for. */
const computed: Record<string, (clock: string, value: Typed) => string> = {
  y: (clock) => `CAST(year(${clock}) AS VARCHAR)`,
  Y: (clock) => `CAST(year(${clock}) AS VARCHAR)`,
  x: (clock) => `CAST(isoyear(${clock}) AS VARCHAR)`,
  w: (clock) => `CAST(weekofyear(${clock}) AS VARCHAR)`,
  S: (clock) => `substring(strftime(${clock}, '%g'), 1, 1)`,
  SS: (clock) => `substring(strftime(${clock}, '%g'), 1, 2)`,
  K: (clock) => `CAST(hour(${clock}) % 12 AS VARCHAR)`,
  k: (clock) => `CAST(CASE WHEN hour(${clock}) = 0 THEN 24 ELSE hour(${clock}) END AS VARCHAR)`,
  Z: (_clock, value) => `replace(replace(${offsetText(value)}, 'Z', '+00:00'), ':', '')`,
  ZZ: (_clock, value) => `replace(${offsetText(value)}, 'Z', '+00:00')`,
  ZZZ: (_clock, value) => text(value.type.zone ?? 'UTC'),
};

const jodaPiece = (run: string, value: Typed, node: Node): string => {
  const duck = joda[run];
  if (duck) return `strftime(${clockOf(value)}, '${duck}')`;
  if (/^S{4,}$/.test(run)) return `rpad(strftime(${clockOf(value)}, '%g'), ${run.length}, '0')`;
  if (/^[zZ]/.test(run) && value.type.zone === undefined) {
    const what =
      "format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format, as this type does not contain TZ information";
    throw invalid(what, node);
  }
  const made = computed[run];
  if (!made) throw notSupported(`the date format ${run}`, positionOf(node));
  return made(clockOf(value), value);
};

/** format_datetime() of a value by Joda's letters. */
export const jodaFormatted = (value: Typed, pattern: string, node: Node): string => {
  const pieces = [...pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g)];
  const plain = pieces.every(([all, , letter]) => letter === undefined || joda[all]);
  const literal = (all: string, quoted: string | undefined): string =>
    quoted === undefined ? all : quoted === '' ? "'" : quoted.replaceAll("''", "'");
  if (plain) {
    const duck = pieces.map(([all, quoted, letter]) =>
      letter === undefined ? literal(all, quoted).replaceAll('%', '%%') : (joda[all] ?? ''),
    );
    return `strftime(${clockOf(value)}, ${text(duck.join(''))})`;
  }
  const parts = pieces.map(([all, quoted, letter]) =>
    letter === undefined ? text(literal(all, quoted)) : jodaPiece(all, value, node),
  );
  return `(${parts.join(' || ')})`;
};
