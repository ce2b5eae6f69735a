import { refuse } from '../userFunctions/function.ts';
import { type Fields, timeOf } from './fields.ts';
import { instantAt, readOffset } from './offset.ts';

const iso =
  /^(\d{4,})(?:-W(\d{2})(?:-(\d))?|-(\d{3})(?!\d)|-(\d{1,2})(?:-(\d{1,2}))?)?(?:T(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

const numbers = (parts: readonly (string | undefined)[], names: readonly (keyof Fields)[]): Fields =>
  Object.fromEntries(names.flatMap((name, i) => (parts[i] === undefined ? [] : [[name, Number(parts[i])]])));

interface IsoTime {
  /** as the clock of its zone shows it */
  millis: number;
  offset: number;
  hasClock: boolean;
}

/** A time of ISO 8601: of a day, a day of the year or of a week. Digits beyond milliseconds are cut. */
export const readIso = (text: string): IsoTime | undefined => {
  const [, year, week, weekday, dayOfYear, month, day, hour, minute, second, fraction = '', zone = ''] =
    iso.exec(text) ?? [];
  if (year === undefined) return undefined;
  const clock = numbers([hour, minute, second], ['hour', 'minute', 'second']);
  const date =
    week === undefined
      ? numbers([year, dayOfYear, month, day], ['year', 'dayOfYear', 'month', 'day'])
      : numbers([year, week, weekday], ['weekYear', 'week', 'weekday']);
  const millis = timeOf({ ...date, ...clock, millis: Number(fraction.slice(0, 3).padEnd(3, '0')) });
  if (millis === undefined) return undefined;
  return { millis, offset: readOffset(zone) ?? 0, hasClock: text.includes('T') };
};

const invalid = (text: string): never => refuse(`INVALID_FUNCTION_ARGUMENT: Invalid format: "${text}"`);

/** from_iso8601_timestamp(), in microseconds. `zone` says what an offset in it is for. */
export const isoInstant = (text: string, zone: string): bigint => {
  const { millis, offset } = readIso(text) ?? invalid(text);
  return instantAt(millis, offset, zone, text);
};

/** from_iso8601_date(), in microseconds. */
export const isoDate = (text: string): bigint => {
  const time = readIso(text);
  return time && !time.hasClock ? BigInt(time.millis) * 1000n : invalid(text);
};
