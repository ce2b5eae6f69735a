import { TrinoError } from '../trinoError.ts';

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
  [/Out of Memory Error/, () => 'EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded the memory limit of the engine'],
];

/** What went wrong with a query, as Trino words it: `NAME: detail`. For any error: one of DuckDB's, or a TrinoError. */
export const trinoMessage = (error: unknown): string => {
  if (error instanceof TrinoError) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  for (const [pattern, name] of named) {
    const found = pattern.exec(message);
    if (found) return name(found);
  }
  return `GENERIC_INTERNAL_ERROR: ${message}`;
};
