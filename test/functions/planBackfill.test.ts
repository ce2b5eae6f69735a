import { expect, test } from '@jest/globals';
import { queries } from '../../src/etl/queries.ts';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';

const dependencies = lambdaDependencies(() => import('../../functions/planBackfill.ts'));

const QUERIES = queries.checks.length + queries.warnings.length + queries.marts.length;

const asked = (input: unknown) => ({ execution: 'b-1', startedAt: '2026-11-22T10:00:00.000Z', input });

test('the hours with raw objects are planned with their bytes and cost, and one line says so', async () => {
  await dependencies.store.put(
    'raw/dt=2026-03-01/hr=05/s-1-n1.ndjson.gz',
    Buffer.from('12345'),
    'application/gzip',
  );
  await dependencies.ledger.partitionStates.markStale('2026-03-01T05', new Date('2026-03-01T06:00:00.000Z'));

  expect(await dependencies.call(asked({ from: '2026-01-01', to: '2027-01-01' }))).toMatchObject({
    execution: 'b-1',
    from: '2026-01-01T00',
    to: '2027-01-01T00',
    force: false,
    builtBefore: null,
    concurrency: 1,
    hasWork: true,
    partitions: 1,
    bytes: 5,
    // 10 MB for each query at least.
    estimate: { usd: expect.any(Number), athena: { bytes: QUERIES * 10_000_000 } },
    chunks: [{ input: { from: '2026-03-01T05', to: '2026-03-01T06' }, partitions: 1 }],
  });
  expect(dependencies.logged()).toMatchObject([
    {
      message: 'done',
      execution: 'b-1',
      partitions: 1,
      chunks: [expect.stringMatching(/^backfill-20260301T05-/)],
    },
  ]);
});

test('an input that is not valid is thrown by its name, and logged with what is wrong', async () => {
  await expect(dependencies.call(asked({ from: 'now' }))).rejects.toMatchObject({ name: 'InvalidInput' });
  expect(dependencies.logged()).toMatchObject([
    {
      level: 'ERROR',
      message: 'failed',
      failure: 'deterministic',
      ms: expect.any(Number),
      error: { name: 'InvalidInput' },
    },
  ]);
});
