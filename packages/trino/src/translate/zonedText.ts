import { type Node, positionOf } from '../grammar/grammar.ts';
import { notSupported } from '../trinoError.ts';
import * as types from '../types/types.ts';
import type { Typed } from './scope.ts';
import { text } from './translate.ts';
import { instantOf, normalizedZone, rounded } from './zones.ts';

const written =
  /^([+-]?\d{4,}-\d{1,2}-\d{1,2})(?: (\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.(\d+))?)?))?(?: ?([A-Za-z][\w/+-]*|[+-]\d{2}(?::?\d{2})?))?$/;

interface WrittenTime {
  wall: string;
  digits: number;
  zone: string | undefined;
}

const fits = (wall: string): boolean => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = wall.split(/[-: ]/).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return (
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  );
};

/** Throws for a year that has more digits than four, or a sign. */
export const demandYear = (value: string, node: Node): void => {
  if (/^\s*(?:[+-]\d|\d{5,}-|0000-)/.test(value))
    throw notSupported('a year outside of 1 to 9999', positionOf(node));
};

/** A timestamp as a literal writes it; undefined for what is none, and for a zone that is none. */
export const readTime = (value: string): WrittenTime | undefined => {
  const [, date = '', clock = '00:00:00', fraction = '', zone] = written.exec(value.trim()) ?? [];
  const wall = `${date} ${clock}`;
  const known = zone === undefined ? undefined : normalizedZone(zone);
  if (!date || !fits(wall) || (zone !== undefined && known === undefined)) return undefined;
  return { wall, digits: fraction.length, zone: known };
};

/** CAST of a text that the statement writes to a time with a zone: the text says which. */
export const instantLiteral = (value: Typed, to: types.TrinoType): Typed | undefined => {
  const time = value.literal !== undefined && types.isText(value.type) ? readTime(value.literal) : undefined;
  if (!time || time.digits > 6) return undefined;
  const zone = time.zone ?? 'UTC';
  const wall = rounded(`CAST(${text(time.wall)} AS TIMESTAMP)`, time.digits, to);
  return { sql: instantOf(wall, zone), type: { ...to, zone } };
};
