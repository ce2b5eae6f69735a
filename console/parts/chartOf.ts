import type { Answer } from '../contract.ts';
import type { Line } from './chart.tsx';

/** More bars than this are no picture any more. */
const MOST_NAMES = 200;
const MOST_LINES = 6;

const isNumber = /^(tinyint|smallint|integer|int|bigint|double|float|real|decimal)/;
const isTime = /^(date|timestamp)/;
/** Texts that are days or hours, as dt is: 2026-11-01, 2026-11-01 05:00 */
const looksLikeTime = /^\d{4}-\d\d-\d\d([ T]\d\d(:\d\d(:\d\d(\.\d+)?)?)?)?$/;

interface Charted {
  at: number[];
  lines: Line[];
  names?: string[];
  bars: boolean;
}

/** The first column along the bottom, the columns of figures upwards; undefined where there is nothing to draw. */
export const chartOf = ({ columns, types, rows }: Answer): Charted | undefined => {
  const figures = columns.flatMap((label, at) =>
    at > 0 && isNumber.test(types[at] ?? '') ? [{ label, at }] : [],
  );
  if (figures.length === 0 || rows.length < 2) return undefined;
  const lines = figures.slice(0, MOST_LINES).map(({ label, at }) => ({
    label,
    values: rows.map((row) => (row[at] === null || row[at] === undefined ? null : Number(row[at]))),
  }));
  const first = rows.map((row) => row[0] ?? '');
  const timed = isTime.test(types[0] ?? '') || first.every((text) => looksLikeTime.test(text));
  const at = first.map(secondsOf);
  if (timed && ascending(at)) return { at, lines, bars: false };
  if (rows.length > MOST_NAMES) return undefined;
  return { at: rows.map((_, index) => index), lines: lines.slice(0, 1), names: first, bars: true };
};

/** Days and hours of the tables are of UTC. */
const secondsOf = (text: string): number => {
  const [day = '', clock = '00'] = text.split(/[ T]/);
  const [hour = '00', minute = '00', second = '00'] = clock.split(':');
  return Date.parse(`${day}T${hour}:${minute}:${second}Z`) / 1000;
};

const ascending = (values: readonly number[]): boolean =>
  values.every((value, at) => at === 0 || value > (values[at - 1] ?? Number.NaN));
