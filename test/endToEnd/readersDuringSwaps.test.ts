import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HOURS, rowsOf, swapsDependencies } from './support/swaps.ts';

const SWAPS = 200;
const READERS = 2;

/** The longest that Athena lets a query live, in swaps of a minute each: the dependencies waits for older ones. */
const QUERY_LIVES = 30;

let dependencies: Awaited<ReturnType<typeof swapsDependencies>>;
beforeAll(async () => {
  dependencies = await swapsDependencies();
  for (const hr of HOURS) await dependencies.swap(hr, 0);
});
afterAll(() => dependencies.close());

const summary = (where: string): string =>
  `SELECT hr, count(*), count(DISTINCT id), min(version), max(version) FROM events ${where} GROUP BY hr ORDER BY hr`;
const queries = [
  summary("WHERE dt = '2026-11-01'"),
  summary(''),
  summary("WHERE dt = '2026-11-01' AND hr >= '04'"),
];

/** What is wrong with an answer, given the versions this reader saw before; remembers those of this one. */
const faultsOf = (rows: (string | undefined)[][], seen: Map<string, number>): string[] => {
  const faults: string[] = [];
  const hours = rows.map(([hr]) => hr);
  if (hours.join() !== HOURS.join()) faults.push(`hours ${hours.join()}`);
  for (const [hr = '', ...figures] of rows) {
    const [count, ids, oldest, newest] = figures.map(Number);
    const before = seen.get(hr) ?? 0;
    if (oldest !== newest) faults.push(`${hr} mixes versions ${oldest} and ${newest}`);
    if (count !== rowsOf(Number(newest)) || ids !== count)
      faults.push(`${hr} has ${count} rows and ${ids} ids of version ${newest}`);
    if (Number(newest) < before) faults.push(`${hr} went back from version ${before} to ${newest}`);
    seen.set(hr, Number(newest));
  }
  return faults;
};

test('readers never see a partition missing, doubled, half or older than before while hundreds are swapped', async () => {
  const faults: string[] = [];
  const running = new Map<Promise<unknown>, number>();
  let [swaps, answers, overlapped] = [0, 0, 0];
  let wake = (): void => {};
  const nextAnswer = (): Promise<void> =>
    new Promise((answered) => {
      wake = answered;
    });

  const reader = async (index: number): Promise<void> => {
    const seen = new Map<string, number>();
    while (swaps < SWAPS) {
      const started = swaps;
      const asked = dependencies.stage.rows(queries[index % queries.length] ?? '');
      running.set(asked, started);
      const [, ...rows] = await asked.finally(() => running.delete(asked));
      faults.push(...faultsOf(rows, seen));
      answers += 1;
      overlapped += swaps > started ? 1 : 0;
      wake();
    }
  };
  const writer = async (): Promise<void> => {
    for (; swaps < SWAPS; swaps += 1) {
      await dependencies.swap(HOURS[swaps % HOURS.length] ?? '', swaps + 1);
      for (const [query, started] of running) if (swaps - started >= QUERY_LIVES) await query;
      if (swaps % 10 === 0) await nextAnswer();
      if (swaps % 20 === 0) await dependencies.sweep();
    }
  };
  await Promise.all([writer(), ...Array.from({ length: READERS }, (_, index) => reader(index))]);

  expect(faults).toEqual([]);
  // Queries and swaps did meet, and old builds did go meanwhile.
  expect(answers).toBeGreaterThan(20);
  expect(overlapped).toBeGreaterThan(5);
  expect(dependencies.removed()).toBeGreaterThan(SWAPS / 2);
}, 240_000); // hundreds of swaps: half a minute on a quiet machine, minutes on a busy one
