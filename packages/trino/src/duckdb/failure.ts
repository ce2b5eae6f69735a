import { TrinoError } from '../trinoError.ts';

/** DuckDB's words for what a query did → Trino's names. */
const named: [RegExp, (found: RegExpExecArray) => string][] = [
  [/'trino:([A-Z_]+: .*)' to INT32/s, (found) => found[1] ?? ''],
  [/trino:([A-Z_]+: .*)/s, (found) => found[1] ?? ''],
  [
    /Overflow|out of range for the destination type|out of range! *$/i,
    (found) =>
      found.input.includes('Casting value')
        ? `INVALID_CAST_ARGUMENT: ${castOf(found.input)}`
        : 'NUMERIC_VALUE_OUT_OF_RANGE: arithmetic overflow',
  ],
  [/Casting value|Could not cast value/, (found) => `INVALID_CAST_ARGUMENT: ${castOf(found.input)}`],
  [
    /Could not convert string ['"](.*)['"] to (\w+)/s,
    (f) => `INVALID_CAST_ARGUMENT: Cannot cast '${f[1]}' to ${f[2]}`,
  ],
  [
    /invalid (\w+) field format: "(.*?)"|(\w+) field value out of range: "(.*?)"/,
    (f) => `INVALID_CAST_ARGUMENT: Value cannot be cast to ${f[1] ?? f[3]}: ${f[2] ?? f[4]}`,
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
  [/Map keys can not be NULL/, () => 'INVALID_FUNCTION_ARGUMENT: map key cannot be null'],
  [
    /(Malformed JSON|JSON transform error|Invalid unicode).*/s,
    (f) => `HIVE_CURSOR_ERROR: Row is not a valid JSON Object: ${f[0].split('\n')[0]}`,
  ],
  [
    /Could not parse string "(.*)" according to format/s,
    (f) => `INVALID_FUNCTION_ARGUMENT: Invalid format: "${f[1]}"`,
  ],
  [/Out of Memory Error/, () => 'EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded the memory limit of the engine'],
  [/INTERRUPT/, () => 'USER_CANCELED: Query was canceled'],
  [
    /Permission Error|disabled by configuration/,
    () => 'PERMISSION_DENIED: Access Denied: a file outside of the lake is not allowed to be read',
  ],
  [/\bIO Error|No magic bytes|Parquet/, () => 'HIVE_CANNOT_OPEN_SPLIT: a file of the table cannot be read'],
  [
    /\b(Binder|Catalog|Parser|Not implemented) Error/,
    () => 'NOT_SUPPORTED: this query is beyond the local engine, which is not supported',
  ],
];

const castOf = (message: string): string => {
  const [, value = 'the value', type = 'the type'] =
    /value "?(.*?)"? to(?: type)? ([A-Z]+(?:\(\d+, ?\d+\))?)/s.exec(message) ?? [];
  return `Cannot cast ${value} to ${type}`;
};

/** What went wrong with a query, as Trino words it: `NAME: detail`. For any error: one of DuckDB's, or a TrinoError. */
export const trinoMessage = (error: unknown): string => {
  if (error instanceof TrinoError) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  for (const [pattern, name] of named) {
    const found = pattern.exec(message);
    if (found) return name(found);
  }
  // DuckDB's own words name files, columns and functions that the query does not
  return `GENERIC_INTERNAL_ERROR: the local engine failed (${message.split(':')[0]?.slice(0, 40)})`;
};
