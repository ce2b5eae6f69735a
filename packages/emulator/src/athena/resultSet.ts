import type { TrinoType } from 'headrace-trino';
import type { JsonObject } from '../contracts.ts';

export interface ResultColumn {
  name: string;
  type: string;
  precision: number;
  scale: number;
}

const precisions: Record<string, number> = {
  varchar: 2147483647,
  char: 2147483647,
  varbinary: 1073741824,
  bigint: 19,
  integer: 10,
  smallint: 5,
  tinyint: 3,
  double: 17,
  real: 17,
  timestamp: 3,
  'timestamp with time zone': 3,
};

export const resultColumn = (name: string, type: TrinoType): ResultColumn => ({
  name,
  type: type.name === 'real' ? 'float' : type.name,
  precision: type.precision ?? type.length ?? precisions[type.name] ?? 0,
  scale: type.scale ?? 0,
});

export const textColumn = (name: string): ResultColumn => ({ name, type: 'string', precision: 0, scale: 0 });

/** ResultSetMetadata.ColumnInfo */
export const columnInfo = (column: ResultColumn): JsonObject => ({
  CatalogName: 'hive',
  SchemaName: '',
  TableName: '',
  Name: column.name,
  Label: column.name,
  Type: column.type,
  Precision: column.precision,
  Scale: column.scale,
  Nullable: 'UNKNOWN',
  CaseSensitive: column.type === 'varchar' || column.type === 'char',
});

export type Row = readonly (string | undefined)[];

const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;

/** A line of the result's CSV: everything quoted, NULL left empty. */
export const csvLine = (row: Row): string =>
  `${row.map((value) => (value === undefined ? '' : quoted(value))).join(',')}\n`;
