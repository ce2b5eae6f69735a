import { catalogColumns } from '../events/columnCatalog.ts';
import type { ColumnType, ScalarType } from '../events/columnType.ts';
import type { CatalogColumn, EventType, Source } from '../events/eventType.ts';

/** A property as it was met: JSON types, as `typeof` says them. */
export interface ObservedProperty {
  eventName: string;
  name: string;
  type: string;
}

const ofScalars: Readonly<Partial<Record<ScalarType, readonly string[]>>> = {
  string: ['string'],
  boolean: ['boolean'],
  timestamp: ['string', 'number'],
  date: ['string'],
  json: ['string', 'number', 'boolean', 'object', 'array'],
};

/** The JSON types that fill a column; numbers fill bigint, double and decimals of all sizes. */
const jsonTypes = (type: ColumnType): readonly string[] =>
  typeof type === 'string' ? (ofScalars[type] ?? ['number']) : ['array'];

/**
 * Whether the column catalog already says so: the property has the name of a column, or is one that its event type
 * reads a column from, and is of that column's type. Or it is an object from inside of which a column is read: what
 * else is in there is not looked at. What is not declared is drift.
 */
export const declaring = (
  known: ReadonlyMap<string, EventType>,
  catalog: readonly CatalogColumn[] = catalogColumns,
): ((property: ObservedProperty) => boolean) => {
  const types = new Map(catalog.map(({ name, type }) => [name, jsonTypes(type)]));
  const fills = (column: string, { type }: ObservedProperty): boolean =>
    types.get(column)?.includes(type) === true;
  const reads = (column: string, source: Source, property: ObservedProperty): boolean => {
    if (source.in !== 'properties' || source.path[0] !== property.name) return false;
    return source.path.length > 1 ? property.type === 'object' : fills(column, property);
  };
  return (property) =>
    fills(property.name, property) ||
    Object.entries(known.get(property.eventName)?.columns ?? {}).some(([column, from]) =>
      from.some((source) => reads(column, source, property)),
    );
};
