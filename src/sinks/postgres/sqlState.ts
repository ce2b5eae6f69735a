/** What PostgreSQL's errors mean to us, by their codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */

const fieldOf = (error: unknown, name: 'code' | 'routine'): string => {
  const value: unknown =
    typeof error === 'object' && error !== null && name in error ? Reflect.get(error, name) : '';
  return typeof value === 'string' ? value : '';
};

export const sqlState = (error: unknown): string => fieldOf(error, 'code');

/** No day's table for a row. Its code is that of a broken CHECK, too. */
export const isDayMissing = (error: unknown): boolean =>
  sqlState(error) === '23514' && fieldOf(error, 'routine') === 'ExecFindPartition';

/**
 * It is the row: its data (22, out of range or a character that there is not), a constraint that somebody has added (23),
 * or its size (54). Whatever else may be wrong is not mended by putting rows into quarantine.
 */
export const refusesRow = (error: unknown): boolean =>
  /^(22|23|54)/.test(sqlState(error)) && !isDayMissing(error);

/** Tables, columns or the role are not there yet, or not all of them: upkeep makes them. */
const BEHIND = new Set(['3F000', '42P01', '42703', '42883', '42501', '28P01', '28000']);

export const isBehind = (error: unknown): boolean => BEHIND.has(sqlState(error));

const wording = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** For people. The detail of an error would repeat what was sent. */
export const describeRefusal = (error: unknown): string =>
  `PostgreSQL does not take it: ${wording(error)} (${sqlState(error)})`;
