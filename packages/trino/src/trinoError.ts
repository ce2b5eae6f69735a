/** Where something stands in the statement; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

type TrinoErrorName =
  | 'SYNTAX_ERROR'
  | 'COLUMN_NOT_FOUND'
  | 'AMBIGUOUS_NAME'
  | 'TYPE_MISMATCH'
  | 'FUNCTION_NOT_FOUND'
  | 'AMBIGUOUS_FUNCTION_CALL'
  | 'EXPRESSION_NOT_IN_DISTINCT'
  | 'EXPRESSION_NOT_AGGREGATE'
  | 'INVALID_LITERAL'
  | 'INVALID_CAST_ARGUMENT'
  | 'NUMERIC_VALUE_OUT_OF_RANGE'
  | 'MISSING_OVER'
  | 'NESTED_WINDOW'
  | 'TABLE_NOT_FOUND'
  | 'SCHEMA_NOT_FOUND'
  | 'INVALID_FUNCTION_ARGUMENT'
  | 'NOT_SUPPORTED';

/**
 * A statement that Trino refuses, or (`NOT_SUPPORTED`) that only this translation refuses. The message is complete:
 * `COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved`.
 */
export class TrinoError extends Error {
  override readonly name = 'TrinoError';
  readonly code: TrinoErrorName;

  constructor(code: TrinoErrorName, detail: string, at?: Position) {
    super(`${code}: ${at ? `line ${at.line}:${at.column}: ` : ''}${detail}`);
    this.code = code;
  }
}

/** A construct that cannot be translated: refused by name, because a different answer would go unnoticed. */
export const notSupported = (what: string, at?: Position): TrinoError =>
  new TrinoError('NOT_SUPPORTED', `${what} is not supported`, at);
