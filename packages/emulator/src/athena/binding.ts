import { duckType, PATH_COLUMN, quoted, type Scan, type TableColumn } from 'headrace-trino';
import type { LocalObjects } from '../contracts.ts';
import type { QueryConnection } from './engine/engineProcess.ts';
import { filesOf, mustBeWhole, type ScanFile } from './files.ts';
import type { GlueCatalog, GlueTable } from './glueShapes.ts';
import { informationSchemaSql } from './informationSchema.ts';
import { bytesOf, checkColumn, footersOf, NO_FOOTER } from './parquetFooters.ts';
import { partitionsOf, partitionValues } from './partitions.ts';
import { jsonRows } from './serde/jsonTable.ts';
import { textRows } from './serde/textTable.ts';
import { literal, pathList } from './sqlText.ts';
import { formatOf } from './tableFormat.ts';

interface Binder {
  connection: QueryConnection;
  catalog: GlueCatalog;
  objects: LocalObjects;
  now: Date;
  scratch(): string;
  reads(files: readonly ScanFile[]): void;
  /** Counts what is about to be read. Throws beyond the limit. */
  scanned(bytes: number): void;
}

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
  // A view may give it, and the query not ask the view for it: then it is there by name, as other unused columns are.
  const unused = `CAST(NULL AS VARCHAR) AS ${quoted(PATH_COLUMN)}`;
  if ((keys.length === 0 && !path) || !first)
    return `SELECT ${[...columns, unused].join(', ')} FROM (${rows}) AS f`;
  if (!path && files.every((file) => file.values.join('\u0000') === first.values.join('\u0000'))) {
    const values = partitionValues(table, first.values).map(
      (value, i) => `${value} AS ${quoted(keys[i]?.name ?? '')}`,
    );
    return `SELECT ${[...columns, ...values, unused].join(', ')} FROM (${rows}) AS f`;
  }
  const places = files.map(
    (file) =>
      `(${[literal(file.path), literal(file.uri), ...partitionValues(table, file.values)].join(', ')})`,
  );
  const added = [PATH_COLUMN, ...keys.map((key) => key.name)].map(quoted);
  const names = ['emulator_path', ...added];
  const all = [...columns, ...added.map((name) => `p.${name}`)].join(', ');
  return `SELECT ${all} FROM (${rows}) AS f JOIN (VALUES ${places.join(', ')}) AS p(${names.join(', ')}) ON f.emulator_path = p.emulator_path`;
};

const parquet = async (
  scan: Scan,
  table: GlueTable,
  files: readonly ScanFile[],
  binder: Binder,
): Promise<string> => {
  const footers = await footersOf(binder.connection, files);
  let bytes = 0;
  for (const [i, file] of files.entries()) {
    const footer = footers[i] ?? NO_FOOTER;
    for (const column of stored(scan).filter((c) => scan.used.has(c.name))) {
      checkColumn(file, footer, column.name, column.type);
      bytes += bytesOf(footer, column.name);
    }
  }
  binder.scanned(bytes);
  const columns = stored(scan).map((column) => {
    const known = footers.find((footer) => footer.columns.has(column.name))?.columns.get(column.name);
    // a column that is not asked for may hold what the table does not say: it is not touched
    const source = known && scan.used.has(column.name) ? `f.${quoted(known.name)}` : 'NULL';
    return `CAST(${source} AS ${duckType(column.type)}) AS ${quoted(column.name)}`;
  });
  const read = `read_parquet(${pathList(files)}, union_by_name = true, hive_partitioning = false, filename = 'emulator_path')`;
  const rows = `SELECT ${[...columns, 'f.emulator_path'].join(', ')} FROM ${read} AS f`;
  return withPartitions(scan, table, rows, files);
};

const used = (scan: Scan): TableColumn[] => stored(scan).filter((column) => scan.used.has(column.name));

/** The rows of `reads`, which holds the used columns only; the others are there by name and are not touched. */
const withUnused = (scan: Scan, rows: string): string => {
  const columns = stored(scan).map((column) =>
    scan.used.has(column.name)
      ? `u.${quoted(column.name)}`
      : `CAST(NULL AS ${duckType(column.type)}) AS ${quoted(column.name)}`,
  );
  return `SELECT ${[...columns, 'u.emulator_path'].join(', ')} FROM (${rows}) AS u`;
};

const rowsOf = async (
  scan: Scan,
  files: readonly ScanFile[],
  format: Exclude<ReturnType<typeof formatOf>, { kind: 'parquet' }>,
  binder: Binder,
): Promise<string> => {
  if (format.kind === 'json') return jsonRows(used(scan), files, format.options, binder.connection);
  const columns = stored(scan).map((column) => ({ ...column, used: scan.used.has(column.name) }));
  const { serde, skip } = format;
  return textRows({ columns, files, serde, skip }, binder.connection, binder.scratch());
};

const bound = async (scan: Scan, table: GlueTable, binder: Binder): Promise<string> => {
  const files = filesOf(await partitionsOf(scan, table, binder), binder.objects);
  if (files.length === 0) return none(scan);
  binder.reads(files);
  const format = formatOf(table);
  if (format.kind === 'parquet') return parquet(scan, table, files, binder);
  for (const file of files) await mustBeWhole(file);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  binder.scanned(bytes);
  const rows = withUnused(scan, await rowsOf(scan, files, format, binder));
  return withPartitions(scan, table, rows, files);
};

/**
 * Makes each scan of the query a view over the files that are left after pruning. The partitions are looked up once, before
 * the query runs, so it sees one state of the catalog from start to end.
 */
export const bindScans = async (
  scans: readonly Scan[],
  tables: ReadonlyMap<string, GlueTable>,
  binder: Binder,
): Promise<void> => {
  for (const scan of scans) {
    const table = tables.get(`${scan.table.database}.${scan.table.name}`);
    const source = table
      ? await bound(scan, { ...table, DatabaseName: scan.table.database }, binder)
      : await informationSchemaSql(scan.table.name, binder.catalog);
    await binder.connection.rows(`CREATE TEMP VIEW ${scan.id} AS ${source}`);
  }
};
