import { duckType, quoted, type TableColumn } from 'headrace-trino';
import type { QueryConnection } from '../engine/engineProcess.ts';
import { compressionOf, type ScanFile } from '../files.ts';
import { literal } from '../sqlText.ts';
import { jsonFiles } from './jsonFiles.ts';
import { type FileKeys, keysOf } from './jsonKeys.ts';
import { type JsonOptions, jsonAs, needsJson, objectOf, scalarOf } from './jsonValues.ts';

const keyFor = (column: string, { mapping, caseInsensitive }: JsonOptions): ((key: string) => boolean) => {
  const wanted = mapping.get(column) ?? column;
  if (!caseInsensitive) return (key) => key === wanted;
  return (key) => key.toLowerCase() === wanted.toLowerCase();
};

const dottedFor = (column: string, { caseInsensitive }: JsonOptions): ((key: string) => boolean) => {
  const underscored = (key: string): string =>
    (caseInsensitive ? key.toLowerCase() : key).replaceAll('.', '_');
  return (key) => key.includes('.') && underscored(key) === column;
};

/** The keys of a file that a column may come from. */
const spellings = (column: string, { keys }: FileKeys, options: JsonOptions): string[] => {
  const exact = keys.filter(keyFor(column, options));
  return options.dotsInKeys ? [...exact, ...keys.filter(dottedFor(column, options))] : exact;
};

/** Each column's one key in a file; undefined when a column has several, so that each line must be looked at. */
const directKeys = (
  columns: readonly TableColumn[],
  found: FileKeys,
  options: JsonOptions,
): string[] | undefined => {
  const all = columns.map(({ name }) => spellings(name, found, options));
  const chosen = all.map((keys, i) => keys[0] ?? columns[i]?.name ?? '');
  const isPlain = !found.twice && all.every((keys) => keys.length <= 1);
  // DuckDB knows names of a row without their case.
  return isPlain && new Set(chosen.map((key) => key.toLowerCase())).size === chosen.length
    ? chosen
    : undefined;
};

const ignoring = ({ ignoreMalformed }: JsonOptions): string =>
  ignoreMalformed ? ', ignore_errors = true' : '';

/** The rows of files whose columns have one key each: DuckDB reads just these. */
const direct = (
  keys: readonly string[],
  columns: readonly TableColumn[],
  files: readonly ScanFile[],
  kind: string,
  options: JsonOptions,
): string => {
  const wanted = columns.map(
    (column, i) => `${literal(keys[i] ?? '')}: '${needsJson(column.type, options) ? 'JSON' : 'VARCHAR'}'`,
  );
  // count(*) reads no column, but every line
  if (wanted.length === 0) wanted.push("'emulator_no_key': 'VARCHAR'");
  const values = columns.map((column, i) => {
    const source = `f.${quoted(keys[i] ?? '')}`;
    const value = needsJson(column.type, options)
      ? jsonAs(source, column.type, column.name, options, 0)
      : scalarOf(source, column.type, column.name, options);
    return `CAST(${value} AS ${duckType(column.type)}) AS ${quoted(column.name)}`;
  });
  const rest = `, records = true, hive_partitioning = false, columns = {${wanted.join(', ')}}${ignoring(options)}`;
  return `SELECT ${[...values, 'f.emulator_path'].join(', ')} FROM ${jsonFiles('read_json', files, kind, rest)} AS f`;
};

/** The rows of files whose lines spell a key in several ways, or hold one twice. */
const lineByLine = (
  columns: readonly TableColumn[],
  files: readonly ScanFile[],
  kind: string,
  options: JsonOptions,
): string => {
  const row = objectOf('f.json', columns, options, 0);
  const values = columns.map((column) => `r.row.${quoted(column.name)} AS ${quoted(column.name)}`);
  const parsed = `CASE WHEN json_type(f.json) = 'OBJECT' THEN ${row} END AS row`;
  return `SELECT ${[...values, 'r.emulator_path'].join(', ')} FROM (SELECT ${parsed}, f.emulator_path FROM ${jsonFiles('read_json_objects', files, kind, ignoring(options))} AS f) AS r`;
};

/**
 * The rows of JSON lines: the columns that the query reads, and `emulator_path`. Keys match whatever their case, as AWS's
 * default is, at the speed of DuckDB's own reader where each column has one spelling in a file.
 */
export const jsonRows = async (
  columns: readonly TableColumn[],
  files: readonly ScanFile[],
  options: JsonOptions,
  connection: QueryConnection,
): Promise<string> => {
  const found = await keysOf(connection, files);
  const groups = Map.groupBy(files, (file) => {
    const keys = directKeys(columns, found(file), options);
    return JSON.stringify([compressionOf(file.key), keys ?? null]);
  });
  const parts = [...groups].map(([group, members]) => {
    // What JSON.stringify wrote above.
    const [kind, keys] = JSON.parse(group) as [string, string[] | null];
    return keys ? direct(keys, columns, members, kind, options) : lineByLine(columns, members, kind, options);
  });
  return parts.join(' UNION ALL ');
};
