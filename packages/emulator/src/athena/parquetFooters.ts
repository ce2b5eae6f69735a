import type { TrinoType } from 'headrace-trino';
import { isInteger, typeText } from 'headrace-trino';
import type { QueryConnection } from './engine/engineProcess.ts';
import { QueryError } from './failure.ts';
import type { ScanFile } from './files.ts';
import { pathList } from './sqlText.ts';

/** A top-level column: its name in the file, Parquet's type (undefined: nested), its place in `Footer.bytes`. */
interface Column {
  name: string;
  type: string | undefined;
  place: number;
}

interface Footer {
  /** by lower-case name; one object for all files whose columns are the same */
  columns: ReadonlyMap<string, Column>;
  bytes: readonly number[];
}

export const NO_FOOTER: Footer = { columns: new Map(), bytes: [] };

const footers = new Map<string, Footer>();
const REMEMBERED = 20_000;

/** The columns of all footers, each set once: the files of a table have the same, and there may be thousands. */
const columnSets = new Map<string, Footer['columns']>();
const SETS = 1_000;

const columnSet = (columns: readonly Pick<Column, 'name' | 'type'>[]): Footer['columns'] => {
  const key = JSON.stringify(columns.map(({ name, type }) => [name, type]));
  const known = columnSets.get(key);
  if (known) return known;
  const made = new Map(
    columns.map(({ name, type }, place) => [name.toLowerCase(), { name, type, place }] as const),
  );
  if (columnSets.size >= SETS) columnSets.clear();
  columnSets.set(key, made);
  return made;
};

/** Of a column, in a file; 0 when it is not there. */
export const bytesOf = ({ columns, bytes }: Footer, name: string): number =>
  bytes[columns.get(name)?.place ?? -1] ?? 0;

const keyOf = (file: ScanFile): string => `${file.path}\u0000${file.etag}`;

const topLevel = (rows: readonly (readonly [string, string, string | null, bigint | null])[]) => {
  const schemas = new Map<string, { name: string; type: string | undefined }[]>();
  const skip = new Map<string, number>();
  for (const [file, name, type, children] of rows) {
    const below = skip.get(file);
    const known = schemas.get(file);
    if (!known) {
      schemas.set(file, []); // the first row is the root
      continue;
    }
    const left = below ?? 0;
    if (left > 0) {
      skip.set(file, left - 1 + Number(children ?? 0));
      continue;
    }
    known.push({ name, type: children ? undefined : (type ?? undefined) });
    skip.set(file, Number(children ?? 0));
  }
  return schemas;
};

const read = async (connection: QueryConnection, files: readonly ScanFile[]): Promise<void> => {
  const paths = pathList(files);
  const schema = await connection.rows(
    `SELECT file_name, name, type, num_children FROM parquet_schema(${paths})`,
  );
  const schemas = topLevel(
    schema.map(([f, n, t, c]) => [
      String(f),
      String(n),
      t === null ? null : String(t),
      typeof c === 'bigint' ? c : null,
    ]),
  );
  const sizes = await connection.rows(
    `SELECT file_name, path_in_schema, sum(total_compressed_size)::BIGINT FROM parquet_metadata(${paths}) GROUP BY ALL`,
  );
  const byFile = new Map<string, [string, number][]>();
  for (const [file, path, bytes] of sizes) {
    byFile.set(String(file), [...(byFile.get(String(file)) ?? []), [String(path), Number(bytes)]]);
  }
  for (const file of files) {
    const columns = schemas.get(file.path) ?? [];
    const bytes = columns.map(({ name }) => {
      const own = (byFile.get(file.path) ?? []).filter(
        ([path]) => path === name || path.startsWith(`${name}, `),
      );
      return own.reduce((sum, [, each]) => sum + each, 0);
    });
    if (footers.size >= REMEMBERED) footers.delete(footers.keys().next().value ?? '');
    footers.set(keyOf(file), { columns: columnSet(columns), bytes });
  }
};

/** What the files' footers say; each is read once. Throws HIVE_BAD_DATA for a file that is no Parquet. */
export const footersOf = async (
  connection: QueryConnection,
  files: readonly ScanFile[],
): Promise<Footer[]> => {
  const unread = files.filter((file) => !footers.has(keyOf(file)));
  try {
    if (unread.length > 0) await read(connection, unread);
  } catch (cause) {
    // The engine has died, and says of what.
    if (cause instanceof QueryError) throw cause;
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    const bad = unread.find((file) => why.includes(file.path));
    const told = bad ? why.replaceAll(bad.path, bad.uri) : why;
    throw new QueryError('HIVE_CANNOT_OPEN_SPLIT', `Error opening Hive split ${bad?.uri ?? ''}: ${told}`);
  }
  return files.map((file) => footers.get(keyOf(file)) ?? NO_FOOTER);
};

const holds: Record<string, (type: TrinoType) => boolean> = {
  BOOLEAN: (type) => type.name === 'boolean',
  INT32: (type) => isInteger(type) || type.name === 'date' || type.name === 'decimal' || type.name === 'time',
  INT64: (type) =>
    isInteger(type) || type.name === 'timestamp' || type.name === 'decimal' || type.name === 'time',
  INT96: (type) => type.name === 'timestamp',
  FLOAT: (type) => type.name === 'real' || type.name === 'double',
  DOUBLE: (type) => type.name === 'double',
  BYTE_ARRAY: (type) => ['varchar', 'varbinary', 'decimal', 'json'].includes(type.name),
  FIXED_LEN_BYTE_ARRAY: (type) => ['decimal', 'varbinary', 'varchar'].includes(type.name),
};

/** A file whose column is of another kind than the table says: an error, never a cast. */
export const checkColumn = (file: ScanFile, footer: Footer, name: string, type: TrinoType): void => {
  const column = footer.columns.get(name);
  if (!column) return;
  const nested = Boolean(type.args ?? type.fields);
  const fits = column.type === undefined ? nested : !nested && (holds[column.type]?.(type) ?? false);
  if (fits) return;
  throw new QueryError(
    'HIVE_BAD_DATA',
    `Malformed Parquet file. Field '${name}''s type ${column.type ?? 'GROUP'} in parquet file ${file.uri} is incompatible with type ${typeText(type)} defined in table schema`,
  );
};
