import { describe, expect, test } from '@jest/globals';
import { trinoMessage } from '../../src/duckdb/failure.ts';

/** SQL by what it shows, each with what a client of Trino sees, or the name of the refusal. */
export type Groups = Record<string, readonly (readonly [sql: string, seen: string])[]>;

export const refusalOf = (error: unknown): string => trinoMessage(error).split(':')[0] ?? '';

export const testGroups = (groups: Groups, seenOf: (sql: string) => Promise<string>): void => {
  for (const [group, cases] of Object.entries(groups)) {
    describe(group, () => {
      test.each(cases)('%s is %s', async (sql, seen) => {
        expect(await seenOf(sql).catch(refusalOf)).toBe(seen);
      });
    });
  }
};
