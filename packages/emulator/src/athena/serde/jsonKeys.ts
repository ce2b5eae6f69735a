import type { QueryConnection } from '../engine/engineProcess.ts';
import { compressionOf, type ScanFile } from '../files.ts';
import { jsonFiles } from './jsonFiles.ts';

/** The keys of a file's lines; `twice`: a line holds one twice. */
export interface FileKeys {
  keys: readonly string[];
  twice: boolean;
}

/** By path and etag: an object never changes under its etag. Bounded, oldest out first. */
const known = new Map<string, FileKeys>();
const REMEMBERED = 50_000;

const NONE: FileKeys = { keys: [], twice: false };

const markOf = (file: ScanFile): string => `${file.path}\u0000${file.etag}`;

const read = async (
  connection: QueryConnection,
  files: readonly ScanFile[],
  kind: string,
): Promise<FileKeys[]> => {
  const lines = jsonFiles('read_json_objects', files, kind, ', ignore_errors = true');
  const keys = `SELECT DISTINCT emulator_path, json_keys(json) AS keys FROM ${lines}`;
  const rows = await connection.rows(
    `SELECT emulator_path, CAST(to_json(list_distinct(flatten(list(keys)))) AS VARCHAR), bool_or(len(keys) > len(list_distinct(list_transform(keys, lambda k: lower(k))))) FROM (${keys}) WHERE keys IS NOT NULL GROUP BY emulator_path`,
  );
  const found = new Map(rows.map(([path, list, twice]) => [String(path), { list: String(list), twice }]));
  return files.map(({ path }) => {
    const { list = '[]', twice = false } = found.get(path) ?? {};
    // DuckDB wrote it: a list of texts.
    return { keys: JSON.parse(list) as string[], twice: twice === true };
  });
};

const remember = (file: ScanFile, keys: FileKeys): void => {
  if (known.size >= REMEMBERED) known.delete(known.keys().next().value ?? '');
  known.set(markOf(file), keys);
};

/** Which keys the lines of each file have. A file is looked through once. */
export const keysOf = async (
  connection: QueryConnection,
  files: readonly ScanFile[],
): Promise<(file: ScanFile) => FileKeys> => {
  // Of this query's files, whatever is forgotten meanwhile.
  const found = new Map(files.map((file) => [file, known.get(markOf(file))]));
  const unread = files.filter((file) => !found.get(file));
  for (const [kind, group] of Map.groupBy(unread, (file) => compressionOf(file.key))) {
    const all = await read(connection, group, kind);
    for (const [i, file] of group.entries()) {
      const keys = all[i] ?? NONE;
      found.set(file, keys);
      remember(file, keys);
    }
  }
  return (file) => found.get(file) ?? NONE;
};
