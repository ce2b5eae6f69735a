import type { DuckDBConnection } from '@duckdb/node-api';
import { trinoMessage } from '../../src/duckdb/failure.ts';
import { translateExpression } from '../../src/translate/translator.ts';
import { shownValue } from '../../src/translate/zones.ts';
import { sameValue, vectorType, vectorValue } from './vectorForm.ts';

/** An expression with what a real Trino made of it. */
export interface Vector {
  expr: string;
  type?: string | undefined;
  value?: unknown;
  error?: string | undefined;
}

/**
 * How an answer here stands to Trino's: the same value and type, or error; refused by name where Trino has a value, or
 * another error; another error than Trino's where it has one; and the one class that may not be: silently different.
 */
export type Verdict = 'right' | 'refused' | 'otherError' | 'silentlyDifferent';

export interface Classified {
  verdict: Verdict;
  /** what came, for whoever looks at one that is not right */
  found: string;
}

interface Found {
  value?: unknown;
  type?: string;
  error?: string;
}

const NOW = new Date('2026-11-22T10:30:00Z');

const evaluate = async (expr: string, connection: DuckDBConnection): Promise<Found> => {
  try {
    const { sql, type } = translateExpression(expr, NOW);
    const shown = shownValue({ sql, type });
    const row = (await connection.runAndReadAll(`SELECT ${shown}`)).getRows()[0]?.[0] ?? null;
    return { value: vectorValue(row, type), type: vectorType(type) };
  } catch (error) {
    return { error: trinoMessage(error) };
  }
};

const nameOf = (error: string): string => error.split(':')[0] ?? '';

const isRefusal = (error: string): boolean => nameOf(error) === 'NOT_SUPPORTED';

const verdictOf = (found: Found, wanted: Vector): Verdict => {
  if (found.error === undefined) {
    const same =
      wanted.error === undefined &&
      sameValue(found.value, wanted.value ?? null) &&
      found.type === wanted.type?.toLowerCase().replaceAll(' ', '');
    return same ? 'right' : 'silentlyDifferent';
  }
  if (wanted.error !== undefined && nameOf(wanted.error) === nameOf(found.error)) return 'right';
  return isRefusal(found.error) ? 'refused' : 'otherError';
};

export const classify = async (vector: Vector, connection: DuckDBConnection): Promise<Classified> => {
  const found = await evaluate(vector.expr, connection);
  return {
    verdict: verdictOf(found, vector),
    found: found.error ?? `${JSON.stringify(found.value)} ${found.type}`,
  };
};
