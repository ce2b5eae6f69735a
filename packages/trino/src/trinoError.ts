/** Where something stands in the statement; both count from 1, as Athena's messages do. */
export interface Position {
  line: number;
  column: number;
}

export type TrinoErrorName =
  | 'SYNTAX_ERROR'
  | 'COLUMN_NOT_FOUND'
  | 'AMBIGUOUS_NAME'
  | 'TYPE_MISMATCH'
  | 'FUNCTION_NOT_FOUND'
  | 'TABLE_NOT_FOUND'
  | 'SCHEMA_NOT_FOUND'
  | 'INVALID_FUNCTION_ARGUMENT'
  | 'NOT_SUPPORTED';

/** A statement that Athena would refuse, or (`NOT_SUPPORTED`) that only the local stage refuses and says so. */
export class TrinoError extends Error {
  override readonly name = 'TrinoError';
  readonly code: TrinoErrorName;

  constructor(code: TrinoErrorName, detail: string, at?: Position) {
    super(`${code}: ${at ? `line ${at.line}:${at.column}: ` : ''}${detail}`);
    this.code = code;
  }
}

/** What the local stage does not run: a clear refusal, never a silently different answer. */
export const notEmulated = (what: string, at?: Position): TrinoError =>
  new TrinoError('NOT_SUPPORTED', `${what} is not emulated by the local stage (docs/athena.md)`, at);
