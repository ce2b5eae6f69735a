import {
  DuckDBBlobValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { argOf, fieldName, type TrinoType } from '../types/types.ts';
import { javaDouble, shortestReal } from './doubles.ts';
import { dayIntervalText, monthIntervalText } from './times/intervals.ts';

const clock = (micros: bigint): string =>
  new Date(Number(micros / 1000n - (micros % 1000n < 0n ? 1n : 0n))).toISOString();

const timestamp = (micros: bigint): string =>
  clock(micros).replace(/^\+00/, '').replace('T', ' ').slice(0, 23);

const interval = ({ months, days, micros }: DuckDBIntervalValue, type: TrinoType): string =>
  type.name === 'interval year to month'
    ? monthIntervalText(BigInt(months))
    : dayIntervalText(BigInt(days) * 86_400_000_000n + micros);

const inside = (value: DuckDBValue, type: TrinoType): string => valueText(value, type) ?? 'null';

const nested = (value: DuckDBValue, type: TrinoType): string | undefined => {
  if (value instanceof DuckDBListValue)
    return `[${value.items.map((item) => inside(item, argOf(type, 0))).join(', ')}]`;
  if (value instanceof DuckDBMapValue) {
    const entries = value.entries.map(
      (e) => `${inside(e.key, argOf(type, 0))}=${inside(e.value, argOf(type, 1))}`,
    );
    return `{${entries.join(', ')}}`;
  }
  if (!(value instanceof DuckDBStructValue)) return undefined;
  const fields = Object.entries(value.entries).map(
    ([name, item], i) =>
      `${fieldName(type.fields?.[i]?.name ?? name, i)}=${inside(item, type.fields?.[i]?.type ?? type)}`,
  );
  return `{${fields.join(', ')}}`;
};

/**
 * A value of a result as Trino's Java prints it: `1.0E7`, `[1, null]`, `{a=1}`. undefined for NULL. `type` is the
 * column's type in Trino, which DuckDB's value does not tell.
 */
export const valueText = (value: DuckDBValue, type: TrinoType): string | undefined => {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number' && type.name === 'double') return javaDouble(value);
  if (typeof value === 'number' && type.name === 'real') return javaDouble(shortestReal(value));
  if (typeof value !== 'object') return String(value);
  if (value instanceof DuckDBTimestampTZValue) return `${timestamp(value.micros)} ${type.zone ?? 'UTC'}`;
  if (value instanceof DuckDBTimestampValue) {
    const zone = type.name === 'timestamp with time zone' ? ` ${type.zone ?? 'UTC'}` : '';
    return timestamp(value.micros) + zone;
  }
  if (value instanceof DuckDBTimeValue) return clock(value.micros).slice(11, 23);
  if (value instanceof DuckDBIntervalValue) return interval(value, type);
  if (value instanceof DuckDBBlobValue)
    return Buffer.from(value.bytes)
      .toString('hex')
      .replaceAll(/..(?=.)/g, '$& ');
  return nested(value, type) ?? value.toString();
};
