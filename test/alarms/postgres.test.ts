import '../helpers/someWindow.ts';
import { expect, test } from '@jest/globals';
import { eachDependencies, MINUTE } from './support/dependencies.ts';

/** PostgreSQL, and the two functions that write to it. */

const dependencies = eachDependencies();

const ofFunction = (key: string, name: string, value: number): void =>
  dependencies.measure({
    ...{ namespace: 'AWS/Lambda', name, value, unit: 'Count' },
    dimensions: { FunctionName: dependencies.resource(`${key}LambdaFunction`).ref },
  });

/** The same in each of so many minutes. */
const minutes = async (count: number, say: () => void): Promise<void> => {
  for (let minute = 0; minute < count; minute += 1) {
    say();
    await dependencies.pass(MINUTE);
  }
};

const handedBack = (): void =>
  dependencies.measure({
    ...{ namespace: 'Headrace/prod', name: 'PostgresFailures', value: 1, unit: 'Count' },
    dimensions: { service: 'postgres' },
  });

test('postgres-errors rings when the database takes no rows in ten minutes of an hour', async () => {
  await minutes(9, handedBack);
  expect(dependencies.ringing()).toEqual([]);
  await minutes(1, handedBack);
  expect(await dependencies.told()).toEqual(['postgres-errors']);
});

test('it also rings when the function crashes', async () => {
  await minutes(10, () => ofFunction('Postgres', 'Errors', 1));
  expect(await dependencies.told()).toEqual(['postgres-errors']);
});

test('postgres-behind rings when rows come later than fifteen minutes', async () => {
  await minutes(15, () => ofFunction('Postgres', 'IteratorAge', 901_000));
  expect(await dependencies.told()).toEqual(['postgres-behind']);
});

test('postgres-gave-up rings when a batch is given up before it was written', async () => {
  dependencies.measure({
    ...{ namespace: 'AWS/Lambda', name: 'OnFailureDestinationDeliveredEventCount', value: 1, unit: 'Count' },
    dimensions: {
      EventSourceMappingUUID: dependencies.resource('PostgresEventSourceMappingKinesisEventStream').ref,
    },
  });
  await dependencies.pass(MINUTE);
  expect(await dependencies.told()).toEqual(['postgres-gave-up']);
});

test('postgres-upkeep rings when the upkeep fails after three runs', async () => {
  await minutes(2, () => ofFunction('PostgresUpkeep', 'Errors', 1));
  expect(dependencies.ringing()).toEqual([]);
  await minutes(1, () => ofFunction('PostgresUpkeep', 'Errors', 1));
  expect(await dependencies.told()).toEqual(['postgres-upkeep']);
});

test('postgres-full rings when the cluster is at its most capacity for 30 minutes of an hour', async () => {
  await minutes(30, () =>
    dependencies.measure({
      ...{ namespace: 'AWS/RDS', name: 'ACUUtilization', value: 1_000, unit: 'Percent' },
      dimensions: { DBClusterIdentifier: dependencies.resource('PostgresCluster').ref },
    }),
  );
  expect(await dependencies.told()).toEqual(['postgres-full']);
});
