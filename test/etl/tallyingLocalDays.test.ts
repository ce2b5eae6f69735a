import { expect, test } from '@jest/globals';
import type { Plan } from '../../src/etl/planning.ts';
import { type Queries, tallyRun } from '../../src/etl/tallying.ts';
import type { PendingDays } from '../../src/ports/ledger.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

/** A run of a stage whose time zone is not UTC. */

const { store, ledger } = eachFakePorts();

const queries: Queries = {
  checks: [{ name: 'odd', sql: 'dt IN (:days) AND hr IN (:hours)' }],
  warnings: [],
  marts: [
    { name: 'local', sql: 'SELECT :localDay AS dt FROM e WHERE dt IN (:utcDays) AND :localDay IN (:days)' },
    { name: 'utc', sql: 'SELECT dt FROM e WHERE dt IN (:days)' },
  ],
};

const planOf = (changes: Partial<Plan> = {}): Plan => ({
  execution: 'run-1',
  hasWork: true,
  partitions: [],
  pendingDays: 1,
  more: false,
  marts: ['local', 'utc'],
  days: [],
  asked: false,
  timeZone: 'Asia/Seoul',
  pastDaysEveryHours: 0,
  ...changes,
});

const pend = (day: string, ...hours: string[]) =>
  ledger.pendingDays.days.set(day, { changes: 3, pending: true, cleared: hours.length > 0, hours });

const run = (changes: Partial<Plan> = {}, pendingDays: PendingDays = ledger.pendingDays) =>
  tallyRun(planOf(changes), [], queries, {
    store,
    ...ledger,
    pendingDays,
    scanBudget: 1_000_000,
    startedAt: '2026-11-02T00:10:00.250Z',
  });

const there = (zone: string) =>
  `date_format(at_timezone(with_timezone(event_time, 'UTC'), '${zone}'), '%Y-%m-%d')`;

test('a mart that counts local days is written for those that a changed hour touches, and reads the partitions of these', async () => {
  pend('2026-11-01', '23');
  const { marts, checks, days } = await run();
  const [local] = marts;
  expect(local?.sql).toContain(
    `SELECT ${there('Asia/Seoul')} AS dt FROM e WHERE dt IN ('2026-11-01', '2026-11-02') AND ${there('Asia/Seoul')} IN ('2026-11-02')`,
  );
  // The day before has a part of the 2nd, and is not written; whoever publishes into either meanwhile is noticed.
  expect(local?.days).toEqual([
    { day: '2026-11-01', changes: 3, readOnly: true },
    { day: '2026-11-02', changes: 0 },
  ]);
  expect(checks[0]?.sql).toBe("dt IN ('2026-11-01') AND hr IN ('23')");
  expect(days).toEqual([{ day: '2026-11-01', changes: 3 }]);
});

test('a mart that names no local day has days of UTC, as before', async () => {
  pend('2026-11-01', '23');
  const { marts } = await run();
  expect(marts[1]?.sql).toContain("SELECT dt FROM e WHERE dt IN ('2026-11-01')\n");
  expect(marts[1]?.days).toEqual([{ day: '2026-11-01', changes: 3 }]);
});

test('in UTC the same mart is of days of UTC, and its SQL names no time zone', async () => {
  pend('2026-11-01', '23');
  const { marts } = await run({ timeZone: 'UTC' });
  expect(marts[0]?.sql).toContain(
    "SELECT dt AS dt FROM e WHERE dt IN ('2026-11-01') AND dt IN ('2026-11-01')\n",
  );
  expect(marts[0]?.days).toEqual([{ day: '2026-11-01', changes: 3 }]);
});

test('all local days of a day are written when its hours are not known', async () => {
  pend('2026-11-01');
  const { marts } = await run();
  expect(marts[0]?.days).toEqual([
    { day: '2026-11-01', changes: 3 },
    { day: '2026-11-02', changes: 0 },
    { day: '2026-10-31', changes: 0, readOnly: true },
  ]);
});

test('a run takes no more days than touch a hundred local ones; the others are left to the next', async () => {
  for (let at = 0; at < 120; at += 1)
    pend(new Date(Date.UTC(2026, 0, 1 + 3 * at)).toISOString().slice(0, 10));
  const { marts, days, daysLeft } = await run();
  expect(marts[0]?.days.filter(({ readOnly }) => readOnly !== true)).toHaveLength(100);
  expect(days).toHaveLength(50);
  expect(daysLeft).toBeGreaterThan(0);
});

test('a run of marts that count no local days takes as many days as in UTC', async () => {
  for (let at = 0; at < 120; at += 1)
    pend(new Date(Date.UTC(2026, 0, 1 + 3 * at)).toISOString().slice(0, 10));
  const { days, daysLeft } = await run({ marts: ['utc'] });
  expect(days).toHaveLength(100);
  expect(daysLeft).toBeGreaterThan(0);
});

test('the ledger is asked for no days beside the changed ones unless a mart counts local days', async () => {
  pend('2026-11-01', '23');
  const { pendingDays } = ledger;
  const asked: string[] = [];
  const counters: typeof pendingDays.counters = async (days) => {
    asked.push(...days);
    return pendingDays.counters(days);
  };
  await run({ marts: ['utc'] }, { ...pendingDays, counters });
  expect(asked).toEqual([]);
  await run({}, { ...pendingDays, counters });
  expect(asked).toEqual(['2026-11-02']);
});

test('a name of a time zone that could end a text never becomes part of a statement', async () => {
  pend('2026-11-01');
  await expect(run({ timeZone: "UTC') OR ('1'='1" })).rejects.toThrow();
});
