import { expect, test } from '@jest/globals';
import { mendShown } from '../../src/etl/mending.ts';
import { buildFolder, rejectedKeys } from '../../src/lake/layout.ts';
import { partitionValues } from '../../src/lake/partition.ts';
import { committedBuild } from '../helpers/builds.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

const { clock, store, catalog, ledger } = eachFakePorts('2026-11-01T12:00:00.000Z');
const HOUR = '2026-11-01T05';
/** Beyond the days that are always looked at. */
const OLD = '2026-03-01T05';

const mend = () => mendShown({ store, catalog, ...ledger, clock });

const show = (partition: string, build: string) =>
  catalog.pointPartition('events', partitionValues(partition), store.uri(buildFolder(partition, build)));

const publish = async (partition: string, build: string) => {
  const { landings } = await ledger.partitionStates.lock(partition, 'run', clock.now(), 1);
  await show(partition, build);
  await ledger.partitionStates.commit(partition, 'run', landings, committedBuild(build));
};

const stale = async () => (await ledger.partitionStates.stale(10)).partitions;

test.each([HOUR, OLD])(
  'a move of %s that takes effect after a newer one is found, and the hour marked',
  async (hour) => {
    await publish(hour, 'a');
    await publish(hour, 'b');
    await show(hour, 'a');

    expect(await mend()).toEqual([hour]);
    expect(await stale()).toEqual([hour]);
    // Once it is marked, the run that is to build it has it.
    expect(await mend()).toEqual([]);
  },
);

test('a partition that is gone from the table is found', async () => {
  await publish(HOUR, 'a');
  await catalog.dropPartition('events', partitionValues(HOUR));
  expect(await mend()).toEqual([HOUR]);
});

test('a copy to quarantine that takes effect after a newer build was published is found', async () => {
  await publish(OLD, 'a');
  await publish(OLD, 'b');
  store.seed(rejectedKeys(OLD, 'b', 1).shown, 'rejected by b');
  expect(await mend()).toEqual([]);

  store.seed(rejectedKeys(OLD, 'a', 2).shown, 'rejected by a');

  expect(await mend()).toEqual([OLD]);
  expect(await stale()).toEqual([OLD]);
});

test('what is as it should be, or waits for its build, is left alone', async () => {
  await publish(HOUR, 'a');
  await publish(OLD, 'a');
  await publish(OLD, 'b');
  await publish('2026-11-01T06', 'a');
  ledger.partitionStates.land('2026-11-01T06');
  await show('2026-11-01T06', 'newer, yet to be committed');
  ledger.partitionStates.land('2026-11-01T07');

  expect(await mend()).toEqual([]);
  expect(await stale()).toEqual(['2026-11-01T06', '2026-11-01T07']);
});

test('an hour that another run publishes in between two looks is not wrong', async () => {
  await publish(HOUR, 'a');
  await show(HOUR, 'b');
  // The second look reads ledger and table anew, in this order.
  const { entry } = ledger.partitionStates;
  ledger.partitionStates.entry = async (partition) => {
    await publish(HOUR, 'b');
    return entry(partition);
  };
  expect(await mend()).toEqual([]);
});
