import { GetPartitionCommand, GetPartitionsCommand } from '@aws-sdk/client-glue';
import { expect, test } from '@jest/globals';
import { martNames } from '../../src/etl/queries.ts';
import { committedBuild } from '../helpers/builds.ts';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';
import { mockedGlue } from './support/glue.ts';

const glue = mockedGlue((glue) => {
  glue.on(GetPartitionsCommand).resolves({ Partitions: [] });
});
const dependencies = lambdaDependencies(() => import('../../functions/plan.ts'));

test('what is stale is planned with all marts, and one line says so', async () => {
  await dependencies.ledger.partitionStates.markStale('2026-11-01T05', new Date('2026-11-01T06:00:00.000Z'));

  expect(await dependencies.call({ execution: 'run-1', input: {} })).toEqual({
    execution: 'run-1',
    hasWork: true,
    partitions: [{ partition: '2026-11-01T05', force: false }],
    pendingDays: 0,
    more: false,
    marts: martNames,
    asked: false,
    timeZone: 'UTC',
    pastDaysEveryHours: 0,
    days: [],
  });
  expect(dependencies.logged()).toMatchObject([
    { message: 'done', execution: 'run-1', request: 'request-1', partitions: 1 },
    { DirtyPartitions: 1, OldestDirtySeconds: expect.any(Number) },
  ]);
});

test('a line says of how many days the marts wait when the stage has another time zone', async () => {
  const Values = ['2026-11-01', '05'];
  glue.on(GetPartitionsCommand).resolves({ Partitions: [{ Values }] });
  await dependencies.ledger.pendingDays.setTimeZone('Asia/Seoul');

  expect(await dependencies.call({ execution: 'run-1', input: {} })).toMatchObject({ pendingDays: 3 });

  expect(dependencies.logged()).toContainEqual(
    expect.objectContaining({ message: 'the time zone has changed', pendingDays: 3 }),
  );
});

test('an input that is not valid is thrown by its name, and logged with what is wrong', async () => {
  await expect(dependencies.call({ execution: 'run-2', input: { form: 1 } })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining('unknown field "form"'),
  });
  expect(dependencies.logged()).toMatchObject([
    { level: 'ERROR', message: 'failed', execution: 'run-2', error: { name: 'InvalidInput' } },
  ]);
});

test('an hour of which readers see an older build is marked as stale', async () => {
  const { partitionStates } = dependencies.ledger;
  const hour = new Date().toISOString().slice(0, 13);
  const { landings } = await partitionStates.lock(hour, 'run-1', new Date(0), 1);
  await partitionStates.commit(hour, 'run-1', landings, committedBuild('new'));
  const Values = hour.split('T');
  const older = {
    Values,
    StorageDescriptor: { Location: `s3://lake/events/dt=${Values[0]}/hr=${Values[1]}/build=old/` },
  };
  glue.on(GetPartitionsCommand).resolves({ Partitions: [older] });
  glue.on(GetPartitionCommand).resolves({ Partition: older });

  await dependencies.call({ execution: 'run-3', input: {} });

  expect(await partitionStates.entry(hour)).toMatchObject({ stale: true, committed: { build: 'new' } });
});
