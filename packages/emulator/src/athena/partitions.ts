import type { Scan } from 'headrace-trino';
import { duckType, hiveType, quoted } from 'headrace-trino';
import type { LocalObjects } from '../contracts.ts';
import type { QueryConnection } from './engine/engineProcess.ts';
import { QueryError } from './failure.ts';
import { type GlueCatalog, type GlueTable, storage } from './glueShapes.ts';
import { checkInjected, isProjected, projectedPartitions, type TablePartition } from './projection.ts';
import { literal } from './sqlText.ts';

/** What a column may be in a partition when the table says otherwise: Athena widens these and refuses the rest. */
const widened: Record<string, readonly string[]> = {
  smallint: ['tinyint'],
  int: ['tinyint', 'smallint'],
  bigint: ['tinyint', 'smallint', 'int'],
  double: ['float'],
};

const plainType = (type: string): string => type.toLowerCase().replaceAll(/\s/g, '');

const checkSchema = (
  table: GlueTable,
  values: readonly string[],
  columns: GlueTable['StorageDescriptor']['Columns'],
  used: ReadonlySet<string>,
): void => {
  const declared = new Map(columns.map((c) => [c.Name.toLowerCase(), plainType(c.Type)]));
  for (const { Name, Type } of table.StorageDescriptor.Columns) {
    const own = declared.get(Name.toLowerCase());
    const wanted = plainType(Type);
    if (
      own === undefined ||
      own === wanted ||
      widened[wanted]?.includes(own) ||
      !used.has(Name.toLowerCase())
    )
      continue;
    const place = table.PartitionKeys.map((key, i) => `${key.Name}=${values[i]}`).join('/');
    throw new QueryError(
      'HIVE_PARTITION_SCHEMA_MISMATCH',
      `There is a mismatch between the table and partition schemas. The types are incompatible and cannot be coerced. The column '${Name}' in table '${table.DatabaseName}.${table.Name}' is declared as type '${wanted}', but partition '${place}' declared column '${Name}' as type '${own}'.`,
    );
  }
};

const typed = (value: string, type: string): string =>
  value === '__HIVE_DEFAULT_PARTITION__' ? `CAST(NULL AS ${type})` : `CAST(${literal(value)} AS ${type})`;

/** The partition's values in DuckDB's words, in the order of the table's keys. */
export const partitionValues = (table: GlueTable, values: readonly string[]): string[] =>
  table.PartitionKeys.map((key, i) => typed(values[i] ?? '', duckType(hiveType(key.Type))));

const prunedBy = async <Partition extends Pick<TablePartition, 'values'>>(
  connection: QueryConnection,
  table: GlueTable,
  all: readonly Partition[],
  predicates: readonly string[],
): Promise<Partition[]> => {
  if (predicates.length === 0 || all.length === 0) return [...all];
  const rows = all.map((partition, i) => `(${[i, ...partitionValues(table, partition.values)].join(', ')})`);
  const names = ['i', ...table.PartitionKeys.map((key) => quoted(key.Name.toLowerCase()))];
  const sql = `SELECT i FROM (VALUES ${rows.join(', ')}) AS p(${names.join(', ')}) WHERE ${predicates.join(' AND ')}`;
  const kept = await connection.rows(sql);
  const wanted = new Set(kept.map(([i]) => Number(i)));
  return all.filter((_, i) => wanted.has(i));
};

interface Look {
  connection: QueryConnection;
  catalog: GlueCatalog;
  objects: LocalObjects;
  now: Date;
}

/** The partitions of a scan that the statement's conditions leave. A table without partitions has one, its location. */
export const partitionsOf = async (scan: Scan, table: GlueTable, look: Look): Promise<TablePartition[]> => {
  if (table.PartitionKeys.length === 0) return [{ values: [], location: table.StorageDescriptor.Location }];
  if (isProjected(table)) {
    checkInjected(table, scan.predicates);
    const all = projectedPartitions(table, look.objects, look.now);
    return prunedBy(look.connection, table, all, scan.predicates);
  }
  const listed = await look.catalog.partitions(table.DatabaseName, table.Name);
  const all = listed.map(({ Values: values, StorageDescriptor }) => ({ values, StorageDescriptor }));
  const kept = await prunedBy(look.connection, table, all, scan.predicates);
  return kept.map(({ values, StorageDescriptor }) => {
    const { Columns, Location: location } = storage.parse(StorageDescriptor);
    checkSchema(table, values, Columns, scan.used);
    return { values, location };
  });
};
