import { readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { SelectedColumn, Translated } from 'headrace-trino';
import * as types from 'headrace-trino';
import type { LazySimpleOptions } from './engine/lazySimple.ts';
import { QueryError } from './failure.ts';
import { asFolder, type S3Place } from './location.ts';
import { textLine } from './serde/textLine.ts';
import type { Session } from './session.ts';
import { literal } from './sqlText.ts';

export type WriteFormat = 'PARQUET' | 'JSON' | 'TEXTFILE';

export interface WriteOptions {
  format: WriteFormat;
  compression?: string | undefined;
  partitionedBy: readonly string[];
  /** of TEXTFILE */
  text?: LazySimpleOptions | undefined;
  /** how many partitions it may write; default: any number */
  maxPartitions?: number | undefined;
}

export interface Written {
  uri: string;
  /** values of the partition columns, in order */
  partition: readonly string[];
}

const parquetCompressions = ['SNAPPY', 'GZIP', 'ZSTD', 'LZ4', 'UNCOMPRESSED'];
const textCompressions = ['GZIP', 'ZSTD', 'NONE'];

/** Athena's name of the compression → DuckDB's, and the end of the file's name. */
const compressionOf = (options: WriteOptions): { duck: string; suffix: string } => {
  const written = (options.compression ?? (options.format === 'PARQUET' ? 'SNAPPY' : 'GZIP')).toUpperCase();
  const wanted = options.format === 'PARQUET' && written === 'NONE' ? 'UNCOMPRESSED' : written;
  const known = options.format === 'PARQUET' ? parquetCompressions : textCompressions;
  if (!known.includes(wanted)) {
    throw new QueryError('NOT_SUPPORTED', `${written} compression of ${options.format} is not emulated`);
  }
  if (options.format === 'PARQUET') return { duck: wanted, suffix: '' };
  return {
    duck: wanted === 'NONE' ? 'uncompressed' : wanted.toLowerCase(),
    suffix: { GZIP: '.gz', ZSTD: '.zst' }[wanted] ?? '',
  };
};

const copyOptions = (options: WriteOptions, duck: string, keys: readonly string[]): string => {
  const parts = [`COMPRESSION ${options.format === 'PARQUET' ? duck : `'${duck}'`}`];
  if (options.format === 'PARQUET') parts.unshift('FORMAT parquet');
  // Each row is a line already: neither JSON nor text without quotes is what DuckDB writes into partitions.
  else parts.unshift("FORMAT csv, HEADER false, DELIMITER '', QUOTE '', ESCAPE ''");
  if (keys.length > 0) parts.push(`PARTITION_BY (${keys.map(types.quoted).join(', ')})`);
  return parts.join(', ');
};

/** What a table's own SerDe properties say, or what CREATE TABLE AS gives it. */
export const lazySimple = (delimiter = '\u0001'): LazySimpleOptions => ({
  separators: [delimiter, '\u0002', '\u0003'],
  escapeChar: undefined,
  nullText: '\\N',
  lastTakesRest: false,
});

/** The columns under their names; but for Parquet one column with the row's line, and the partition columns. */
const itemsOf = (columns: readonly SelectedColumn[], options: WriteOptions): string => {
  const named = columns.map(({ name, type }, i) => ({
    sql: `c${i}`,
    name: types.quoted(name.toLowerCase()),
    type,
  }));
  if (options.format === 'PARQUET') return named.map(({ sql, name }) => `${sql} AS ${name}`).join(', ');
  const split = named.length - options.partitionedBy.length;
  const own = named.slice(0, split);
  const fields = own.map(({ sql, name }) => `${name} := ${sql}`);
  const line =
    options.format === 'JSON'
      ? `CAST(to_json(struct_pack(${fields.join(', ')})) AS VARCHAR)`
      : textLine(own, options.text ?? lazySimple());
  const keys = named.slice(split).map(({ sql, name }) => `${sql} AS ${name}`);
  return [`${line} AS emulator_line`, ...keys].join(', ');
};

const checkTypes = (columns: readonly SelectedColumn[]): void => {
  for (const { type } of columns) {
    if (
      ['json', 'timestamp with time zone', 'time', 'unknown', 'any'].includes(type.name) ||
      types.isInterval(type)
    ) {
      throw new QueryError('NOT_SUPPORTED', `Unsupported Hive type: ${types.typeText(type)}`);
    }
  }
};

const checkOrder = (columns: readonly SelectedColumn[], keys: readonly string[]): void => {
  const last = columns.slice(columns.length - keys.length).map((column) => column.name.toLowerCase());
  if (columns.length > keys.length && keys.every((key, i) => key.toLowerCase() === last[i])) return;
  const what = `Partition keys must be the last columns in the table and in the same order as the table properties: [${keys.join(', ')}]`;
  throw new QueryError('HIVE_COLUMN_ORDER_MISMATCH', what);
};

const checkPartitions = (files: readonly string[], { maxPartitions }: WriteOptions): void => {
  if (maxPartitions === undefined || new Set(files.map(dirname)).size <= maxPartitions) return;
  const what = `Exceeded limit of ${maxPartitions} open writers for partitions/buckets`;
  throw new QueryError('HIVE_TOO_MANY_OPEN_PARTITIONS', what);
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();

/**
 * Runs the query into files below `place`, one folder a partition (`dt=2026-11-01/`), and puts them into S3.
 * A query without rows writes nothing.
 */
export const writeQuery = async (
  translated: Translated,
  options: WriteOptions,
  place: S3Place,
  session: Session,
): Promise<{ files: Written[]; rows: number }> => {
  checkTypes(translated.columns);
  checkOrder(translated.columns, options.partitionedBy);
  const { duck, suffix } = compressionOf(options);
  const keys = options.partitionedBy.map((key) => key.toLowerCase());
  const target = join(session.scratch(), keys.length > 0 ? 'parts' : 'data');
  const source = `SELECT ${itemsOf(translated.columns, options)} FROM (${translated.sql}) AS w`;
  const copied = await session.connection.rows(
    `COPY (${source}) TO ${literal(target)} (${copyOptions(options, duck, keys)})`,
  );
  const rows = Number(copied[0]?.[0] ?? 0);
  if (rows === 0) return { files: [], rows };
  const folder = asFolder(place);
  const files = keys.length > 0 ? filesBelow(target) : [target];
  checkPartitions(files, options);
  const written: Written[] = [];
  for (const [i, path] of files.entries()) {
    const folders = keys.length > 0 ? relative(target, path).split('/').slice(0, -1) : [];
    const key = [...folders, `${session.id}_${i}${suffix}`].join('/');
    await session.objects.putFile(folder.bucket, folder.key + key, path);
    const partition = folders.map((part) => decodeURIComponent(part.slice(part.indexOf('=') + 1)));
    written.push({ uri: `s3://${folder.bucket}/${folder.key}${key}`, partition });
  }
  return { files: written, rows };
};
