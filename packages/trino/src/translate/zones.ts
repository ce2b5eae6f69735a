import { readOffset } from '../duckdb/times/offset.ts';
import { type Node, positionOf } from '../grammar/grammar.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import type { Typed } from './scope.ts';
import { text } from './translate.ts';

const utcNames =
  /^(utc|z|zulu|ut|uct|gmt|gmt0|greenwich|universal|etc\/(utc|uct|gmt|gmt0|greenwich|universal|zulu|gmt[+-]0))$/i;

const isRegion = (name: string): boolean => {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
};

/** A zone as Trino names it: `UTC`, `+09:00`, `Asia/Seoul`; undefined for what is not one. */
export const normalizedZone = (written: string): string | undefined => {
  if (utcNames.test(written)) return 'UTC';
  const [, sign, hours = '', minutes = '00'] =
    /^(?:UTC|GMT|UT)?([+-])(\d{2})(?::?(\d{2}))?$/i.exec(written) ?? [];
  if (!sign) return isRegion(written) ? written : undefined;
  const total = Number(hours) * 60 + Number(minutes);
  if (total > 14 * 60 || Number(minutes) > 59) return undefined;
  return total === 0 ? 'UTC' : `${sign}${hours}:${minutes}`;
};

/** The zone that a function is given as text. Throws for one that is computed, and for one that is none. */
export const zoneOf = (zone: Typed | undefined, node: Node): string => {
  if (zone?.literal === undefined) throw notSupported('a time zone that is computed', positionOf(node));
  const name = normalizedZone(zone.literal);
  if (name !== undefined) return name;
  throw new TrinoError(
    'INVALID_FUNCTION_ARGUMENT',
    `Time zone not supported: ${zone.literal}`,
    positionOf(node),
  );
};

const knownZone = (type: types.TrinoType): string => {
  if (type.zone !== types.MIXED_ZONES) return type.zone ?? 'UTC';
  throw notSupported('the clock of a time that may be of several zones (say which: AT TIME ZONE)');
};

/** The clock time that a value of a zone shows. */
export const wallClock = (value: Typed): string => {
  if (value.type.name !== 'timestamp with time zone') return `CAST(${value.sql} AS TIMESTAMP)`;
  const zone = knownZone(value.type);
  if (zone === 'UTC') return `CAST(${value.sql} AS TIMESTAMP)`;
  const offset = readOffset(zone);
  if (offset === undefined) return `timezone(${text(zone)}, ${value.sql})`;
  return `(CAST(${value.sql} AS TIMESTAMP) + INTERVAL '${offset} minutes')`;
};

const insideOf = (type: types.TrinoType): types.TrinoType[] => [
  ...(type.args ?? []),
  ...(type.fields ?? []).map((field) => field.type),
];

const hasZone = (type: types.TrinoType): boolean =>
  (type.zone !== undefined && type.zone !== 'UTC') || insideOf(type).some(hasZone);

/** A value of a result for a client's eyes: a time with a zone stands as its own clock shows it. */
export const shownValue = (value: Typed): string => {
  if (insideOf(value.type).some(hasZone))
    throw notSupported('a time of another zone than UTC inside of an array, a map or a row of the result');
  return value.type.zone === undefined ? value.sql : wallClock(value);
};

/** The instant at which clocks of `zone` show the timestamp: the first of two, where an hour comes twice. */
export const instantOf = (timestamp: string, zone: string): string => {
  const offset = readOffset(zone);
  if (offset !== undefined) return `CAST((${timestamp} - INTERVAL '${offset} minutes') AS TIMESTAMPTZ)`;
  return zone === 'UTC' ? `CAST(${timestamp} AS TIMESTAMPTZ)` : `trino_instant(${text(zone)}, ${timestamp})`;
};

/** The value with its clock set to `wall`: with the offset it had, where clocks of its zone ever show that. */
export const withClock = (value: Typed, wall: string): string => {
  if (value.type.name !== 'timestamp with time zone') return `CAST(${wall} AS ${types.duckType(value.type)})`;
  const zone = knownZone(value.type);
  if (zone === 'UTC' || readOffset(zone) !== undefined) return instantOf(wall, zone);
  return `trino_moved(${text(zone)}, ${value.sql}, ${wall})`;
};

const micros = (digits: number): number => 10 ** (6 - digits);

/** The value with fewer digits of a second's fraction, rounded half up. */
export const rounded = (sql: string, from: number, to: types.TrinoType): string => {
  const digits = types.fractionOf(to);
  if (digits >= from) return sql;
  const macro = to.name === 'time' ? 'trino_round_clock' : 'trino_round_time';
  return `CAST(${macro}(${sql}, ${micros(digits)}) AS ${types.duckType(to)})`;
};

/** Milliseconds are what Trino's functions count in and format. */
export const cutToMillis = (sql: string, type: types.TrinoType): string =>
  types.fractionOf(type) > 3 ? `date_trunc('millisecond', ${sql})` : sql;

/** DuckDB keeps microseconds. */
export const demandMicros = (digits: number, node: Node): number => {
  if (digits > 6) throw notSupported(`a time of ${digits} digits of a second's fraction`, positionOf(node));
  return digits;
};
