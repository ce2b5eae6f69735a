import { expect, test } from '@jest/globals';
import { failedHour, publishedHour } from '../helpers/builds.ts';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';

const dependencies = lambdaDependencies(() => import('../../functions/tally.ts'));

const plan = {
  execution: 'run-1',
  hasWork: true,
  partitions: [{ partition: '2026-11-01T05', force: false }],
  pendingDays: 0,
  more: false,
  marts: ['daily_sales'],
  days: ['2026-11-01'],
};

const published = publishedHour();
const failed = failedHour();

test('what was built and what failed is summed up, and checks and the marts of the plan are rendered', async () => {
  expect(await dependencies.call({ execution: 'run-1', plan, results: [published, failed] })).toMatchObject({
    built: 1,
    failedCount: 1,
    counts: { raw: 2, curated: 1, duplicates: 1, rejected: 0 },
    warnings: [
      { name: 'eventIdInTwoHours', sql: expect.stringContaining("'2026-10-31'") },
      { name: 'namesWithIds', sql: expect.stringContaining("'2026-11-01'") },
    ],
    marts: [
      {
        name: 'daily_sales',
        location: 's3://lake/marts/daily_sales/run=run-1/',
        days: [{ day: '2026-11-01', changes: 0 }],
      },
    ],
  });
  expect(dependencies.logged()).toMatchObject([
    { message: 'done', built: 1, warnings: 2, marts: ['daily_sales'] },
  ]);
});

test('only failures are counted, and do not hold back what follows', async () => {
  expect(await dependencies.call({ execution: 'run-1', plan, results: [failed] })).toMatchObject({
    built: 0,
    failedCount: 1,
    locked: 0,
    marts: [{ name: 'daily_sales' }],
  });
});

test('an input that is not of its shape is InvalidInput, and names the field', async () => {
  await expect(dependencies.call({ execution: 'run-1', plan })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining('results'),
  });
});
