import { remembered } from '../remembered.ts';
import { refuse } from '../userFunctions/function.ts';
import { type Fields, timeOf } from './fields.ts';
import { instantAt, readOffset } from './offset.ts';

type Set = (fields: Fields, text: string) => void;
interface Piece {
  pattern: string;
  set?: Set;
}

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const digits = (most: number, name: keyof Fields, from = 0): Piece => ({
  pattern: `[0-9]{1,${most}}`,
  set: (fields, text) => Object.assign(fields, { [name]: Number(text) - from }),
});

const year = (name: 'year' | 'weekYear', most = 9): Piece => ({
  pattern: `[+-]?[0-9]{1,${most}}`,
  set: (fields, text) => Object.assign(fields, { [name]: Number(text) }),
});

/** Two digits are a year from 1970 to 2069. Trino takes more, or fewer, for the year itself: that is refused here. */
const twoDigitYear: Piece = {
  pattern: '[0-9]{2}',
  set: (fields, text) => {
    fields.year = Number(text) + (Number(text) < 70 ? 2000 : 1900);
  },
};

const word = (words: readonly string[], set: (fields: Fields, place: number) => void): Piece => ({
  pattern: `(?:${words.map((each) => `${each}|${each.slice(0, 3)}`).join('|')})`,
  set: (fields, text) =>
    set(
      fields,
      words.findIndex((each) => each.startsWith(text.toLowerCase().slice(0, 3))),
    ),
});

const month = word(months, (fields, place) => {
  fields.month = place + 1;
});
const weekday = word(weekdays, (fields, place) => {
  fields.weekday = place + 1;
});

const halfOfDay: Piece = {
  pattern: '[ap]m',
  set: (fields, text) => {
    fields.afternoon = text.toLowerCase() === 'pm';
  },
};

/** 1 to 12, and 12 is the first hour of a half; 0 is beyond the last. */
const clockHour: Piece = {
  pattern: '[0-9]{1,2}',
  set: (fields, text) => {
    fields.hourOfHalf = { 0: 12, 12: 0 }[Number(text)] ?? Number(text);
  },
};

const fraction = (most: number): Piece => ({
  pattern: `[0-9]{1,${most}}`,
  set: (fields, text) => {
    fields.millis = Number(text.slice(0, 3).padEnd(3, '0'));
  },
});

const offset: Piece = {
  pattern: '(?:Z|[+-][0-9]{2}:?[0-9]{2})',
  set: (fields, text) => {
    fields.offset = readOffset(text) ?? 0;
  },
};

const literal = (text: string): Piece => ({ pattern: text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&') });

const mysql: Record<string, Piece> = {
  a: weekday,
  b: month,
  c: digits(2, 'month'),
  d: digits(2, 'day'),
  e: digits(2, 'day'),
  f: fraction(9),
  H: digits(2, 'hour'),
  h: clockHour,
  I: clockHour,
  i: digits(2, 'minute'),
  j: digits(3, 'dayOfYear'),
  k: digits(2, 'hour'),
  l: clockHour,
  M: month,
  m: digits(2, 'month'),
  p: halfOfDay,
  S: digits(2, 'second'),
  s: digits(2, 'second'),
  v: digits(2, 'week'),
  W: weekday,
  x: year('weekYear', 4),
  Y: year('year', 4),
  y: twoDigitYear,
  '%': literal('%'),
};

const composite: Record<string, string> = { r: '%I:%i:%S %p', T: '%H:%i:%S' };

/** Letters of MySQL's formats that Trino refuses, in both directions. */
export const refusedLetters = 'DUuVwX';

const ofMysql = (format: string): Piece[] =>
  [
    ...format
      .replaceAll(/%([rT])/g, (_all, letter: string) => composite[letter] ?? '')
      .matchAll(/%(.)|[^%]+|%$/gsu),
  ].map(([all, letter]) => {
    if (letter !== undefined && refusedLetters.includes(letter))
      return refuse(`INVALID_FUNCTION_ARGUMENT: %${letter} not supported in date format string`);
    return letter === undefined ? literal(all) : (mysql[letter] ?? literal(letter));
  });

const joda: Record<string, (count: number) => Piece | undefined> = {
  y: (n) => (n === 2 ? twoDigitYear : year('year', n === 4 ? 4 : 9)),
  Y: (n) => (n === 2 ? twoDigitYear : year('year', n === 4 ? 4 : 9)),
  x: (n) => (n === 2 ? undefined : year('weekYear', n === 4 ? 4 : 9)),
  M: (n) => (n > 2 ? month : digits(2, 'month')),
  d: () => digits(2, 'day'),
  D: () => digits(3, 'dayOfYear'),
  w: () => digits(2, 'week'),
  e: () => digits(1, 'weekday'),
  E: () => weekday,
  a: (n) => (n === 1 ? halfOfDay : undefined),
  H: () => digits(2, 'hour'),
  h: () => clockHour,
  K: () => digits(2, 'hourOfHalf'),
  m: () => digits(2, 'minute'),
  s: () => digits(2, 'second'),
  S: (n) => fraction(n),
  Z: (n) => (n < 3 ? offset : undefined),
};

const ofJoda = (format: string): Piece[] =>
  [...format.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g)].map(([all, quoted, letter]) => {
    if (quoted !== undefined) return literal(quoted === '' ? "'" : quoted.replaceAll("''", "'"));
    if (letter === undefined) return literal(all);
    return joda[letter]?.(all.length) ?? refuse(`NOT_SUPPORTED: the date format ${all} is not supported`);
  });

interface Parser {
  pattern: RegExp;
  sets: readonly Set[];
}

/** Fields of digits that stand side by side have each its own number of digits. */
const fixed = (pieces: readonly Piece[]): Piece[] =>
  pieces.map((piece, i) => {
    const next = pieces[i + 1];
    const most = /^(?:\[\+-\]\?)?\[0-9\]\{1,([1-4])\}$/.exec(piece.pattern)?.[1];
    return most && next?.set && next.pattern.startsWith('[')
      ? { ...piece, pattern: `[0-9]{${most}}` }
      : piece;
  });

const parserOf = (all: readonly Piece[]): Parser => {
  const pieces = fixed(all);
  const source = pieces.map((piece) => (piece.set ? `(${piece.pattern})` : piece.pattern)).join('');
  const sets = pieces.flatMap((piece) => (piece.set ? [piece.set] : []));
  return { pattern: new RegExp(`^${source}$`, 'i'), sets };
};

const mysqlParser = remembered((format) => parserOf(ofMysql(format)));
const jodaParser = remembered((format) => parserOf(ofJoda(format)));

const fieldsOf = (text: string, format: string, kind: string): Fields => {
  const { pattern, sets } = kind === 'mysql' ? mysqlParser(format) : jodaParser(format);
  const found = pattern.exec(text);
  if (!found) return refuse(`INVALID_FUNCTION_ARGUMENT: Invalid format: "${text}"`);
  const fields: Fields = {};
  sets.forEach((set, i) => {
    set(fields, found[i + 1] ?? '');
  });
  return fields;
};

/** A text as date_parse() and parse_datetime() read it, in microseconds. `zone` says what an offset in it is for. */
export const parseTime = (text: string, format: string, kind: string, zone: string): bigint => {
  const fields = fieldsOf(text, format, kind);
  const millis = timeOf(fields);
  if (millis === undefined)
    return refuse(`INVALID_FUNCTION_ARGUMENT: Cannot parse "${text}": Value is out of range`);
  return instantAt(millis, fields.offset ?? 0, zone, text);
};
