import { duckType, PATH_COLUMN, quoted, type Scan, type TableColumn } from 'headrace-trino';
import type { LocalObjects } from '../contracts.ts';
import type { QueryConnection } from './engine/engineProcess.ts';
import { checkGzip, compressionOf, filesOf, type ScanFile } from './files.ts';
import type { GlueCatalog, GlueTable } from './glueShapes.ts';
import { informationSchemaSql } from './informationSchema.ts';
import { bytesOf, checkColumn, footersOf, NO_FOOTER } from './parquetFooters.ts';
import { partitionsOf, partitionValues } from './partitions.ts';
import { type CsvOptions, formatOf } from './tableFormat.ts';

interface Binder {
  connection: QueryConnection;
  catalog: GlueCatalog;
  objects: LocalObjects;
  now: Date;
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const paths = (files: readonly ScanFile[]): string => `[${files.map((file) => text(file.path)).join(', ')}]`;
const stored = (scan: Scan): TableColumn[] => scan.table.columns.filter((column) => !column.partition);

const none = (scan: Scan): string => {
  const columns = scan.table.columns.map((c) => `CAST(NULL AS ${duckType(c.type)}) AS ${quoted(c.name)}`);
  return `SELECT ${[...columns, `CAST(NULL AS VARCHAR) AS ${quoted(PATH_COLUMN)}`].join(', ')} WHERE FALSE`;
};

/**
 * Adds to the rows of files what does not stand in them: the partition's values, and the URI if it is asked for. As
 * constants, or by the file's path when they differ.
 */
const withPartitions = (scan: Scan, table: GlueTable, rows: string, files: readonly ScanFile[]): string => {
  const keys = scan.table.columns.filter((column) => column.partition);
  const columns = stored(scan).map((column) => `f.${quoted(column.name)}`);
  const [first] = files;
  const path = scan.used.has(PATH_COLUMN);
  if ((keys.length === 0 && !path) || !first) return `SELECT ${columns.join(', ')} FROM (${rows}) AS f`;
  if (!path && files.every((file) => file.values.join('\u0000') === first.values.join('\u0000'))) {
    const values = partitionValues(table, first.values).map(
      (value, i) => `${value} AS ${quoted(keys[i]?.name ?? '')}`,
    );
    return `SELECT ${[...columns, ...values].join(', ')} FROM (${rows}) AS f`;
  }
  const places = files.map(
    (file) => `(${[text(file.path), text(file.uri), ...partitionValues(table, file.values)].join(', ')})`,
  );
  const added = [PATH_COLUMN, ...keys.map((key) => key.name)].map(quoted);
  const names = ['emulator_path', ...added];
  const all = [...columns, ...added.map((name) => `p.${name}`)].join(', ');
  return `SELECT ${all} FROM (${rows}) AS f JOIN (VALUES ${places.join(', ')}) AS p(${names.join(', ')}) ON f.emulator_path = p.emulator_path`;
};

interface Bound {
  sql: string;
  bytes: number;
}

const parquet = async (
  scan: Scan,
  table: GlueTable,
  files: readonly ScanFile[],
  binder: Binder,
): Promise<Bound> => {
  const footers = await footersOf(binder.connection, files);
  let bytes = 0;
  for (const [i, file] of files.entries()) {
    const footer = footers[i] ?? NO_FOOTER;
    for (const column of stored(scan).filter((c) => scan.used.has(c.name))) {
      checkColumn(file, footer, column.name, column.type);
      bytes += bytesOf(footer, column.name);
    }
  }
  const columns = stored(scan).map((column) => {
    const known = footers.find((footer) => footer.columns.has(column.name))?.columns.get(column.name);
    // a column that is not asked for may hold what the table does not say: it is not touched
    const source = known && scan.used.has(column.name) ? `f.${quoted(known.name)}` : 'NULL';
    return `CAST(${source} AS ${duckType(column.type)}) AS ${quoted(column.name)}`;
  });
  const read = `read_parquet(${paths(files)}, union_by_name = true, hive_partitioning = false, filename = 'emulator_path')`;
  return {
    sql: withPartitions(
      scan,
      table,
      `SELECT ${[...columns, 'f.emulator_path'].join(', ')} FROM ${read} AS f`,
      files,
    ),
    bytes,
  };
};

const byCompression = (
  files: readonly ScanFile[],
  read: (files: ScanFile[], compression: string) => string,
): string =>
  [...Map.groupBy(files, (file) => compressionOf(file.key))]
    .map(([kind, group]) => read(group, kind))
    .join(' UNION ALL ');

const json = (scan: Scan, table: GlueTable, files: readonly ScanFile[]): string => {
  const columns = stored(scan).map((column) => `${text(column.name)}: ${text(duckType(column.type))}`);
  const list = [...stored(scan).map((column) => quoted(column.name)), 'emulator_path'].join(', ');
  // one row of a raw table may hold an event of half a megabyte; 64 MiB is far beyond any
  const rows = byCompression(
    files,
    (group, kind) =>
      `SELECT ${list} FROM read_json(${paths(group)}, format = 'newline_delimited', columns = {${columns.join(', ')}}, ` +
      `compression = '${kind}', maximum_object_size = 67108864, hive_partitioning = false, filename = 'emulator_path')`,
  );
  return withPartitions(scan, table, rows, files);
};

const csv = (scan: Scan, table: GlueTable, files: readonly ScanFile[], options: CsvOptions): string => {
  const columns = stored(scan);
  const struct = columns.map((column) => `${text(column.name)}: 'VARCHAR'`).join(', ');
  const list = columns.map((column) => {
    const source =
      column.type.name === 'varchar' ? quoted(column.name) : `nullif(${quoted(column.name)}, '')`;
    return `CAST(${source} AS ${duckType(column.type)}) AS ${quoted(column.name)}`;
  });
  const rows = byCompression(
    files,
    (group, kind) =>
      `SELECT ${[...list, 'emulator_path'].join(', ')} FROM read_csv(${paths(group)}, columns = {${struct}}, auto_detect = false, ` +
      `header = false, skip = ${options.skip}, delim = ${text(options.delimiter)}, quote = ${text(options.quote)}, ` +
      `escape = ${text(options.escape)}, nullstr = ${text(options.nullText)}, null_padding = true, compression = '${kind}', ` +
      `hive_partitioning = false, filename = 'emulator_path')`,
  );
  return withPartitions(scan, table, rows, files);
};

const bound = async (scan: Scan, table: GlueTable, binder: Binder): Promise<Bound> => {
  const files = filesOf(await partitionsOf(scan, table, binder), binder.objects);
  if (files.length === 0) return { sql: none(scan), bytes: 0 };
  const format = formatOf(table);
  if (format.kind === 'parquet') return parquet(scan, table, files, binder);
  for (const file of files) if (compressionOf(file.key) === 'gzip') await checkGzip(file);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    sql: format.kind === 'json' ? json(scan, table, files) : csv(scan, table, files, format.options),
    bytes,
  };
};

/**
 * Makes each scan of the query a view over the files that are left after pruning; returns the bytes it reads. The
 * partitions are looked up once, before the query runs, so it sees one state of the catalog from start to end.
 */
export const bindScans = async (
  scans: readonly Scan[],
  tables: ReadonlyMap<string, GlueTable>,
  binder: Binder,
): Promise<number> => {
  let bytes = 0;
  for (const scan of scans) {
    const table = tables.get(`${scan.table.database}.${scan.table.name}`);
    const source = table
      ? await bound(scan, { ...table, DatabaseName: scan.table.database }, binder)
      : { sql: await informationSchemaSql(scan.table.name, binder.catalog), bytes: 0 };
    bytes += source.bytes;
    await binder.connection.rows(`CREATE TEMP VIEW ${scan.id} AS ${source.sql}`);
  }
  return bytes;
};
