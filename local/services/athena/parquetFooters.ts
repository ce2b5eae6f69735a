import type { DuckDBConnection } from '@duckdb/node-api';
import type { TrinoType } from '../../trino/types.ts';
import { isInteger, typeText } from '../../trino/types.ts';
import { QueryError } from './failure.ts';
import type { ScanFile } from './files.ts';

export interface Footer {
  /** top-level columns by lower-case name: their name in the file, Parquet's type (undefined: nested), bytes */
  columns: ReadonlyMap<string, { name: string; type: string | undefined; bytes: number }>;
}

const footers = new Map<string, Footer>();
const REMEMBERED = 20_000;
const keyOf = (file: ScanFile): string => `${file.path}\u0000${file.etag}`;
const list = (files: readonly ScanFile[]): string =>
  files.map((file) => `'${file.path.replaceAll("'", "''")}'`).join(', ');

const topLevel = (rows: readonly (readonly [string, string, string | null, bigint | null])[]) => {
  const schemas = new Map<string, { name: string; type: string | undefined; bytes: number }[]>();
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
    known.push({ name, type: children ? undefined : (type ?? undefined), bytes: 0 });
    skip.set(file, Number(children ?? 0));
  }
  return schemas;
};

const read = async (connection: DuckDBConnection, files: readonly ScanFile[]): Promise<void> => {
  const paths = list(files);
  const schema = await connection.runAndReadAll(
    `SELECT file_name, name, type, num_children FROM parquet_schema([${paths}])`,
  );
  const schemas = topLevel(
    schema
      .getRows()
      .map(([f, n, t, c]) => [
        String(f),
        String(n),
        t === null ? null : String(t),
        typeof c === 'bigint' ? c : null,
      ]),
  );
  const sizes = await connection.runAndReadAll(
    `SELECT file_name, path_in_schema, sum(total_compressed_size)::BIGINT FROM parquet_metadata([${paths}]) GROUP BY ALL`,
  );
  const byFile = new Map<string, [string, number][]>();
  for (const [file, path, bytes] of sizes.getRows()) {
    byFile.set(String(file), [...(byFile.get(String(file)) ?? []), [String(path), Number(bytes)]]);
  }
  for (const file of files) {
    const columns = (schemas.get(file.path) ?? []).map((column) => {
      const own = (byFile.get(file.path) ?? []).filter(
        ([path]) => path === column.name || path.startsWith(`${column.name}, `),
      );
      return { ...column, bytes: own.reduce((sum, [, bytes]) => sum + bytes, 0) };
    });
    if (footers.size >= REMEMBERED) footers.delete(footers.keys().next().value ?? '');
    footers.set(keyOf(file), {
      columns: new Map(columns.map((column) => [column.name.toLowerCase(), column])),
    });
  }
};

/** What the files' footers say; each is read once. Throws HIVE_BAD_DATA for a file that is no Parquet. */
export const footersOf = async (
  connection: DuckDBConnection,
  files: readonly ScanFile[],
): Promise<Footer[]> => {
  const unread = files.filter((file) => !footers.has(keyOf(file)));
  try {
    if (unread.length > 0) await read(connection, unread);
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    const bad = unread.find((file) => why.includes(file.path));
    const told = bad ? why.replaceAll(bad.path, bad.uri) : why;
    throw new QueryError('HIVE_CANNOT_OPEN_SPLIT', `Error opening Hive split ${bad?.uri ?? ''}: ${told}`);
  }
  return files.map((file) => footers.get(keyOf(file)) ?? { columns: new Map() });
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
