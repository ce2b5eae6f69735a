import {
  CreatePartitionCommand,
  DeletePartitionCommand,
  GetPartitionCommand,
  GetPartitionsCommand,
  GetTableCommand,
  GlueClient,
  UpdatePartitionCommand,
} from '@aws-sdk/client-glue';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { GlueCatalog } from '../../src/aws/catalog.ts';

// Mocked: two writers that meet between two calls of one adapter cannot be shown otherwise. The emulator's own
// catalog is called by the end-to-end tests.
const glue = mockClient(GlueClient);
const catalog = new GlueCatalog(new GlueClient({ region: 'us-east-1' }), 'headrace_test');

const named = (name: string) => Object.assign(new Error(`${name} happened`), { name });
const missing = named('EntityNotFoundException');

const OLD = 's3://lake/events/dt=2026-11-01/hr=05/build=a/';
const NEW = 's3://lake/events/dt=2026-11-01/hr=05/build=b/';
const descriptor = {
  Columns: [{ Name: 'event_id', Type: 'string' }],
  Location: 's3://lake/events/',
  InputFormat: 'p',
};

beforeEach(() => {
  glue.reset();
  glue.on(GetTableCommand).resolves({ Table: { Name: 'events', StorageDescriptor: descriptor } });
});

const point = () => catalog.pointPartition('events', ['2026-11-01', '05'], NEW);
const names = () => glue.calls().map(({ args: [command] }) => command.constructor.name);

describe('pointing a partition', () => {
  test('creates one that is not there, with the columns the table has now', async () => {
    glue.on(GetPartitionCommand).rejects(missing);
    glue.on(CreatePartitionCommand).resolves({});

    expect(await point()).toBe('created');
    expect(glue.commandCalls(CreatePartitionCommand)[0]?.args[0].input).toEqual({
      DatabaseName: 'headrace_test',
      TableName: 'events',
      PartitionInput: { Values: ['2026-11-01', '05'], StorageDescriptor: { ...descriptor, Location: NEW } },
    });
  });

  test('moves one that points elsewhere, in one call', async () => {
    glue.on(GetPartitionCommand).resolves({ Partition: { StorageDescriptor: { Location: OLD } } });
    glue.on(UpdatePartitionCommand).resolves({});

    expect(await point()).toBe('moved');
    expect(glue.commandCalls(UpdatePartitionCommand)[0]?.args[0].input).toMatchObject({
      PartitionValueList: ['2026-11-01', '05'],
      PartitionInput: { Values: ['2026-11-01', '05'], StorageDescriptor: { Location: NEW } },
    });
  });

  test('writes nothing when it points there already', async () => {
    glue.on(GetPartitionCommand).resolves({ Partition: { StorageDescriptor: { Location: NEW } } });

    expect(await point()).toBe('unchanged');
    expect(names()).toEqual(['GetPartitionCommand']);
  });

  test('moves one that somebody else has created since we looked', async () => {
    glue.on(GetPartitionCommand).rejects(missing);
    glue.on(CreatePartitionCommand).rejects(named('AlreadyExistsException'));
    glue.on(UpdatePartitionCommand).resolves({});

    expect(await point()).toBe('moved');
  });

  test('is a conflict when somebody drops it between two calls', async () => {
    glue.on(GetPartitionCommand).resolves({ Partition: { StorageDescriptor: { Location: OLD } } });
    glue.on(UpdatePartitionCommand).rejects(missing);

    await expect(point()).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringContaining('2026-11-01/05'),
    });
  });

  test('says which table is missing and what to do', async () => {
    glue.on(GetPartitionCommand).rejects(missing);
    glue.on(GetTableCommand).rejects(missing);

    await expect(point()).rejects.toMatchObject({
      name: 'ConfigurationInvalid',
      message: expect.stringContaining('headrace_test.events is not in the catalog'),
    });
  });
});

describe('listing partitions', () => {
  const located = (hour: string) => ({
    Values: ['2026-11-01', hour],
    StorageDescriptor: { Location: `s3://lake/${hour}/` },
  });

  test('follows every page, and asks for the days alone, without their columns', async () => {
    glue
      .on(GetPartitionsCommand)
      .resolvesOnce({ Partitions: [located('05')], NextToken: 'more' })
      .resolvesOnce({ Partitions: [located('06')] });

    expect(await catalog.partitionLocations('events', '2026-11-01', '2026-11-02')).toEqual([
      { values: ['2026-11-01', '05'], location: 's3://lake/05/' },
      { values: ['2026-11-01', '06'], location: 's3://lake/06/' },
    ]);
    expect(glue.commandCalls(GetPartitionsCommand)[0]?.args[0].input).toMatchObject({
      Expression: "dt >= '2026-11-01' AND dt <= '2026-11-02'",
      ExcludeColumnSchema: true,
    });
  });

  test('of no bounds names none', async () => {
    glue.on(GetPartitionsCommand).resolves({});
    expect(await catalog.partitionLocations('events')).toEqual([]);
    expect(glue.commandCalls(GetPartitionsCommand)[0]?.args[0].input).not.toHaveProperty('Expression');
  });
});

describe('dropping a partition', () => {
  test('that is gone already is not an error', async () => {
    glue.on(DeletePartitionCommand).rejects(missing);
    await catalog.dropPartition('daily_sales', ['2026-11-01']);
    expect(names()).toEqual(['DeletePartitionCommand']);
  });
});

describe('errors of Glue', () => {
  test.each([
    ['ConcurrentModificationException', 'Transient'],
    ['ThrottlingException', 'Throttled'],
    ['OperationTimeoutException', 'Transient'],
    ['InternalServiceException', 'Transient'],
    ['AccessDeniedException', 'AccessDeniedException'],
  ])('%s becomes %s', async (theirs, ours) => {
    glue.on(GetPartitionCommand).rejects(named(theirs));
    await expect(point()).rejects.toMatchObject({ name: ours });
  });
});
