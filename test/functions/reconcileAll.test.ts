import { GetPartitionCommand, GetPartitionsCommand } from '@aws-sdk/client-glue';
import { expect, test } from '@jest/globals';
import { rawKey } from '../../src/lake/layout.ts';
import { partitionOf, partitionValues } from '../../src/lake/partition.ts';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';
import { mockedGlue } from './support/glue.ts';

const glue = mockedGlue((glue) => {
  glue.on(GetPartitionsCommand).resolves({ Partitions: [] });
  glue.on(GetPartitionCommand).resolves({});
});
const dependencies = lambdaDependencies(() => import('../../functions/reconcileAll.ts'), {
  RECONCILE_DAYS: '40',
});

const daysAgo = (days: number) => partitionOf(new Date(Date.now() - days * 86_400_000).toISOString());
const yesterday = daysAgo(1);
const monthAgo = daysAgo(35);

test('a lake in which all adds up is one line, and a metric that somebody has looked', async () => {
  const { store, ledger } = dependencies;
  await store.put(rawKey(yesterday, 's-1', 2), Buffer.from('ab'), 'application/x-ndjson');
  await ledger.partitionStates.markStale(yesterday, new Date());

  expect(await dependencies.call({})).toEqual({ days: 40, hours: 1 });

  expect(dependencies.logged()).toMatchObject([{ message: 'done', hours: 1 }, { BalanceDifferences: 0 }]);
});

test('what does not add up is BalanceBroken, naming stage and partition, though no run has touched the hour', async () => {
  const location = { StorageDescriptor: { Location: 's3://lake/events/elsewhere/' } };
  const values = partitionValues(monthAgo);
  glue.on(GetPartitionsCommand).resolves({ Partitions: [{ Values: values, ...location }] });
  glue.on(GetPartitionCommand).resolves({ Partition: location });

  await expect(dependencies.call({})).rejects.toMatchObject({
    name: 'BalanceBroken',
    message: expect.stringContaining(`${monthAgo}, publish: the table shows`),
  });
  expect(dependencies.logged()).toMatchObject([{ message: 'failed' }, { BalanceDifferences: 1 }]);
});
