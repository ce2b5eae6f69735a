import { catalogColumns, type ScalarType } from '../events/columnCatalog.ts';
import type { EventType } from '../events/eventType.ts';
import type { TableType } from './types.ts';

/** A property as it was met: JSON types, as `typeof` says them. */
export interface ObservedProperty {
  eventName: string;
  name: string;
  type: string;
}

/** The JSON types that fill a column. */
const jsonTypes: Record<ScalarType, readonly string[]> = {
  string: ['string'],
  bigint: ['number'],
  double: ['number'],
  boolean: ['boolean'],
  timestamp: ['string', 'number'],
};
const typesOf = (type: TableType): readonly string[] =>
  typeof type === 'string' && type !== 'array<string>' ? jsonTypes[type] : ['array'];

const columnTypes = new Map<string, readonly string[]>(
  catalogColumns.map(({ name, type }) => [name, typesOf(type)]),
);

const fills = (column: string, property: ObservedProperty): boolean =>
  columnTypes.get(column)?.includes(property.type) === true;

/**
 * Whether the column catalog already says so: the property has the name of a column, or is one that its event type reads
 * a column from, and is of that column's type. What is not declared is drift.
 */
export const isDeclared = (property: ObservedProperty, known: ReadonlyMap<string, EventType>): boolean => {
  if (fills(property.name, property)) return true;
  const columns = Object.entries(known.get(property.eventName)?.columns ?? {});
  return columns.some(([column, from]) => from.includes(property.name) && fills(column, property));
};
