import type { QueryConnection } from '../engine/engineProcess.ts';
import { compressionOf, type ScanFile } from '../files.ts';

/** The keys of a file's lines; `twice`: a line holds one twice. */
export interface FileKeys {
  keys: readonly string[];
  twice: boolean;
}

/** By path and etag: an object never changes under its etag. Bounded, oldest out first. */
const known = new Map<string, FileKeys>();
const REMEMBERED = 50_000;

const markOf = (file: ScanFile): string => `${file.path}\u0000${file.etag}`;

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const read = async (connection: QueryConnection, files: readonly ScanFile[], kind: string): Promise<void> => {
  const paths = files.map((file) => text(file.path)).join(', ');
  const keys = `SELECT DISTINCT filename, json_keys(json) AS keys FROM read_json_objects([${paths}], format = 'newline_delimited', ignore_errors = true, compression = '${kind}', maximum_object_size = 67108864, filename = true)`;
  const rows = await connection.rows(
    `SELECT filename, CAST(to_json(list_distinct(flatten(list(keys)))) AS VARCHAR), bool_or(len(keys) > len(list_distinct(list_transform(keys, lambda k: lower(k))))) FROM (${keys}) WHERE keys IS NOT NULL GROUP BY filename`,
  );
  const found = new Map(rows.map(([path, list, twice]) => [String(path), { list: String(list), twice }]));
  for (const file of files) {
    const { list = '[]', twice = false } = found.get(file.path) ?? {};
    if (known.size >= REMEMBERED) known.delete(known.keys().next().value ?? '');
    // DuckDB wrote it: a list of texts.
    known.set(markOf(file), { keys: JSON.parse(list) as string[], twice: twice === true });
  }
};

/** Which keys the lines of each file have. A file is looked through once. */
export const keysOf = async (
  connection: QueryConnection,
  files: readonly ScanFile[],
): Promise<(file: ScanFile) => FileKeys> => {
  const unread = files.filter((file) => !known.has(markOf(file)));
  for (const [kind, group] of Map.groupBy(unread, (file) => compressionOf(file.key)))
    await read(connection, group, kind);
  return (file) => known.get(markOf(file)) ?? { keys: [], twice: false };
};
