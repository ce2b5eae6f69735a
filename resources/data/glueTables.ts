import type { TypedColumn } from '../../compiler/sql/columnTypes.ts';
import { hourFolder, liveDay } from '../../src/lake/layout.ts';
import { liveWindowsTable, type Table } from '../../src/tables/tables.ts';
import { hiveType, trinoType } from '../../src/tables/types.ts';
import { prestoView } from '../../src/tables/views.ts';

/** Tables and views as Glue has them: formats, projections, and what CloudFormation makes of a description. */

export type Json = Record<string, unknown>;

export const typed = (columns: Table['columns']): TypedColumn[] =>
  columns.map(({ name, type, comment }) => ({ name, hive: hiveType(type), trino: trinoType(type), comment }));

const glueColumns = (columns: readonly TypedColumn[]) =>
  columns.map(({ name, hive, comment }) => ({ Name: name, Type: hive, Comment: comment }));

const location = (prefix: string) => ({ 'Fn::Sub': `s3://\${LakeBucket}/${prefix}` });

const parquet = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: {
    SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
    Parameters: { 'serialization.format': '1' },
  },
};

const textFormat = {
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
};

const tabs = {
  ...textFormat,
  SerdeInfo: {
    SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
    Parameters: { 'field.delim': '\t', 'serialization.format': '\t' },
  },
};

/** What no line can hold, as TextInputFormat ends lines there. */
const LINE_FEED = '\n';

/**
 * A line is one value, whatever it holds: no separator cuts it, none is NULL (by default `\N` would be), and there is no
 * escape character. A number such as 10 would say the same to Hive, but not to every reader of Glue's tables.
 */
const lines = {
  ...textFormat,
  SerdeInfo: {
    SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
    Parameters: { 'field.delim': LINE_FEED, 'serialization.null.format': LINE_FEED },
  },
};

const dayProjection = (since: string) => ({
  'projection.enabled': 'true',
  'projection.dt.type': 'date',
  'projection.dt.format': 'yyyy-MM-dd',
  'projection.dt.range': `${since},NOW+1DAY`,
  'projection.dt.interval': '1',
  'projection.dt.interval.unit': 'DAYS',
});

/**
 * Partitions computed from the query: what landed a second ago can be asked for. The range ends with room for clocks that
 * are ahead. A query without dt makes Athena list an S3 prefix for each hour of it: so it begins at the param `rawSince`,
 * and docs/reference/tables.md says what it costs and where older events are.
 */
const projection = (prefix: string, since: string) => ({
  ...dayProjection(since),
  'projection.hr.type': 'integer',
  'projection.hr.range': '0,23',
  'projection.hr.digits': '2',
  'storage.location.template': {
    'Fn::Sub': `s3://\${LakeBucket}/${prefix}${hourFolder(`\${!dt}`, `\${!hr}`)}`,
  },
});

/** Days are computed too, as many as parts are kept: a query without dt lists no more than these. */
const liveProjection = (keepDays: string) => ({
  ...dayProjection(`NOW-${keepDays}DAYS`),
  'storage.location.template': { 'Fn::Sub': `s3://\${LakeBucket}/${liveDay(`\${!dt}`)}` },
});

/** A table as the catalog has it. */
export interface Described {
  name: string;
  comment: string;
  prefix: string;
  columns: readonly TypedColumn[];
  partitionKeys: readonly TypedColumn[];
}

export const described = (table: Table): Described => ({
  ...table,
  columns: typed(table.columns),
  partitionKeys: typed(table.partitionKeys),
});

const glueTable = (table: Described, format: Json, parameters: Json) => ({
  Type: 'AWS::Glue::Table',
  Properties: {
    CatalogId: { Ref: 'AWS::AccountId' },
    DatabaseName: { Ref: 'CatalogDatabase' },
    TableInput: {
      Name: table.name,
      Description: table.comment,
      TableType: 'EXTERNAL_TABLE',
      Parameters: { EXTERNAL: 'TRUE', ...parameters },
      PartitionKeys: glueColumns(table.partitionKeys),
      StorageDescriptor: {
        Columns: glueColumns(table.columns),
        Location: location(table.prefix),
        ...format,
      },
    },
  },
});

export const parquetTable = (table: Described) =>
  glueTable(table, parquet, { classification: 'parquet', 'parquet.compression': 'ZSTD' });

export const linesTable = (table: Table, since: string) =>
  glueTable(described(table), lines, { compressionType: 'gzip', ...projection(table.prefix, since) });

export const liveTable = (keepDays: string) =>
  glueTable(described(liveWindowsTable), tabs, { classification: 'csv', ...liveProjection(keepDays) });

/** A view as Athena has it: its statement, and what that gives. */
export interface View {
  name: string;
  comment: string;
  sql: string;
  columns: readonly TypedColumn[];
}

export const glueView = (view: View, database: string, table = 'EventsTable') => ({
  Type: 'AWS::Glue::Table',
  DependsOn: table,
  Properties: {
    CatalogId: { Ref: 'AWS::AccountId' },
    DatabaseName: { Ref: 'CatalogDatabase' },
    TableInput: {
      Name: view.name,
      Description: view.comment,
      TableType: 'VIRTUAL_VIEW',
      // Athena knows its views by exactly these two.
      Parameters: { presto_view: 'true', comment: 'Presto View' },
      PartitionKeys: [],
      StorageDescriptor: { Columns: glueColumns(view.columns), SerdeInfo: {} },
      ViewOriginalText: prestoView(view, database),
      ViewExpandedText: '/* Presto View */',
    },
  },
});
