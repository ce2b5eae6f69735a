import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/contracts.ts';
import { onceAthena } from './support.ts';

/** One query cannot take the machine: it ends, with a reason, and the emulator lives. */

/** Never comes to an end, and holds next to nothing. */
const ENDLESS =
  'SELECT count(*) FROM UNNEST(sequence(1, 10000)) a (x) CROSS JOIN UNNEST(sequence(1, 10000)) b (y) CROSS JOIN UNNEST(sequence(1, 10000)) c (z) WHERE x * y + z = 7';

/** 200 million rows of 30 bytes. */
const WIDE = `SELECT a.x, b.y, 'a result has to go somewhere' AS t FROM UNNEST(sequence(1, 10000)) a (x) CROSS JOIN UNNEST(sequence(1, 10000)) b (y)`;

const small = 2 ** 20 * 64;
const disk = 2 ** 20 * 16;

describe('a query that takes too much', () => {
  const stage = onceAthena({ memoryBytes: small, diskBytes: disk });

  test('memory fails, and says so', async () => {
    // One value cannot be spilled.
    const huge = `SELECT length(array_join(array_agg(rpad('x', 1000000, 'y')), ',')) FROM UNNEST(sequence(1, 9000)) t (i)`;
    expect(await stage.reason(huge)).toMatch(/^FAILED EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded/);
    // DuckDB does not count what this one takes: its process is ended from outside.
    const uncounted = `SELECT length(array_join(transform(sequence(1, 200), i -> rpad('x', 9000000, 'y')), ''))`;
    expect(await stage.reason(uncounted)).toMatch(/^FAILED EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded/);
    // No value is longer than what a query may hold by far.
    expect(await stage.reason("SELECT length(rpad('x', 2000000000, 'y'))")).toMatch(/^FAILED NOT_SUPPORTED/);
    expect(await stage.rows('SELECT 1 AS n')).toEqual([['n'], ['1']]);
  });

  test('disk fails, and says so; the others go on', async () => {
    const beside = stage.rows("SELECT 'lives' AS n");
    expect(await stage.reason(WIDE)).toBe(
      'FAILED EXCEEDED_SPILL_LIMIT: Query exceeded the limit of 16 MB on disk: what it spills and writes together',
    );
    expect(await beside).toEqual([['n'], ['lives']]);
  });
});

describe('a query that takes too long', () => {
  const stage = onceAthena({ milliseconds: 4000 });

  test('fails, and says so', async () => {
    expect(await stage.reason(ENDLESS)).toBe(
      'FAILED EXCEEDED_TIME_LIMIT: Query exceeded the time limit of 4 s',
    );
    expect(await stage.rows('SELECT 1 AS n')).toEqual([['n'], ['1']]);
  });
});

describe('a result of any size', () => {
  const stage = onceAthena();
  const page = async (id: string, NextToken?: string) => {
    const { ResultSet, NextToken: next } = await stage.call('GetQueryResults', {
      QueryExecutionId: id,
      ...(NextToken ? { NextToken } : {}),
    });
    const { Rows } = ResultSet as { Rows: { Data: { VarCharValue?: string }[] }[] };
    return { rows: Rows.map(({ Data }) => Data.map((cell) => cell.VarCharValue)), next };
  };

  test('comes in pages that hold every row once, whatever stands in it', async () => {
    const id = await stage.start(
      `SELECT i, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 'é"' || chr(10) || ',' ELSE rpad('', 300, '한') END AS t FROM UNNEST(sequence(1, 5000)) s (i) ORDER BY i`,
    );
    await stage.finished(id);
    const seen: (string | undefined)[][] = [];
    for (let token: string | undefined; ; ) {
      const { rows, next } = await page(id, token);
      seen.push(...rows);
      if (next === undefined) break;
      token = String(next);
    }
    const text = (i: number) => [undefined, 'é"\n,', '한'.repeat(300)][i % 3];
    expect(seen).toEqual([
      ['i', 't'],
      ...Array.from({ length: 5000 }, (_, i) => [String(i + 1), text(i + 1)]),
    ]);
  });

  test('has no page under a token that nobody gave out', async () => {
    const id = await stage.start('SELECT 1');
    await stage.finished(id);
    await expect(page(id, 'x')).rejects.toMatchObject({ code: 'InvalidRequestException' });
  });
});

describe('a query that is stopped', () => {
  const stage = onceAthena();

  test('ends at once, and its process with it', async () => {
    const id = await stage.start(ENDLESS);
    await stage.call('StopQueryExecution', { QueryExecutionId: id });
    const { Status } = await stage.finished(id);
    expect((Status as JsonObject).State).toBe('CANCELLED');
    expect(await stage.rows('SELECT 1 AS n')).toEqual([['n'], ['1']]);
  });
});
