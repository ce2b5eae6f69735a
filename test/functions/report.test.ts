import { describe, expect, test } from '@jest/globals';
import { queries } from '../../src/etl/queries.ts';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';
import { reportInput } from '../helpers/reportInput.ts';

const dependencies = lambdaDependencies(() => import('../../functions/report.ts'));

/** The metric of it is counted where the warning is there. */
const repeated = queries.warnings.some(({ name }) => name === 'eventIdInTwoHours');

test('a run ends with its days cleared, its report written, and its metrics', async () => {
  await dependencies.ledger.observedSchemas.note('page_view', ['a:string']);
  const input = reportInput('run-1', {
    tally: {
      counts: { raw: 2, curated: 1, duplicates: 1, rejected: 0 },
      drift: ['page_view.a:string'],
    },
    warnings: [
      {
        name: 'eventIdInTwoHours',
        rows: [
          { Data: [{ VarCharValue: 'source' }, { VarCharValue: 'ids' }] },
          { Data: [{ VarCharValue: 'web' }, { VarCharValue: '2' }] },
          { Data: [{ VarCharValue: 'app' }, { VarCharValue: '1' }] },
        ],
      },
    ],
    sweep: { output: { removed: 3, crawl: { pending: true, wanted: 1 } } },
  });

  expect(await dependencies.call(input)).toMatchObject({ status: 'SUCCEEDED', partitions: 1, removed: 3 });

  expect(await dependencies.ledger.observedSchemas.crawlWanted()).toEqual({ pending: false, wanted: 1 });
  expect((await dependencies.store.list('')).map(({ key }) => key)).toEqual(['reports/run-1.json']);
  const [line, metrics] = dependencies.logged();
  expect(line).toMatchObject({ message: 'done', status: 'SUCCEEDED' });
  expect(metrics).toMatchObject({
    PartitionsBuilt: 1,
    PartitionsFailed: 0,
    RowsCurated: 1,
    RowsDuplicate: 1,
    Warnings: 1,
    ...(repeated ? { RepeatedIds: 3 } : {}),
  });
});

describe('the check of the archive', () => {
  const row = (...values: string[]) => ({ Data: values.map((VarCharValue) => ({ VarCharValue })) });
  const found = (...rows: ReturnType<typeof row>[]) => [
    { name: 'archive', rows: [row('missing', 'lines', 'first_hour', 'example'), ...rows] },
  ];
  // Long over, whatever the clock of the function says: only what differs now is asked again.
  const archive = { from: '2026-11-10T03', to: '2026-11-10T07' };
  const metricsOf = () => dependencies.logged().at(-1);

  test('that found nothing is done with its hours, and counts zero', async () => {
    await dependencies.call(reportInput('run-2', { tally: { archive }, warnings: found() }));
    expect(await dependencies.ledger.archiveChecks.checkedUntil()).toBe('2026-11-10T07');
    expect(metricsOf()).toMatchObject({ ArchivedNotLanded: 0, LandedNotArchived: 0, Warnings: 0 });
  });

  test('that found something has metrics of its own, stands in the report and fails nothing', async () => {
    const warnings = found(
      row('archivedNotLanded', '7', '2026-11-10T05', 'e1'),
      row('landedNotArchived', '2', '2026-11-10T06', 'e2'),
    );
    expect(await dependencies.call(reportInput('run-3', { tally: { archive }, warnings }))).toMatchObject({
      status: 'SUCCEEDED',
      archive: { archivedNotLanded: 7, landedNotArchived: 2 },
    });
    expect(metricsOf()).toMatchObject({ ArchivedNotLanded: 7, LandedNotArchived: 2, Warnings: 0 });
  });

  test('that did not run leaves its hours to the next run, and counts nothing', async () => {
    const later = { from: '2026-11-10T07', to: '2026-11-10T09' };
    const warnings = [{ name: 'archive', error: { Error: 'States.TaskFailed', Cause: 'cut off' } }];
    await dependencies.call(reportInput('run-4', { tally: { archive: later }, warnings }));
    expect(await dependencies.ledger.archiveChecks.checkedUntil()).toBe('2026-11-10T07');
    expect(metricsOf()).not.toHaveProperty('ArchivedNotLanded');
  });

  test('never goes back, also when an older run ends later', async () => {
    await dependencies.call(
      reportInput('run-5', {
        tally: { archive: { from: '2026-11-09T03', to: '2026-11-09T07' } },
        warnings: [],
      }),
    );
    expect(await dependencies.ledger.archiveChecks.checkedUntil()).toBe('2026-11-10T07');
  });
});

describe('how far speed was from batch', () => {
  const row = (...values: string[]) => ({ Data: values.map((VarCharValue) => ({ VarCharValue })) });
  const speed = { from: '2026-11-10T06', to: '2026-11-10T07', duplicates: 3 };

  test('has metrics, stands in the report, and is no warning', async () => {
    const rows = [row('hours', 'counted', 'built', 'late'), row('1', '105', '100', '4')];
    const warnings = [{ name: 'speed', rows }];
    expect(await dependencies.call(reportInput('run-6', { tally: { speed }, warnings }))).toMatchObject({
      speed: { hours: 1, counted: 105, built: 100, duplicates: 3, late: 4 },
      warnings: [],
    });
    const metrics = { SpeedMinusBatch: 5, SpeedDuplicates: 3, SpeedLate: 4, Warnings: 0 };
    expect(dependencies.logged().at(-1)).toMatchObject(metrics);
    expect(await dependencies.ledger.speedChecks.checkedUntil()).toBe('2026-11-10T07');
  });

  test('has no metrics where no hour was published', async () => {
    const later = { ...speed, to: '2026-11-10T08' };
    await dependencies.call(reportInput('run-7', { tally: { speed: later }, warnings: [] }));
    expect(dependencies.logged().at(-1)).not.toHaveProperty('SpeedMinusBatch');
    expect(await dependencies.ledger.speedChecks.checkedUntil()).toBe('2026-11-10T08');
  });

  test('is asked again when its query did not run, and that is a warning', async () => {
    const later = { ...speed, to: '2026-11-10T09' };
    const warnings = [{ name: 'speed', error: { Error: 'States.TaskFailed', Cause: 'cut off' } }];
    expect(
      await dependencies.call(reportInput('run-8', { tally: { speed: later }, warnings })),
    ).toMatchObject({ warnings: [{ name: 'speed' }] });
    expect(await dependencies.ledger.speedChecks.checkedUntil()).toBe('2026-11-10T08');
  });
});
