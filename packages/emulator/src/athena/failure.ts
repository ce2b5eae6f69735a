import { trinoMessage } from 'headrace-trino';
import { AwsError } from '../contracts.ts';

/** Why a query failed, as GetQueryExecution says it. */
export interface Failure {
  reason: string;
  /** 1 system, 2 user, 3 other */
  category: number;
  type: number;
}

/** An error of a query with the name that Athena gives it. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly code: string;

  constructor(code: string, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

/** ErrorType numbers of Athena's error catalog. */
const errorTypes: Record<string, number> = {
  SYNTAX_ERROR: 1006,
  TYPE_MISMATCH: 1006,
  COLUMN_NOT_FOUND: 1006,
  AMBIGUOUS_NAME: 1006,
  FUNCTION_NOT_FOUND: 1006,
  TABLE_NOT_FOUND: 1006,
  SCHEMA_NOT_FOUND: 1006,
  NOT_SUPPORTED: 1006,
  HIVE_CURSOR_ERROR: 1300,
  HIVE_BAD_DATA: 1300,
  HIVE_PARTITION_SCHEMA_MISMATCH: 1300,
  HIVE_PATH_ALREADY_EXISTS: 1006,
};

/** Where a reader finds what runs instead. */
const pointer = 'the README of headrace-trino lists what runs';

/** What DuckDB says of files → what Athena says. */
const ofFiles: [RegExp, (found: RegExpExecArray) => string][] = [
  [
    /Malformed JSON in file "(.*?)", at byte (\d+) in line (\d+): (.*?)\.?\s*$/m,
    (f) =>
      `HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: ${f[4]} at ${f[2]} [line ${f[3]} of ${f[1]}]`,
  ],
  [
    /JSON transform error in file "(.*?)", in line (\d+): .* has duplicate key "(.*?)"/s,
    (f) =>
      `HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Duplicate key "${f[3]}" [line ${f[2]} of ${f[1]}]`,
  ],
  [
    /JSON transform error in file "(.*?)", in line (\d+): (.*)/,
    (f) => `HIVE_CURSOR_ERROR: Row is not a valid JSON Object - ${f[3]} [line ${f[2]} of ${f[1]}]`,
  ],
  [
    /^IO Error: (?:Cannot open file|No files found that match)[^"]*"(.*?)"/,
    (f) => `HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split ${f[1]}: the object is gone`,
  ],
  [
    /^(?:IO|Invalid Input) Error: .*(?:parquet|Parquet|Snappy|ZSTD|GZIP|magic bytes).*/,
    (f) => `HIVE_CURSOR_ERROR: Failed to read Parquet file: ${withoutKind(f[0])}`,
  ],
  [
    /^(?:IO Error: .*No space left on device|ENOSPC: ).*/s,
    () => 'INSUFFICIENT_RESOURCES: there is no space left on the disk of this machine',
  ],
];

/** DuckDB's first line says what is wrong; the others show the SQL that the translation made. */
const withoutKind = (message: string): string =>
  (message.split('\n')[0] ?? '').replace(/^[A-Z][\w ]* Error: /, '');

const engineMessage = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  for (const [pattern, say] of ofFiles) {
    const found = pattern.exec(message);
    if (found) return say(found);
  }
  const named = trinoMessage(error);
  const unnamed = /^GENERIC_INTERNAL_ERROR: (.*)$/s.exec(named)?.[1];
  return unnamed === undefined ? named : `GENERIC_INTERNAL_ERROR: ${withoutKind(unnamed)}`;
};

/** No reader of a message has any use for where a file lies on this machine, and for whose machine it is. */
const withUris = (message: string, uris: ReadonlyMap<string, string>): string => {
  let told = message;
  for (const [path, uri] of uris) if (told.includes(path)) told = told.replaceAll(path, uri);
  return told
    .replaceAll(/(?:\/[\w.@+ -]+)*\/emulator-athena-[\w-]+(?:\/[\w.-]+)*/g, 'a file of the engine')
    .replaceAll(/(?:\/[\w.@+ -]+)*\/s3\/[0-9a-f]{2}\/[0-9a-f-]{36}/g, 'a file of the lake');
};

const reasonOf = (error: unknown): string => {
  if (error instanceof QueryError) return error.message;
  if (error instanceof AwsError) return `${error.code}: ${error.message}`;
  const reason = engineMessage(error);
  return reason.startsWith('NOT_SUPPORTED:') ? `${reason} (${pointer})` : reason;
};

/** `uris`: of the files that the query read, by their paths. */
export const failureOf = (error: unknown, uris: ReadonlyMap<string, string> = new Map()): Failure => {
  const reason = withUris(reasonOf(error), uris);
  const code = /^([A-Z_]+):/.exec(reason)?.[1] ?? '';
  return { reason, category: code === 'GENERIC_INTERNAL_ERROR' ? 1 : 2, type: errorTypes[code] ?? 1100 };
};
