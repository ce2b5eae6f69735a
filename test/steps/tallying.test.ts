import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Plan } from '../../src/steps/planning.ts';
import { type PartitionResult, type Queries, renderDays, tallyRun } from '../../src/steps/tallying.ts';
import { createFakeLedger, createFakeStore, type FakeLedger } from '../helpers/fakes.ts';

const store = createFakeStore();
let ledger: FakeLedger;

const queries: Queries = {
  checks: [{ name: 'times_in_partition', sql: 'SELECT * FROM events WHERE dt IN (:days) AND bad;\n' }],
  marts: [
    { name: 'daily_events', sql: 'SELECT source, dt FROM events WHERE dt IN (:days)' },
    { name: 'daily_sales', sql: 'SELECT revenue, dt FROM events WHERE dt IN (:days)' },
  ],
};

const planOf = (partitions: number, changes: Partial<Plan> = {}): Plan => ({
  execution: 'run-1',
  hasWork: true,
  partitions: Array.from({ length: partitions }, (_, at) => ({
    partition: `2026-11-01T0${at}`,
    force: false,
  })),
  pendingDays: 0,
  more: false,
  marts: ['daily_events', 'daily_sales'],
  days: [],
  ...changes,
});

const published = (partition: string, newShapes: string[] = []): PartitionResult => ({
  partition,
  status: 'moved',
  counts: { raw: 10, curated: 7, duplicates: 2, rejected: 1 },
  rawBytes: 100,
  parquetBytes: 50,
  newShapes,
});

const failed = (partition: string): PartitionResult => ({
  partition,
  failed: true,
  error: 'RawObjectDamaged',
});

const pend = (day: string, changes: number) => ledger.days.set(day, { changes, pending: true });

beforeEach(() => {
  ledger = createFakeLedger();
});

const run = (plan: Plan, results: PartitionResult[]) => tallyRun(plan, results, queries, { store, ledger });

test('counts are sums over what was built; what failed is named', async () => {
  const tally = await run(planOf(3), [
    published('2026-11-01T00', ['a.x:string', 'a.y:number']),
    failed('2026-11-01T01'),
    published('2026-11-01T02', ['a.x:string']),
  ]);

  expect(tally).toMatchObject({
    built: 2,
    failed: [{ partition: '2026-11-01T01', error: 'RawObjectDamaged' }],
    failedCount: 1,
    counts: { raw: 20, curated: 14, duplicates: 4, rejected: 2 },
    bytes: { rawGz: 200, parquet: 100 },
    drift: ['a.x:string', 'a.y:number'],
  });
});

test('lists that would outgrow the state are cut, the number of failures is not', async () => {
  const shapes = Array.from({ length: 60 }, (_, at) => `a.k${at}:string`);
  const failures = Array.from({ length: 30 }, (_, at) => failed(`p${at}`));
  const tally = await run(planOf(9), [published('2026-11-01T00', shapes), ...failures]);

  expect(tally.failed).toHaveLength(20);
  expect(tally.failedCount).toBe(30);
  expect(tally.drift).toHaveLength(50);
});

test('a run that had partitions and built none fails, and names the first failure', async () => {
  await expect(run(planOf(2), [failed('2026-11-01T00'), failed('2026-11-01T01')])).rejects.toMatchObject({
    name: 'NothingBuilt',
    message: expect.stringContaining(
      'None of 2 partitions was built (first 2026-11-01T00: RawObjectDamaged)',
    ),
  });
});

test('a run for days that waited has nothing to build, which is no failure', async () => {
  pend('2026-11-01', 3);
  expect(await run(planOf(0), [])).toMatchObject({ built: 0, days: [{ day: '2026-11-01', changes: 3 }] });
});

test('checks and marts run over the days that changed', async () => {
  pend('2026-11-02', 1);
  pend('2026-11-01', 3);
  const tally = await run(planOf(1), [published('2026-11-01T00')]);

  expect(tally.checks).toEqual([
    {
      name: 'times_in_partition',
      sql: "SELECT * FROM events WHERE dt IN ('2026-11-01', '2026-11-02') AND bad",
    },
  ]);
  expect(tally.marts[1]).toEqual({
    name: 'daily_sales',
    location: 's3://lake/marts/daily_sales/run=run-1/',
    days: [
      { day: '2026-11-01', changes: 3 },
      { day: '2026-11-02', changes: 1 },
    ],
    sql: [
      'UNLOAD (',
      "SELECT revenue, dt FROM events WHERE dt IN ('2026-11-01', '2026-11-02')",
      ')',
      "TO 's3://lake/marts/daily_sales/run=run-1/'",
      "WITH (format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY['dt'])",
    ].join('\n'),
  });
});

test('no day changed: no check and no mart, rather than SQL over an empty list', async () => {
  expect(await run(planOf(1), [published('2026-11-01T00')])).toMatchObject({
    days: [],
    checks: [],
    marts: [],
  });
});

test('only the marts of the plan run', async () => {
  pend('2026-11-01', 1);
  const { marts } = await run(planOf(0, { marts: ['daily_sales'] }), []);
  expect(marts.map(({ name }) => name)).toEqual(['daily_sales']);
});

test('days asked for by name run first; every day carries its counter, pending or not', async () => {
  pend('2026-11-01', 2);
  pend('2026-11-03', 1);
  ledger.days.set('2026-11-02', { changes: 5, pending: false });
  const { days } = await run(planOf(0, { days: ['2026-12-01', '2026-11-02', '2026-11-01'] }), []);
  expect(days).toEqual([
    { day: '2026-12-01', changes: 0 },
    { day: '2026-11-02', changes: 5 },
    { day: '2026-11-01', changes: 2 },
    { day: '2026-11-03', changes: 1 },
  ]);
});

test('at most 100 days run', async () => {
  for (let at = 0; at < 120; at++) pend(new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10), 1);
  expect((await run(planOf(0), [])).days).toHaveLength(100);
});

test('a crawl is wanted when a build has noted shapes that no crawl has covered', async () => {
  await ledger.noteShapes('page_view', ['a:string']);
  expect((await run(planOf(1), [published('p')])).crawl).toEqual({ pending: true, wanted: 1 });
});

describe('rendering', () => {
  test('a day that is no day never becomes part of a statement', () => {
    expect(() => renderDays('dt IN (:days)', ["2026-11-01') OR ('1'='1"])).toThrow(
      expect.objectContaining({ name: 'InvalidInput' }),
    );
  });

  test('every placeholder is replaced, and nothing that only looks like one', () => {
    expect(renderDays('a IN (:days) OR b IN (:days) OR c = :daysago', ['2026-11-01'])).toBe(
      "a IN ('2026-11-01') OR b IN ('2026-11-01') OR c = :daysago",
    );
  });

  test('an execution whose name holds quotes does not leave its folder', async () => {
    pend('2026-11-01', 1);
    const { marts } = await run(planOf(0, { execution: "o'brien=(1)" }), []);
    expect(marts[0]?.location).toBe('s3://lake/marts/daily_events/run=o-brien--1-/');
  });
});
