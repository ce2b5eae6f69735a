import { catalogColumns } from '../events/columnCatalog.ts';
import type { ColumnType, ScalarType } from '../events/columnType.ts';
import type { EventType, Source } from '../events/eventType.ts';

/** A property as it was met: JSON types, as `typeof` says them. */
export interface ObservedProperty {
  eventName: string;
  name: string;
  type: string;
}

/** The JSON types that fill a column. */
const jsonTypes = (type: ColumnType): readonly string[] => {
  if (typeof type !== 'string') return ['array'];
  const known: Partial<Record<ScalarType, readonly string[]>> = {
    string: ['string'],
    boolean: ['boolean'],
    timestamp: ['string', 'number'],
    date: ['string'],
    json: ['string', 'number', 'boolean', 'object', 'array'],
  };
  // bigint, double and decimals of all sizes.
  return known[type] ?? ['number'];
};

const columnTypes = new Map<string, readonly string[]>(
  catalogColumns.map(({ name, type }) => [name, jsonTypes(type)]),
);

const fills = (column: string, property: ObservedProperty): boolean =>
  columnTypes.get(column)?.includes(property.type) === true;

/** Whether a column is read from the property, or from inside of it: what else is in there is not looked at. */
const reads = (column: string, source: Source, property: ObservedProperty): boolean => {
  if (source.in !== 'properties' || source.path[0] !== property.name) return false;
  return source.path.length > 1 ? property.type === 'object' : fills(column, property);
};

/**
 * Whether the column catalog already says so: the property has the name of a column, or is one that its event type reads
 * a column from, and is of that column's type. What is not declared is drift.
 */
export const isDeclared = (property: ObservedProperty, known: ReadonlyMap<string, EventType>): boolean => {
  if (fills(property.name, property)) return true;
  const columns = Object.entries(known.get(property.eventName)?.columns ?? {});
  return columns.some(([column, from]) => from.some((source) => reads(column, source, property)));
};
