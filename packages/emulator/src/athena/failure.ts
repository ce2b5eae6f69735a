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

const reasonOf = (error: unknown): string => {
  if (error instanceof QueryError) return error.message;
  if (error instanceof AwsError) return `${error.code}: ${error.message}`;
  const reason = trinoMessage(error);
  return reason.startsWith('NOT_SUPPORTED:') ? `${reason} (${pointer})` : reason;
};

export const failureOf = (error: unknown): Failure => {
  const reason = reasonOf(error);
  const code = /^([A-Z_]+):/.exec(reason)?.[1] ?? '';
  return { reason, category: code === 'GENERIC_INTERNAL_ERROR' ? 1 : 2, type: errorTypes[code] ?? 1100 };
};
