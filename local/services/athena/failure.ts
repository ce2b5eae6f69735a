import { AwsError } from '../../contracts.ts';
import { TrinoError } from '../../trino/trinoError.ts';

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

/** DuckDB's words for what a query did → Trino's names. */
const named: [RegExp, (found: RegExpExecArray) => string][] = [
  [/'trino:([A-Z_]+: .*)' to INT32/s, (found) => found[1] ?? ''],
  [/trino:([A-Z_]+: .*)/s, (found) => found[1] ?? ''],
  [
    /Overflow in (\w+) of|out of range for the destination type/,
    () => 'NUMERIC_VALUE_OUT_OF_RANGE: arithmetic overflow',
  ],
  [
    /Could not convert string '(.*)' to (\w+)/s,
    (f) => `INVALID_CAST_ARGUMENT: Cannot cast '${f[1]}' to ${f[2]}`,
  ],
  [
    /invalid (\w+) field format: "(.*?)"/,
    (f) => `INVALID_CAST_ARGUMENT: Value cannot be cast to ${f[1]}: ${f[2]}`,
  ],
  [
    /More than one row returned by a subquery/,
    () => 'SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows',
  ],
  [
    /column "(.*)" must appear in the GROUP BY clause/,
    (f) => `EXPRESSION_NOT_AGGREGATE: '${f[1]}' must be an aggregate expression or appear in GROUP BY clause`,
  ],
  [
    /WHERE clause cannot contain (aggregates|window functions)/,
    () => 'SYNTAX_ERROR: WHERE clause cannot contain aggregations, window functions or grouping operations',
  ],
  [/Map keys must be unique/, () => 'INVALID_FUNCTION_ARGUMENT: Duplicate map keys are not allowed'],
  [
    /(Malformed JSON|JSON transform error|Invalid unicode).*/s,
    (f) => `HIVE_CURSOR_ERROR: Row is not a valid JSON Object: ${f[0]}`,
  ],
  [
    /Could not parse string "(.*)" according to format/s,
    (f) => `INVALID_FUNCTION_ARGUMENT: Invalid format: "${f[1]}"`,
  ],
  [
    /Out of Memory Error/,
    () => 'EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded the memory limit of the local stage',
  ],
];

const reasonOf = (error: unknown): string => {
  if (error instanceof TrinoError || error instanceof QueryError) return error.message;
  if (error instanceof AwsError) return `${error.code}: ${error.message}`;
  const message = error instanceof Error ? error.message : String(error);
  for (const [pattern, name] of named) {
    const found = pattern.exec(message);
    if (found) return name(found);
  }
  return `GENERIC_INTERNAL_ERROR: ${message}`;
};

export const failureOf = (error: unknown): Failure => {
  const reason = reasonOf(error);
  const code = /^([A-Z_]+):/.exec(reason)?.[1] ?? '';
  return { reason, category: code === 'GENERIC_INTERNAL_ERROR' ? 1 : 2, type: errorTypes[code] ?? 1100 };
};
