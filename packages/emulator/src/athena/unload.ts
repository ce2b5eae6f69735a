import { parseQuery, TrinoError, unquote } from 'headrace-trino';
import { QueryError } from './failure.ts';
import { asFolder, parseS3 } from './location.ts';
import { prepareQuery } from './select.ts';
import type { Outcome, Session } from './session.ts';
import { lazySimple, type WriteFormat, type WriteOptions, writeQuery } from './writer.ts';

export type Properties = ReadonlyMap<string, string | readonly string[]>;

/** A property's value: a string, or an ARRAY of strings. */
export const propertyValue = (sql: string): string | readonly string[] => {
  const strings = [...sql.matchAll(/'((?:[^']|'')*)'/g)].map((found) => unquote(`'${found[1]}'`));
  return /^\s*ARRAY\s*\[/i.test(sql) ? strings : (strings[0] ?? sql.trim());
};

const splitProperties = (text: string): Properties => {
  const found = text.matchAll(/(\w+)\s*=\s*(ARRAY\s*\[[^\]]*\]|'(?:[^']|'')*'|[\w.+-]+)/gi);
  return new Map([...found].map(([, name = '', value = '']) => [name.toLowerCase(), propertyValue(value)]));
};

const formats: Record<string, WriteFormat> = {
  PARQUET: 'PARQUET',
  JSON: 'JSON',
  TEXTFILE: 'TEXTFILE',
};

/** WITH (format = …, compression = …, partitioned_by = ARRAY[…]) */
export const writeOptions = (properties: Properties, byDefault?: WriteFormat): WriteOptions => {
  const single = (name: string): string | undefined => {
    const value = properties.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const written = single('format')?.toUpperCase() ?? byDefault;
  if (!written) throw new QueryError('INVALID_TABLE_PROPERTY', 'The format property is required');
  const format = formats[written];
  if (!format) throw new QueryError('NOT_SUPPORTED', `the format ${written} is not emulated`);
  const delimiter = single('field_delimiter');
  if (delimiter !== undefined && delimiter.length !== 1)
    throw new QueryError('INVALID_TABLE_PROPERTY', 'The field_delimiter must be a single character');
  const partitioned = properties.get('partitioned_by') ?? [];
  return {
    format,
    compression: single('compression') ?? single('write_compression') ?? single('parquet_compression'),
    partitionedBy: typeof partitioned === 'string' ? [partitioned] : partitioned,
    text: lazySimple(delimiter),
  };
};

const unload = /^\s*UNLOAD\s*\(([\s\S]*)\)\s*TO\s*'((?:[^']|'')*)'\s*WITH\s*\(([\s\S]*)\)\s*;?\s*$/i;

/** UNLOAD (query) TO 's3://…' WITH (…): into an empty place only, so that a rerun never mixes with what is there. */
export const runUnload = async (sql: string, session: Session): Promise<Outcome> => {
  const [, query, target, properties] = unload.exec(sql) ?? [];
  if (query === undefined || target === undefined || properties === undefined) {
    throw new TrinoError(
      'SYNTAX_ERROR',
      "UNLOAD must be written: UNLOAD (query) TO 's3://…' WITH (format = '…')",
      { line: 1, column: 1 },
    );
  }
  const options = writeOptions(splitProperties(properties));
  const place = asFolder(parseS3(target));
  if (session.objects.list(place.bucket, place.key).length > 0) {
    throw new QueryError(
      'HIVE_PATH_ALREADY_EXISTS',
      `Target directory for table '${session.database}.unload' already exists: ${target}`,
    );
  }
  const translated = await prepareQuery(parseQuery(query), session);
  const { files, rows } = await writeQuery(translated, options, place, session);
  return { columns: [], rows: [], tabular: false, updateCount: rows, files: files.map((file) => file.uri) };
};
