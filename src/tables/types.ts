import { type ColumnType, isDecimalType, type ScalarType } from '../events/columnType.ts';

/** A column's type in the words of each engine. Glue's are Hive's. */

type Plain = Exclude<ScalarType, `decimal${string}`>;

const trino: Record<Plain, string> = {
  string: 'varchar',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  // Athena shows Hive's timestamps with milliseconds.
  timestamp: 'timestamp(3)',
  date: 'date',
  json: 'varchar',
};

const duckdb: Record<Plain, string> = {
  string: 'VARCHAR',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  // Milliseconds, as in the events: what Athena reads. TIMESTAMP would write microseconds.
  timestamp: 'TIMESTAMP_MS',
  date: 'DATE',
  json: 'VARCHAR',
};

const postgres: Record<Plain, string> = {
  string: 'text',
  bigint: 'bigint',
  double: 'double precision',
  boolean: 'boolean',
  timestamp: 'timestamp with time zone',
  date: 'date',
  json: 'jsonb',
};

const hiveScalar = (type: ScalarType): string => (type === 'json' ? 'string' : type);
const trinoScalar = (type: ScalarType): string => (isDecimalType(type) ? type : trino[type]);
const postgresScalar = (type: ScalarType): string =>
  isDecimalType(type) ? type.replace('decimal', 'numeric') : postgres[type];
const duckdbScalar = (type: ScalarType): string => (isDecimalType(type) ? type.toUpperCase() : duckdb[type]);

export const hiveType = (type: ColumnType): string => {
  if (typeof type === 'string') return hiveScalar(type);
  const { arrayOf } = type;
  if (typeof arrayOf === 'string') return `array<${hiveScalar(arrayOf)}>`;
  return `array<struct<${arrayOf.map((field) => `${field.name}:${hiveScalar(field.type)}`).join(',')}>>`;
};

export const trinoType = (type: ColumnType): string => {
  if (typeof type === 'string') return trinoScalar(type);
  const { arrayOf } = type;
  if (typeof arrayOf === 'string') return `array(${trinoScalar(arrayOf)})`;
  return `array(row(${arrayOf.map((field) => `${field.name} ${trinoScalar(field.type)}`).join(', ')}))`;
};

export const duckdbType = (type: ColumnType): string => {
  if (typeof type === 'string') return duckdbScalar(type);
  const { arrayOf } = type;
  if (typeof arrayOf === 'string') return `${duckdbScalar(arrayOf)}[]`;
  return `STRUCT(${arrayOf.map((field) => `${field.name} ${duckdbScalar(field.type)}`).join(', ')})[]`;
};

/** As PostgreSQL's own catalog spells it. */
export const postgresType = (type: ColumnType): string => {
  if (typeof type === 'string') return postgresScalar(type);
  return typeof type.arrayOf === 'string' ? `${postgresScalar(type.arrayOf)}[]` : 'jsonb';
};
