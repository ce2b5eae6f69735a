import { isObject, type JsonObject } from '../../json/parse.ts';
import { decimalOf, type ScalarType } from '../columnType.ts';
import { digitsOfValue, fitsOf } from '../contract/scalars.ts';
import type { CatalogColumn, EventType, Source } from '../eventType.ts';
import { valueAtFirst } from '../places.ts';
import type { WindowInput } from './windowType.ts';

/** The columns that windows know, and what their values are: as builds type them, or null. */

/** Texts of the envelope that a window may ask for. Ids of events are each there once: nothing to group by. */
const ofEnvelope: Readonly<Record<WindowInput, readonly string[]>> = {
  events: ['event_name', 'source', 'user_id', 'anonymous_id', 'session_id', 'schema_version'],
  rejected: ['reason', 'source'],
};

/** Of times and JSON nothing is counted. */
const isCounted = (type: CatalogColumn['type']): type is ScalarType =>
  typeof type === 'string' && type !== 'json' && type !== 'timestamp';

/** The type of each column that a window of such an input may name. */
export const windowColumns = (
  input: WindowInput,
  catalog: readonly CatalogColumn[],
): ReadonlyMap<string, ScalarType> =>
  new Map([
    ...ofEnvelope[input].map((name): [string, ScalarType] => [name, 'string']),
    ...(input === 'rejected' ? [] : catalog).flatMap(({ name, type }): [string, ScalarType][] =>
      isCounted(type) ? [[name, type]] : [],
    ),
  ]);

/** A value of a column as JSON has it, if it fits the column's type. */
export type ReadColumn = (event: JsonObject) => unknown;

const objectIn = (event: JsonObject, place: Source['in']): JsonObject => {
  const found = event[place];
  return isObject(found) ? found : {};
};

/** Reads a column out of an event: null where it has none, or one of another type. */
export const columnReader = (
  column: string,
  type: ScalarType,
  eventTypes: readonly EventType[],
): ReadColumn => {
  const fits = fitsOf(type);
  const sources = new Map(
    eventTypes.map(({ name, columns }) => [
      name,
      (Object.hasOwn(columns, column) ? columns[column] : undefined) ?? [],
    ]),
  );
  const isOfCatalog = eventTypes.some(({ columns }) => Object.hasOwn(columns, column));
  return (event) => {
    if (!isOfCatalog) return (Object.hasOwn(event, column) ? event[column] : undefined) ?? null;
    const name = typeof event.event_name === 'string' ? event.event_name : '';
    const places = { properties: objectIn(event, 'properties'), context: objectIn(event, 'context') };
    const value = valueAtFirst(places, sources.get(name) ?? []);
    return value !== undefined && fits(value) ? value : null;
  };
};

/** Digits after the point of the sums of a column: undefined for doubles, whose sums are doubles. */
export const scaleOf = (type: ScalarType): number | undefined => {
  if (type === 'bigint') return 0;
  const decimal = decimalOf(type);
  return decimal === undefined ? undefined : Number(decimal[1]);
};

/** A number that fits a column of the scale, in units of its last digit: 12.5 of a decimal(12,2) is 1250. */
export const scaled = (value: unknown, scale: number): bigint => {
  const given = digitsOfValue(value);
  if (given === undefined) return 0n;
  const { negative, digits, size } = given;
  const units = BigInt(digits === '' ? 0 : digits.padEnd(size + scale, '0'));
  return negative ? -units : units;
};

/** The opposite: 1250 of scale 2 is 12.50. */
export const scaledText = (units: bigint, scale: number): string => {
  const sign = units < 0n ? '-' : '';
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
};

/**
 * One text for each value of a column: what a group is known by, and what SQL casts to the column's type. Whole numbers
 * and decimals keep all their digits.
 */
export const groupTextOf = (type: ScalarType): ((value: unknown) => string | null) => {
  const scale = scaleOf(type);
  return (value) => {
    if (value === null) return null;
    if (scale !== undefined) return scaledText(scaled(value, scale), scale);
    if (type === 'double') return String(Number(JSON.stringify(value)));
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
};
