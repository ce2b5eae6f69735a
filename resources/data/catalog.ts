import type { EventType } from '../../src/events/eventType.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { hourFolder } from '../../src/lake/layout.ts';
import {
  eventsTable,
  martTables,
  quarantineTable,
  rawEventsTable,
  type Table,
} from '../../src/tables/tables.ts';
import { hiveType } from '../../src/tables/types.ts';
import { prestoView, viewColumns } from '../../src/tables/views.ts';
import type { Osls } from '../osls.ts';

/**
 * The Glue database and its tables, made of the one description in src/tables/tables.ts. Partitions of `events` and of
 * the marts are not here: publishing points them. raw_events and quarantine have none, Athena computes them.
 */

type Json = Record<string, unknown>;

const glueColumns = (columns: Table['columns']) =>
  columns.map(({ name, type, comment }) => ({ Name: name, Type: hiveType(type), Comment: comment }));

const location = (prefix: string) => ({ 'Fn::Sub': `s3://\${LakeBucket}/${prefix}` });

const parquet = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: {
    SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
    Parameters: { 'serialization.format': '1' },
  },
};

const json = {
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
  SerdeInfo: {
    SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
    Parameters: {
      // Properties whose keys differ only by case are not duplicate keys then. All our columns are lower case anyway.
      'case.insensitive': 'FALSE',
      // One line that is none must not hide a whole hour; the build counts and quarantines it.
      'ignore.malformed.json': 'TRUE',
    },
  },
};

/**
 * Partitions computed from the query: what landed a second ago can be asked for. The range starts before any event of
 * ours and has room for clocks that are ahead. A query without dt makes Athena list an S3 prefix for each hour of it,
 * some 150,000, so docs/reference/tables.md says: always with dt.
 */
const projection = (prefix: string) => ({
  'projection.enabled': 'true',
  'projection.dt.type': 'date',
  'projection.dt.format': 'yyyy-MM-dd',
  'projection.dt.range': '2010-01-01,NOW+1DAY',
  'projection.dt.interval': '1',
  'projection.dt.interval.unit': 'DAYS',
  'projection.hr.type': 'integer',
  'projection.hr.range': '0,23',
  'projection.hr.digits': '2',
  'storage.location.template': {
    'Fn::Sub': `s3://\${LakeBucket}/${prefix}${hourFolder(`\${!dt}`, `\${!hr}`)}`,
  },
});

const glueTable = (table: Table, format: Json, parameters: Json) => ({
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

const parquetTable = (table: Table) =>
  glueTable(table, parquet, { classification: 'parquet', 'parquet.compression': 'ZSTD' });

const jsonTable = (table: Table) =>
  glueTable(table, json, {
    classification: 'json',
    compressionType: 'gzip',
    ...projection(table.prefix),
  });

const view = (type: EventType, database: string) => ({
  Type: 'AWS::Glue::Table',
  DependsOn: 'EventsTable',
  Properties: {
    CatalogId: { Ref: 'AWS::AccountId' },
    DatabaseName: { Ref: 'CatalogDatabase' },
    TableInput: {
      Name: type.view,
      Description: type.comment,
      TableType: 'VIRTUAL_VIEW',
      // Athena knows its views by exactly these two.
      Parameters: { presto_view: 'true', comment: 'Presto View' },
      PartitionKeys: [],
      StorageDescriptor: { Columns: glueColumns(viewColumns(type)), SerdeInfo: {} },
      ViewOriginalText: prestoView(type, database),
      ViewExpandedText: '/* Presto View */',
    },
  },
});

const pascal = (name: string): string =>
  name
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');

/** The catalog of a stage. Views carry their database's name in base64, where CloudFormation cannot put it. */
export const catalogOf = (stage: string): { Resources: Json } => ({
  Resources: {
    CatalogDatabase: {
      Type: 'AWS::Glue::Database',
      Properties: {
        CatalogId: { Ref: 'AWS::AccountId' },
        DatabaseInput: { Name: `headrace_${stage}`, Description: `Events of the stage ${stage}` },
      },
    },
    EventsTable: parquetTable(eventsTable),
    RawEventsTable: jsonTable(rawEventsTable),
    QuarantineTable: jsonTable(quarantineTable),
    ...Object.fromEntries(martTables.map((mart) => [`${pascal(mart.name)}Table`, parquetTable(mart)])),
    ...Object.fromEntries(
      [...knownEventTypes.values()].map((type) => [
        `${pascal(type.view)}View`,
        view(type, `headrace_${stage}`),
      ]),
    ),
  },
});

/**
 * Logical ids of the tables that builds and marts are written for. The functions that write them depend on them: a
 * deployment then changes the tables first, and no hour is published whose file has columns that its partition lacks.
 */
export const writtenTables = ['EventsTable', ...martTables.map((mart) => `${pascal(mart.name)}Table`)];

/** What catalog.js gives to osls. */
export const resources = async ({ resolveVariable }: Osls) => catalogOf(await resolveVariable('sls:stage'));
