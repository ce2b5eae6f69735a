import { describe, expect, test } from '@jest/globals';
import { fillMacros } from '../../src/etl/macros.ts';
import type { Plan } from '../../src/etl/planning.ts';
import { type PartitionResult, type Queries, tallyRun } from '../../src/etl/tallying.ts';
import { failedHour, publishedHour } from '../helpers/builds.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

const { store, ledger } = eachFakePorts();

const queries: Queries = {
  checks: [{ name: 'times_in_partition', sql: 'SELECT * FROM events WHERE dt IN (:days) AND bad;\n' }],
  warnings: [
    { name: 'odd', sql: 'SELECT 1 FROM events WHERE dt IN (:neighbourDays) HAVING bool_or(dt IN (:days))' },
  ],
  marts: [
    { name: 'daily_events', sql: 'SELECT source, dt FROM events WHERE dt IN (:days)' },
    { name: 'daily_sales', sql: 'SELECT revenue, dt FROM events WHERE dt IN (:days)' },
  ],
};

const NOW = '2026-11-02T00:10:00.250Z';

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
  asked: false,
  timeZone: 'UTC',
  pastDaysEveryHours: 0,
  ...changes,
});

const published = (partition: string, newShapes: string[] = []) => {
  const counts = { raw: 10, curated: 7, duplicates: 2, rejected: 1 };
  return publishedHour({ partition, counts, rawBytes: 100, parquetBytes: 50, newShapes });
};
const failed = failedHour;

const pend = (day: string, changes: number) => ledger.pendingDays.days.set(day, { changes, pending: true });

const run = (plan: Plan, results: PartitionResult[]) =>
  tallyRun(plan, results, queries, { store, ...ledger, scanBudget: 1_000_000, startedAt: NOW });

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
  const properties = Array.from({ length: 60 }, (_, at) => `a.k${at}:string`);
  const failures = Array.from({ length: 30 }, (_, at) => failed(`p${at}`));
  const tally = await run(planOf(9), [published('2026-11-01T00', properties), ...failures]);

  expect(tally.failed).toHaveLength(20);
  expect(tally.failedCount).toBe(30);
  expect(tally.drift).toHaveLength(50);
});

test('hours that cannot be built do not keep the checks and marts of other days waiting', async () => {
  pend('2026-10-30', 1);
  const tally = await run(planOf(2), [failed('2026-11-01T00'), failed('2026-11-01T01')]);
  expect(tally).toMatchObject({ built: 0, failedCount: 2, days: [{ day: '2026-10-30', changes: 1 }] });
  expect(Math.min(tally.checks.length, tally.marts.length)).toBeGreaterThan(0);
});

test('a partition without a result counts as failed', async () => {
  expect(await run(planOf(2), [published('2026-11-01T00')])).toMatchObject({ built: 1, failedCount: 1 });
});

test('a partition that another run has just now is left to it, which is not a failure', async () => {
  const locked = { ...failed('2026-11-01T01'), error: 'Conflict' };
  const results = [published('2026-11-01T00'), locked, failed('2026-11-01T02')];
  expect(await run(planOf(3), results)).toMatchObject({
    built: 1,
    locked: 1,
    failed: [{ partition: '2026-11-01T02' }],
    failedCount: 1,
  });
});

test('a partition that was asked for and that another run has is a failure: it was not built as asked', async () => {
  const locked = { ...failed('2026-11-01T01'), error: 'Conflict' };
  expect(await run({ ...planOf(1), asked: true }, [locked])).toMatchObject({ locked: 0, failedCount: 1 });
});

test('a run for days that waited has nothing to build, which is not a failure', async () => {
  pend('2026-11-01', 3);
  expect(await run(planOf(0), [])).toMatchObject({ built: 0, days: [{ day: '2026-11-01', changes: 3 }] });
});

test('checks, warnings and marts run over the days that changed', async () => {
  pend('2026-11-02', 1);
  pend('2026-11-01', 3);
  const tally = await run(planOf(1), [published('2026-11-01T00')]);

  expect(tally.checks).toEqual([
    {
      name: 'times_in_partition',
      sql: "SELECT * FROM events WHERE dt IN ('2026-11-01', '2026-11-02') AND bad",
    },
  ]);
  expect(tally.warnings).toEqual([
    {
      name: 'odd',
      sql:
        "SELECT 1 FROM events WHERE dt IN ('2026-10-31', '2026-11-01', '2026-11-02', '2026-11-03') " +
        "HAVING bool_or(dt IN ('2026-11-01', '2026-11-02'))",
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

test('no day changed: no check, no warning and no mart, rather than SQL over an empty list', async () => {
  expect(await run(planOf(1), [published('2026-11-01T00')])).toMatchObject({
    days: [],
    checks: [],
    warnings: [],
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
  ledger.pendingDays.days.set('2026-11-02', { changes: 5, pending: false });
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

describe('the hours to check', () => {
  const hourly: Queries = {
    checks: [{ name: 'c', sql: 'dt IN (:days) AND hr IN (:hours)' }],
    warnings: [],
    marts: [],
  };
  const pendHours = (day: string, ...hours: string[]) =>
    ledger.pendingDays.days.set(day, { changes: 9, pending: true, cleared: true, hours });
  const checkOf = async (changes: Partial<Plan> = {}) => {
    const tally = await tallyRun(planOf(0, changes), [], hourly, {
      store,
      ...ledger,
      scanBudget: 1,
      startedAt: NOW,
    });
    expect(tally.days.every((day) => Object.keys(day).join() === 'day,changes')).toBe(true);
    return tally.checks[0]?.sql;
  };
  const whole = Array.from({ length: 24 }, (_, hour) => `'${String(hour).padStart(2, '0')}'`).join(', ');

  test('are those published since the checks of the day last passed', async () => {
    pendHours('2026-11-01', '06', '05');
    expect(await checkOf()).toBe("dt IN ('2026-11-01') AND hr IN ('05', '06')");
  });

  test('are those of any of the days', async () => {
    pendHours('2026-11-01', '23');
    pendHours('2026-11-02', '05');
    expect(await checkOf()).toBe("dt IN ('2026-11-01', '2026-11-02') AND hr IN ('05', '23')");
  });

  test('are all when of one of the days they are not known', async () => {
    pendHours('2026-11-01', '05');
    pend('2026-11-02', 1);
    expect(await checkOf()).toBe(`dt IN ('2026-11-01', '2026-11-02') AND hr IN (${whole})`);
  });

  test('are all of a day that was asked for by name, pending or not', async () => {
    pendHours('2026-11-01', '05');
    expect(await checkOf({ days: ['2026-11-01'] })).toBe(`dt IN ('2026-11-01') AND hr IN (${whole})`);
  });

  test.each(["05') OR ('1'='1", '24', '5'])('are never what is not an hour: %s', (hour) => {
    expect(() => fillMacros('hr IN (:hours)', { days: ['2026-11-01'], now: NOW, hours: [hour] })).toThrow(
      expect.objectContaining({ name: 'InvalidInput' }),
    );
  });
});

describe('rendering', () => {
  test('a day that is not a day never becomes part of a statement', () => {
    expect(() => fillMacros('dt IN (:days)', { days: ["2026-11-01') OR ('1'='1"], now: NOW })).toThrow(
      expect.objectContaining({ name: 'InvalidInput' }),
    );
  });

  test(':now is when the run began, as a timestamp in UTC', () => {
    const sql = fillMacros('SELECT :now', { days: [], now: '2026-11-02T09:10:00.25+09:00' });
    expect(sql).toBe("SELECT TIMESTAMP '2026-11-02 00:10:00.250'");
    expect(() => fillMacros('SELECT :now', { days: [], now: "'" })).toThrow(
      expect.objectContaining({ name: 'InvalidInput' }),
    );
  });

  test('what stands in a text, a quoted name or a comment is left as it is', () => {
    const sql = `SELECT ':days', ":days" -- :days\nFROM t`;
    expect(fillMacros(sql, { days: ['2026-11-01'], now: NOW })).toBe(sql);
  });

  test('every placeholder is replaced, and nothing that only looks like one', () => {
    expect(
      fillMacros('a IN (:days) OR b IN (:days) OR c = :daysago', { days: ['2026-11-01'], now: NOW }),
    ).toBe("a IN ('2026-11-01') OR b IN ('2026-11-01') OR c = :daysago");
  });

  test.each([
    ['in the middle of a month', ['2026-11-15'], ['2026-11-14', '2026-11-15', '2026-11-16']],
    ['around a year', ['2026-01-01'], ['2025-12-31', '2026-01-01', '2026-01-02']],
    ['around a leap day', ['2028-02-28'], ['2028-02-27', '2028-02-28', '2028-02-29']],
    [
      'that have a neighbour in common, once',
      ['2026-11-03', '2026-11-01'],
      [1, 2, 3, 4].map((day) => `2026-11-0${day}`).toSpliced(0, 0, '2026-10-31'),
    ],
    ['at the first day there is', ['0000-01-01'], ['0000-01-01', '0000-01-02']],
    ['at the last day there is', ['9999-12-31'], ['9999-12-30', '9999-12-31']],
  ])('the neighbours of days %s', (_where, days, expected) => {
    const list = expected.map((day) => `'${day}'`).join(', ');
    expect(fillMacros('dt IN (:neighbourDays)', { days: days, now: NOW })).toBe(`dt IN (${list})`);
  });

  test.each(["2026-11-01') OR ('1'='1", '2026-11-41', '2026-13-01'])(
    'a day that is none (%s) has no neighbours either',
    (day) => {
      expect(() => fillMacros('dt IN (:neighbourDays)', { days: [day], now: NOW })).toThrow(
        expect.objectContaining({ name: 'InvalidInput' }),
      );
    },
  );

  test('an execution whose name holds quotes does not leave its folder', async () => {
    pend('2026-11-01', 1);
    const { marts } = await run(planOf(0, { execution: "o'brien=(1)" }), []);
    expect(marts[0]?.location).toBe('s3://lake/marts/daily_events/run=o-brien--1-~cf66e539eb9bd1fcfc55/');
  });
});

test('days that would be too much to scan in one run are left to the next, and said to be', async () => {
  for (const day of ['2026-11-01', '2026-11-02']) {
    pend(day, 1);
    await ledger.partitionStates.lock(`${day}T00`, 'run-0', new Date(0), 60_000);
    await ledger.partitionStates.commit(`${day}T00`, 'run-0', 0, {
      build: 'b',
      digest: 'd',
      counts: { raw: 1, curated: 1, duplicates: 0, rejected: 0 },
      rawBytes: 1,
      parquetBytes: 100_000,
      engine: 'duckdb',
      buildMs: 1,
      builtAt: '2026-11-05T00:00:00.000Z',
    });
  }
  // One check, two marts and a warning over three days: each day is read six times.
  const tally = await run(planOf(1), [published('2026-11-01T00')]);
  expect(tally.days.map(({ day }) => day)).toEqual(['2026-11-01']);
  expect(tally.daysLeft).toBe(1);
  expect(tally.checks[0]?.sql).not.toContain('2026-11-02');
});
