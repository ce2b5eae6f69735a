import type { ColumnType, ScalarType } from '../events/columnCatalog.ts';

/** A column's type in the words of each engine. Glue's are Hive's. */

const trino: Record<ScalarType, string> = {
  string: 'varchar',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  // Athena shows Hive's timestamps with milliseconds.
  timestamp: 'timestamp(3)',
};

const duckdb: Record<ScalarType, string> = {
  string: 'VARCHAR',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  // Milliseconds, as in the events: what Athena reads. TIMESTAMP would write microseconds.
  timestamp: 'TIMESTAMP_MS',
};

export type TableType = ColumnType | 'array<string>';

export const hiveType = (type: TableType): string => {
  if (typeof type === 'string') return type;
  return `array<struct<${type.arrayOf.map((field) => `${field.name}:${field.type}`).join(',')}>>`;
};

export const trinoType = (type: TableType): string => {
  if (type === 'array<string>') return 'array(varchar)';
  if (typeof type === 'string') return trino[type];
  return `array(row(${type.arrayOf.map((field) => `${field.name} ${trino[field.type]}`).join(', ')}))`;
};

export const duckdbType = (type: TableType): string => {
  if (type === 'array<string>') return 'VARCHAR[]';
  if (typeof type === 'string') return duckdb[type];
  return `STRUCT(${type.arrayOf.map((field) => `${field.name} ${duckdb[field.type]}`).join(', ')})[]`;
};
