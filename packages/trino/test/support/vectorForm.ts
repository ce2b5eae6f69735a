import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { shortestReal } from '../../src/duckdb/doubles.ts';
import { valueText } from '../../src/duckdb/values.ts';
import { argOf, type TrinoType, typeText } from '../../src/types/types.ts';

/** A type as the vectors write it, which is as a client of Trino gets it. */
export const vectorType = (type: TrinoType): string => typeText(type).toLowerCase().replaceAll(' ', '');

const wide = (micros: bigint): { clock: string; date: string } => {
  const day = 86_400_000_000n;
  const rest = ((micros % day) + day) % day;
  const iso = new Date(Number((micros - rest) / 1000n)).toISOString();
  const clock = new Date(Number(rest / 1000n)).toISOString().slice(11, 19);
  return {
    clock: `${clock}.${String(rest % 1_000_000n).padStart(6, '0')}`,
    date: iso.slice(0, -14).replace('+00', '+'),
  };
};

const cutTo = (clock: string, precision = 3): string =>
  precision === 0 ? clock.slice(0, 8) : clock.slice(0, 9 + precision).padEnd(9 + precision, '0');

const stamp = (micros: bigint, precision?: number): string => {
  const { clock, date } = wide(micros);
  return `${date} ${cutTo(clock, precision)}`;
};

const floating = (value: number): unknown => (Number.isFinite(value) ? value : String(value));

const keyText = (value: DuckDBValue, type: TrinoType): string => {
  const plain = vectorValue(value, type);
  if (value instanceof DuckDBListValue)
    return `[${value.items.map((item) => keyText(item, argOf(type, 0))).join(', ')}]`;
  if (typeof value === 'number') return valueText(value, type) ?? 'null';
  return String(plain);
};

/** A value as the vectors write it. Times must be given as their own zone's clock shows them. */
export const vectorValue = (value: DuckDBValue, type: TrinoType): unknown => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return floating(type.name === 'real' ? shortestReal(value) : value);
  if (value instanceof DuckDBDecimalValue || value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)
    return stamp(value.micros, type.fraction) + (type.name === 'timestamp' ? '' : ` ${type.zone ?? 'UTC'}`);
  if (value instanceof DuckDBTimeValue) return cutTo(wide(value.micros).clock, type.fraction);
  if (value instanceof DuckDBIntervalValue) return valueText(value, type);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  if (value instanceof DuckDBListValue) return value.items.map((item) => vectorValue(item, argOf(type, 0)));
  if (value instanceof DuckDBStructValue)
    return Object.values(value.entries).map((item, i) => vectorValue(item, type.fields?.[i]?.type ?? type));
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(
      value.entries.map((e) => [keyText(e.key, argOf(type, 0)), vectorValue(e.value, argOf(type, 1))]),
    );
  }
  return typeof value === 'object' ? String(value) : value;
};

/** Keys of maps come in any order; the vectors' numbers went through JavaScript. */
export const sameValue = (found: unknown, wanted: unknown): boolean => {
  if (typeof found === 'number' && typeof wanted === 'number')
    return found === wanted || Math.abs(found - wanted) <= 1e-14 * Math.abs(wanted);
  if (typeof found !== 'object' || typeof wanted !== 'object' || found === null || wanted === null)
    return Object.is(found, wanted);
  const [a, b] = [Object.entries(found), new Map(Object.entries(wanted))];
  return (
    Array.isArray(found) === Array.isArray(wanted) &&
    a.length === b.size &&
    a.every(([key, value]) => b.has(key) && sameValue(value, b.get(key)))
  );
};
