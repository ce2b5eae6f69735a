import { EntityNotFoundException, GetPartitionCommand } from '@aws-sdk/client-glue';
import { beforeAll, expect, test } from '@jest/globals';
import { committedBuild, failedHour, publishedHour } from '../helpers/builds.ts';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';
import { mockedGlue } from './support/glue.ts';

const dependencies = lambdaDependencies(() => import('../../functions/reconcile.ts'));

const HOUR = '2026-11-01T05';
const PATH = 'dt=2026-11-01/hr=05';
const location = `s3://lake/events/${PATH}/build=a1/`;
const counts = { raw: 2, curated: 1, duplicates: 1, rejected: 0 };

const built = { counts, rawBytes: 3, parquetBytes: 7 };
const published = publishedHour(built);
const failed = failedHour();

beforeAll(async () => {
  const { store, ledger } = dependencies;
  await store.put(`raw/${PATH}/s-1-n2.ndjson.gz`, Buffer.from('abc'), 'application/x-ndjson');
  await store.put(`events/${PATH}/build=a1/events-n1.parquet`, Buffer.from('parquet'), 'x/y');
  await ledger.partitionStates.lock(HOUR, 'run-1', new Date(), 60_000);
  await ledger.partitionStates.commit(HOUR, 'run-1', 0, committedBuild('a1', built));
});
const glue = mockedGlue((glue) => {
  glue.on(GetPartitionCommand).resolves({ Partition: { StorageDescriptor: { Location: location } } });
});

test('the hours a run has built are counted, those that failed are not, and one line says so', async () => {
  expect(await dependencies.call({ execution: 'run-1', results: [published, failed] })).toEqual({
    checked: 1,
    pending: 0,
  });
  expect(dependencies.logged()).toMatchObject([
    { message: 'done', execution: 'run-1', checked: 1 },
    { BalanceDifferences: 0 },
  ]);
});

test('a run of no partition has nothing to count', async () => {
  expect(await dependencies.call({ execution: 'run-1', results: [] })).toEqual({ checked: 0, pending: 0 });
});

test('what does not add up is BalanceBroken, naming stage and partition', async () => {
  glue
    .on(GetPartitionCommand)
    .rejects(new EntityNotFoundException({ message: 'no such partition', $metadata: {} }));
  await expect(dependencies.call({ execution: 'run-1', results: [published] })).rejects.toMatchObject({
    name: 'BalanceBroken',
    message: expect.stringContaining('2026-11-01T05, publish: the table has no partition for this hour'),
  });
  expect(dependencies.logged()).toMatchObject([{ message: 'failed' }, { BalanceDifferences: 1 }]);
});

test('an input that is not of its shape is InvalidInput, and names the field', async () => {
  await expect(dependencies.call({ execution: 'run-1' })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining('results'),
  });
});
