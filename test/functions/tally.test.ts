import { describe, expect, test } from '@jest/globals';
import { queries } from '../../src/etl/queries.ts';
import { committedBuild, failedHour, publishedHour } from '../helpers/builds.ts';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';

const dependencies = lambdaDependencies(() => import('../../functions/tally.ts'), {
  ARCHIVE_TABLE: 'archive',
  SPEED_TABLE: 'live_windows',
});

const martNames = queries.marts.map(({ name }) => name);

const plan = {
  execution: 'run-1',
  hasWork: true,
  partitions: [{ partition: '2026-11-01T05', force: false }],
  pendingDays: 0,
  more: false,
  marts: [...martNames],
  days: ['2026-11-01'],
};

const published = publishedHour();
const failed = failedHour();

test('what was built and what failed is summed up, and checks and the marts of the plan are rendered', async () => {
  expect(await dependencies.call({ execution: 'run-1', plan, results: [published, failed] })).toMatchObject({
    built: 1,
    failedCount: 1,
    counts: { raw: 2, curated: 1, duplicates: 1, rejected: 0 },
    checks: queries.checks.map(({ name }) => ({ name })),
    warnings: queries.warnings.map(({ name }) => ({ name })),
    marts: martNames.map((name) => ({
      name,
      sql: expect.stringContaining("'2026-11-01'"),
      location: `s3://lake/marts/${name}/run=run-1/`,
      days: [{ day: '2026-11-01', changes: 0 }],
    })),
  });
  expect(dependencies.logged()).toMatchObject([
    { message: 'done', built: 1, warnings: queries.warnings.length, marts: martNames },
  ]);
});

test('only failures are counted, and do not hold back what follows', async () => {
  expect(await dependencies.call({ execution: 'run-1', plan, results: [failed] })).toMatchObject({
    built: 0,
    failedCount: 1,
    locked: 0,
    marts: martNames.map((name) => ({ name })),
  });
});

describe('the check of the archive', () => {
  const startedAt = '2026-11-10T08:45:00.000Z';
  const tally = (asked: boolean) =>
    dependencies.call({ execution: 'run-1', startedAt, plan: { ...plan, asked }, results: [published] });
  const ofTheProject = queries.warnings.map(({ name }) => ({ name }));

  test('begins with the hour after next, and asks nothing before', async () => {
    expect(await tally(false)).toMatchObject({
      archive: { from: '2026-11-10T10', to: '2026-11-10T10' },
      warnings: ofTheProject,
    });
  });

  test('is a query beside the warnings, of the hours that are complete', async () => {
    await dependencies.ledger.archiveChecks.setCheckedUntil('2026-11-10T07');
    await dependencies.ledger.partitionStates.markStale('2026-11-01T23', new Date(startedAt), {
      landed: true,
    });
    expect(await tally(false)).toMatchObject({
      archive: { from: '2026-11-10T07', to: '2026-11-10T08' },
      warnings: [
        ...ofTheProject,
        { name: 'archive', sql: expect.stringContaining("dt IN ('2026-11-01') AND hr IN ('23')") },
      ],
    });
  });

  test('is not part of a run of a range: a backfill makes many of them', async () => {
    const found = await tally(true);
    expect(found).toMatchObject({ warnings: ofTheProject });
    expect(found).not.toHaveProperty('archive');
  });
});

describe('how far speed was from batch', () => {
  const startedAt = '2026-11-10T08:45:00.000Z';
  const tally = (asked: boolean) =>
    dependencies.call({ execution: 'run-1', startedAt, plan: { ...plan, asked }, results: [published] });

  test('is asked of the hours that are over, with the duplicates of their builds', async () => {
    await dependencies.ledger.speedChecks.setCheckedUntil('2026-11-10T07');
    const { partitionStates } = dependencies.ledger;
    const counts = { raw: 9, curated: 5, duplicates: 4, rejected: 0 };
    const [hour, now] = ['2026-11-10T07', new Date(startedAt)];
    await partitionStates.markStale(hour, now);
    const { landings } = await partitionStates.lock(hour, 'run-0', now, 60_000);
    await partitionStates.commit(hour, 'run-0', landings, committedBuild('b', { counts }));
    expect(await tally(false)).toMatchObject({
      speed: { from: '2026-11-10T07', to: '2026-11-10T08', duplicates: 4 },
      warnings: expect.arrayContaining([
        { name: 'speed', sql: expect.stringContaining("dt IN ('2026-11-10') AND hr IN ('07')") },
      ]),
    });
  });

  test('is not part of a run of a range', async () => {
    expect(await tally(true)).not.toHaveProperty('speed');
  });
});

test('an input that is not of its shape is InvalidInput, and names the field', async () => {
  await expect(dependencies.call({ execution: 'run-1', plan })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining('results'),
  });
});
