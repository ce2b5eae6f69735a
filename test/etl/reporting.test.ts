import { beforeEach, expect, test } from '@jest/globals';
import type { Plan } from '../../src/etl/planning.ts';
import { reportRun, type Swept } from '../../src/etl/reporting.ts';
import type { Tally } from '../../src/etl/tallying.ts';
import type { WarningResults } from '../../src/etl/warnings.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

const knownMarts = ['daily_events', 'daily_sales'];

const { effects, clock, store, ledger } = eachFakePorts();
beforeEach(() => {
  ledger.pendingDays.days.set('2026-11-01', { changes: 3, pending: true });
  ledger.pendingDays.days.set('2026-11-02', { changes: 1, pending: true });
});

const plan: Plan = {
  execution: 'run-1',
  hasWork: true,
  partitions: [],
  pendingDays: 2,
  more: true,
  marts: knownMarts,
  days: [],
  asked: false,
  timeZone: 'UTC',
  pastDaysEveryHours: 0,
};

const tally: Tally = {
  daysLeft: 0,
  built: 2,
  locked: 0,
  failed: [],
  failedCount: 0,
  counts: { raw: 20, curated: 14, duplicates: 4, rejected: 2 },
  bytes: { rawGz: 200, parquet: 100 },
  drift: ['a.x:string'],
  days: [
    { day: '2026-11-01', changes: 3 },
    { day: '2026-11-02', changes: 1 },
  ],
  checks: [],
  warnings: [],
  marts: knownMarts.map((name) => ({ name, sql: '', location: '', days: [] })),
};

const sweep: Swept = { output: { removed: 5, crawl: { pending: true, wanted: 4 } } };

const report = (
  changes: { plan?: Partial<Plan>; tally?: Partial<Tally>; warnings?: WarningResults; sweep?: Swept } = {},
) =>
  reportRun(
    {
      execution: 'run-1',
      plan: { ...plan, ...changes.plan },
      tally: { ...tally, ...changes.tally },
      warnings: changes.warnings ?? [],
      sweep: changes.sweep ?? sweep,
    },
    knownMarts,
    { store, ...ledger, clock },
  );

test('a run ends by clearing its days and its crawl, then writing its report', async () => {
  const result = await report();

  expect(effects.list).toEqual([
    'clearDay 2026-11-01',
    'clearDay 2026-11-02',
    'crawlDone 4',
    'put reports/run-1.json',
  ]);
  expect(result).toEqual({
    execution: 'run-1',
    status: 'SUCCEEDED',
    partitions: 2,
    locked: 0,
    counts: tally.counts,
    bytes: tally.bytes,
    marts: knownMarts,
    drift: ['a.x:string'],
    failed: [],
    failedCount: 0,
    warnings: [],
    removed: 5,
    more: true,
  });
  expect(JSON.parse(store.text('reports/run-1.json'))).toEqual({
    ...result,
    days: ['2026-11-01', '2026-11-02'],
    finishedAt: '2026-11-01T12:00:00.000Z',
  });
});

test('a day that changed while its checks ran stays pending', async () => {
  ledger.pendingDays.days.set('2026-11-01', { changes: 4, pending: true });
  await report();

  expect(await ledger.pendingDays.list(10)).toMatchObject([{ day: '2026-11-01', changes: 4 }]);
});

test('a run of some marts clears no day: the other marts still wait for them', async () => {
  await report({ plan: { marts: ['daily_sales'] } });

  expect(await ledger.pendingDays.list(10)).toHaveLength(2);
});

test('properties noted during the crawl ask for the next one', async () => {
  ledger.observedSchemas.crawls.wanted = 5;
  await report();

  expect(await ledger.observedSchemas.crawlWanted()).toEqual({ pending: true, wanted: 5 });
});

test('without a crawl none is counted as done', async () => {
  await report({ sweep: { output: { removed: 5, crawl: { pending: false, wanted: 4 } } } });
  expect(effects.list.filter((effect) => effect.startsWith('crawlDone'))).toEqual([]);
});

test('a crawl that failed is a warning of a run that succeeded, and stays wanted', async () => {
  const failure = {
    Error: 'Glue.AccessDeniedException',
    Cause: 'not authorized to perform: glue:StartCrawler',
  };
  expect(await report({ sweep: { ...sweep, failure } })).toMatchObject({
    status: 'SUCCEEDED',
    warnings: [{ name: 'crawl', error: failure.Error, cause: failure.Cause }],
  });
  expect(effects.list).toEqual(['clearDay 2026-11-01', 'clearDay 2026-11-02', 'put reports/run-1.json']);
});

test('a run that had work and did none is FAILED, and says why', async () => {
  const failed = [{ partition: '2026-11-01T05', error: 'RawObjectDamaged' }];
  expect(await report({ tally: { built: 0, locked: 2, failed, failedCount: 3 } })).toMatchObject({
    status: 'FAILED',
    error: 'NothingBuilt',
    cause:
      'None of 5 partitions was built (first 2026-11-01T05: RawObjectDamaged; 2 are being built by other runs). Their causes are in the ledger: headrace status.',
  });
});

test('a run all of whose partitions others were building has succeeded, and says how many', async () => {
  const outcome = await report({ tally: { built: 0, locked: 2 } });
  expect(outcome).toMatchObject({ status: 'SUCCEEDED', locked: 2, partitions: 0 });
  expect(outcome).not.toHaveProperty('error');
});

test('a run of which partitions failed is partial, however many were built', async () => {
  const failed = [{ partition: '2026-11-01T05', error: 'RawObjectDamaged' }];
  expect(await report({ tally: { failed, failedCount: 1 } })).toMatchObject({ status: 'PARTIAL', failed });
});

test('a run with warnings has succeeded: its days are cleared, and report and output say what was found', async () => {
  const cells = (...values: string[]) => ({ Data: values.map((VarCharValue) => ({ VarCharValue })) });
  const found = { name: 'eventIdInTwoHours', rows: [cells('source', 'ids'), cells('web', '3')] };
  const result = await report({ warnings: [found] });

  const warnings = [{ name: 'eventIdInTwoHours', rows: [{ source: 'web', ids: '3' }] }];
  expect(result).toMatchObject({ status: 'SUCCEEDED', warnings });
  expect(effects.list).toContain('clearDay 2026-11-01');
  expect(JSON.parse(store.text('reports/run-1.json'))).toMatchObject({ warnings });
});
