import { catalogColumns, type ScalarType } from '../events/columnCatalog.ts';
import type { EventType } from '../events/eventType.ts';
import type { TableType } from './types.ts';

/** A property as it was met: JSON types, as `typeof` says them. */
export interface ObservedProperty {
  eventName: string;
  name: string;
  type: string;
}

const jsonTypes: Record<ScalarType, string> = {
  string: 'string',
  bigint: 'number',
  double: 'number',
  boolean: 'boolean',
  timestamp: 'string',
};
const jsonType = (type: TableType): string =>
  typeof type === 'string' && type !== 'array<string>' ? jsonTypes[type] : 'array';

const columnTypes = new Map(catalogColumns.map(({ name, type }) => [name, jsonType(type)]));

/**
 * Whether the column catalog already says so: the property has the name of a column, or is one that its event type reads
 * a column from, and is of that column's type. What is not declared is drift.
 */
export const isDeclared = (property: ObservedProperty, known: ReadonlyMap<string, EventType>): boolean => {
  if (columnTypes.get(property.name) === property.type) return true;
  const columns = Object.entries(known.get(property.eventName)?.columns ?? {});
  return columns.some(
    ([column, from]) => from.includes(property.name) && columnTypes.get(column) === property.type,
  );
};
