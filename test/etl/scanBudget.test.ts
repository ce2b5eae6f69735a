import { beforeEach, describe, expect, test } from '@jest/globals';
import { readingsOf, withinScanBudget } from '../../src/etl/scanBudget.ts';
import { committedBuild } from '../helpers/builds.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

const { ledger } = eachFakePorts();

const GB = 1_000_000_000;

const readings = 10;

/** A published build of an hour, with so many bytes of Parquet. */
const publish = async (partition: string, parquetBytes: number): Promise<void> => {
  await ledger.partitionStates.lock(partition, 'run', new Date('2026-11-05T00:00:00Z'), 60_000);
  await ledger.partitionStates.commit(
    partition,
    'run',
    0,
    committedBuild(`b-${partition}`, { parquetBytes }),
  );
};

const days = (...names: string[]) => names.map((day) => ({ day, changes: 1 }));

const taken = async (budget: number, names: string[], named: string[] = []): Promise<string[]> => {
  const found = await withinScanBudget(days(...names), named, readings, budget, ledger.partitionStates);
  return found.map(({ day }) => day);
};

beforeEach(async () => {
  await publish('2026-11-01T00', 2 * GB);
  await publish('2026-11-01T23', 1 * GB);
  await publish('2026-11-02T12', 4 * GB);
  await publish('2026-11-03T05', 5 * GB);
});

test('partitions of a day of another time zone are read with the one beside it, and its own name reads nothing more', () => {
  const sql = 'SELECT :localDay AS dt WHERE dt IN (:utcDays) AND :localDay IN (:days)';
  expect(readingsOf([{ sql }])).toBe(1);
  expect(readingsOf([{ sql }, { sql: 'dt IN (:days)' }], 'Asia/Seoul')).toBe(4);
});

describe('a run', () => {
  test('takes days in their order as long as their bytes, ten times over, fit', async () => {
    const all = ['2026-11-01', '2026-11-02', '2026-11-03'];
    expect(await taken(120 * GB, all)).toEqual(all);
    expect(await taken(119 * GB, all)).toEqual(['2026-11-01', '2026-11-02']);
    expect(await taken(69 * GB, all)).toEqual(['2026-11-01']);
  });

  test('does not pass over a large day to take a small one behind it', async () => {
    expect(await taken(40 * GB, ['2026-11-01', '2026-11-03', '2026-11-09'])).toEqual(['2026-11-01']);
  });

  test('is refused when its first day alone is too large, with day, bytes and what to change', async () => {
    await expect(taken(29 * GB, ['2026-11-01', '2026-11-02'])).rejects.toMatchObject({
      name: 'ScanBudgetExceeded',
      message: expect.stringMatching(/2026-11-01 .* 30\.0 GB, more than the 29\.0 GB .*etlScanBudgetBytes/),
    });
  });

  test('is refused rather than cut when the days were asked for by name', async () => {
    const asked = ['2026-11-01', '2026-11-02'];
    await expect(taken(69 * GB, asked, asked)).rejects.toMatchObject({ name: 'ScanBudgetExceeded' });
    expect(await taken(69 * GB, asked, ['2026-11-01'])).toEqual(['2026-11-01']);
  });

  test('with no day to look at asks nothing of the ledger', async () => {
    const never = { entries: () => Promise.reject(new Error('asked')) };
    expect(await withinScanBudget([], [], readings, 1, never)).toEqual([]);
  });
});

test('a query reads a day once for each mention of its days, and the days around it besides where it names them', () => {
  const queries = [
    'SELECT 1 FROM events WHERE dt IN (:days) AND hr IN (:hours)',
    `SELECT ':days' FROM events WHERE dt IN (:neighbourDays) -- :days`,
    'SELECT 1 FROM events a JOIN events b ON true WHERE a.dt IN (:days) AND b.dt IN (:days)',
  ];
  expect(queries.map((sql) => readingsOf([{ sql }]))).toEqual([1, 3, 2]);
  expect(readingsOf(queries.map((sql) => ({ sql })))).toBe(6);
});
