import { expect, test } from '@jest/globals';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';

const dependencies = lambdaDependencies(() => import('../../functions/recordFailure.ts'));

const error = { Error: 'RawObjectDamaged', Cause: '{"errorMessage":"ends early"}' };

test('the failure of a partition goes into the ledger, and the partition is free again', async () => {
  await dependencies.ledger.partitionStates.lock('2026-11-01T05', 'run-1', new Date(0), 60_000);

  expect(await dependencies.call({ execution: 'run-1', partition: '2026-11-01T05', error })).toEqual({
    partition: '2026-11-01T05',
    failed: true,
    error: 'RawObjectDamaged',
    cause: 'ends early',
  });

  const entry = await dependencies.ledger.partitionStates.lock('2026-11-01T05', 'run-2', new Date(0), 60_000);
  expect(entry.lastFailure).toMatchObject({
    error: 'RawObjectDamaged',
    cause: 'ends early',
    execution: 'run-1',
  });
  const logged = dependencies.logged();
  expect(logged).toMatchObject([
    { message: 'done', partition: '2026-11-01T05', execution: 'run-1', error: 'RawObjectDamaged' },
    { PartitionFailures: 1 },
  ]);
  // A cause may hold a row that a check found.
  expect(logged[0]).not.toHaveProperty('cause');
});

test('the failure of a run becomes its report and a metric', async () => {
  await dependencies.call({ execution: 'run-1', error });

  expect((await dependencies.store.list('reports/')).map(({ key }) => key)).toEqual(['reports/run-1.json']);
  expect(dependencies.logged()[1]).toMatchObject({ RunsFailed: 1 });
});
