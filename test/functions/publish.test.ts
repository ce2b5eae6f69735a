import {
  CreatePartitionCommand,
  EntityNotFoundException,
  GetPartitionCommand,
  GetTableCommand,
} from '@aws-sdk/client-glue';
import { describe, expect, test } from '@jest/globals';
import { publishInputOf } from '../helpers/builds.ts';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';
import { mockedGlue } from './support/glue.ts';

const dependencies = lambdaDependencies(() => import('../../functions/publish.ts'));
const glue = mockedGlue((glue) => {
  glue.on(GetPartitionCommand).rejects(new EntityNotFoundException({ message: 'none', $metadata: {} }));
  glue.on(GetTableCommand).resolves({
    Table: { Name: 'events', StorageDescriptor: { Columns: [], Location: 's3://lake/events/' } },
  });
  glue.on(CreatePartitionCommand).resolves({});
});

const built = publishInputOf('abc', {
  landings: 0,
  counts: { raw: 2, curated: 1, duplicates: 0, rejected: 1 },
});

describe('the publish function', () => {
  test('without the lock it is a Conflict, and no reader is moved', async () => {
    await expect(dependencies.call(built)).rejects.toMatchObject({ name: 'Conflict' });
    expect(glue.commandCalls(CreatePartitionCommand)).toEqual([]);
  });

  test('points the table to the build, shows its rejected lines instead of older ones, and commits it', async () => {
    const hour = 'dt=2026-11-01/hr=05';
    await dependencies.store.put(`rejected/${hour}/build-abc-n1.ndjson.gz`, Buffer.from('new'), 'x/y');
    await dependencies.store.put(`quarantine/${hour}/build-old-n2.ndjson.gz`, Buffer.from('old'), 'x/y');
    await dependencies.store.put(`quarantine/${hour}/shard-1-n1.ndjson.gz`, Buffer.from('landed'), 'x/y');
    await dependencies.ledger.partitionStates.lock(built.partition, built.execution, new Date(), 60_000);

    expect(await dependencies.call(built)).toMatchObject({ build: 'abc', status: 'created' });

    expect(await dependencies.ledger.partitionStates.entry(built.partition)).toMatchObject({
      committed: { build: 'abc' },
    });
    const [call] = glue.commandCalls(CreatePartitionCommand);
    expect(call?.args[0].input).toMatchObject({
      DatabaseName: 'headrace_test',
      TableName: 'events',
      PartitionInput: { Values: ['2026-11-01', '05'], StorageDescriptor: { Location: built.location } },
    });
    expect((await dependencies.store.list('quarantine/')).map(({ key }) => key)).toEqual([
      `quarantine/${hour}/build-abc-n1.ndjson.gz`,
      `quarantine/${hour}/shard-1-n1.ndjson.gz`,
    ]);
  });

  test('an input that is not a build is InvalidInput, and Glue is not asked', async () => {
    await expect(dependencies.call({ ...built, counts: undefined })).rejects.toMatchObject({
      name: 'InvalidInput',
    });
    expect(glue.calls()).toEqual([]);
  });
});
