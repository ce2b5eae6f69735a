import { type Digits, digitsOf, isBigint } from '../../json/digits.ts';
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
  const sources = new Map(eventTypes.map((one) => [one.name, one.columns[column] ?? []]));
  const isOfCatalog = eventTypes.some(({ columns }) => Object.hasOwn(columns, column));
  return (event) => {
    if (!isOfCatalog) return event[column] ?? null;
    const name = typeof event.event_name === 'string' ? event.event_name : '';
    const places = { properties: objectIn(event, 'properties'), context: objectIn(event, 'context') };
    const value = valueAtFirst(places, sources.get(name) ?? []);
    return value !== undefined && fits(value) ? value : null;
  };
};

const wholeText = ({ negative, digits, size }: Digits): string =>
  digits === '' ? '0' : `${negative ? '-' : ''}${digits.padEnd(size, '0')}`;

/** One text for each value: what a group is known by. */
export const groupText = (value: unknown): string | null => {
  if (value === null) return null;
  const digits = digitsOfValue(value);
  if (digits === undefined) return String(value);
  return isBigint(digits) ? wholeText(digits) : String(Number(JSON.stringify(value)));
};

/** Digits after the point of the sums of a column: undefined for doubles, whose sums are doubles. */
export const scaleOf = (type: ScalarType): number | undefined => {
  if (type === 'bigint') return 0;
  const decimal = decimalOf(type);
  return decimal === undefined ? undefined : Number(decimal[1]);
};

/** A number that fits a column of the scale, in units of its last digit: 12.5 of a decimal(12,2) is 1250. */
export const scaled = (value: unknown, scale: number): bigint => {
  const { negative, digits, size } = digitsOfValue(value) ??
    digitsOf('0') ?? { negative: false, digits: '', size: 0 };
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
