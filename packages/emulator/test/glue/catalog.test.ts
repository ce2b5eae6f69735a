import {
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  DeleteTableCommand,
  GetDatabaseCommand,
  GetPartitionsCommand,
  GetTableCommand,
  GetTablesCommand,
  GetTableVersionsCommand,
  UpdateDatabaseCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { describe, expect, test } from '@jest/globals';
import { eachServices } from '../endpoint/fixture.ts';

const DatabaseName = 'headrace_local';

const stage = eachServices(({ glue }) =>
  glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } })),
);

const table = (Name: string, columns: string[] = ['a']) => ({
  Name,
  TableType: 'EXTERNAL_TABLE',
  StorageDescriptor: {
    Columns: columns.map((column) => ({ Name: column, Type: 'string' })),
    Location: `s3://lake/${Name}/`,
  },
  PartitionKeys: [{ Name: 'dt', Type: 'string' }],
});

const create = (...input: Parameters<typeof table>) =>
  stage.glue.send(new CreateTableCommand({ DatabaseName, TableInput: table(...input) }));

const get = async (Name: string) => {
  const { Table } = await stage.glue.send(new GetTableCommand({ DatabaseName, Name }));
  return Table;
};

const versions = async (TableName: string) => {
  const answer = await stage.glue.send(new GetTableVersionsCommand({ DatabaseName, TableName }));
  return (answer.TableVersions ?? []).map((version) => [
    version.VersionId,
    version.Table?.StorageDescriptor?.Columns?.map((column) => column.Name),
  ]);
};

describe('databases', () => {
  test('can be changed without losing their tables', async () => {
    await create('events');
    await stage.glue.send(
      new UpdateDatabaseCommand({
        Name: DatabaseName,
        DatabaseInput: { Name: DatabaseName, Description: 'ours' },
      }),
    );

    const { Database } = await stage.glue.send(new GetDatabaseCommand({ Name: DatabaseName }));

    expect(Database).toMatchObject({ Description: 'ours', CreateTime: new Date(stage.timer.now()) });
    expect((await get('events'))?.Name).toBe('events');
  });

  test('take their tables with them', async () => {
    await create('events');
    await stage.glue.send(new DeleteDatabaseCommand({ Name: DatabaseName }));
    await stage.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } }));

    await expect(get('events')).rejects.toMatchObject({ name: 'EntityNotFoundException' });
  });

  test('cannot be created twice', async () => {
    const again = stage.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } }));

    await expect(again).rejects.toMatchObject({ name: 'AlreadyExistsException' });
  });
});

describe('tables', () => {
  test('come back as they were given, with what the catalog adds', async () => {
    await create('events', ['a', 'b']);

    expect(await get('events')).toEqual({
      ...table('events', ['a', 'b']),
      DatabaseName,
      VersionId: '0',
      CatalogId: '000000000000',
      CreateTime: new Date(stage.timer.now()),
      UpdateTime: new Date(stage.timer.now()),
      CreatedBy: expect.stringContaining('arn:aws:sts'),
      IsRegisteredWithLakeFormation: false,
      Retention: 0,
    });
  });

  test('are found in any case, and kept in lower case', async () => {
    await create('MyEvents');

    expect((await get('MYEVENTS'))?.Name).toBe('myevents');
  });

  test('updated get a new version, the ones before stay', async () => {
    await create('events', ['a']);
    const update = (columns: string[], rest: object = {}) =>
      stage.glue.send(
        new UpdateTableCommand({ DatabaseName, TableInput: table('events', columns), ...rest }),
      );
    await update(['a', 'b']);
    await update(['a', 'b', 'c'], { SkipArchive: true });

    expect(await versions('events')).toEqual([
      ['2', ['a', 'b', 'c']],
      ['0', ['a']],
    ]);
  });

  test('updated from a version that is no longer current are refused', async () => {
    await create('events');
    const update = (VersionId: string) =>
      stage.glue.send(new UpdateTableCommand({ DatabaseName, TableInput: table('events'), VersionId }));
    await update('0');

    await expect(update('0')).rejects.toMatchObject({ name: 'ConcurrentModificationException' });
    await expect(update('1')).resolves.toBeDefined();
  });

  test('deleted take partitions and versions with them', async () => {
    await create('events');
    await stage.glue.send(
      new CreatePartitionCommand({
        DatabaseName,
        TableName: 'events',
        PartitionInput: { Values: ['2026-11-01'] },
      }),
    );
    await stage.glue.send(new DeleteTableCommand({ DatabaseName, Name: 'events' }));
    await create('events');

    const { Partitions } = await stage.glue.send(
      new GetPartitionsCommand({ DatabaseName, TableName: 'events' }),
    );

    expect(Partitions).toEqual([]);
    expect(await versions('events')).toHaveLength(1);
  });

  test('are listed by pattern, page by page', async () => {
    for (const name of ['daily_events', 'daily_sales', 'events', 'quarantine']) await create(name);
    const list = (input: object) => stage.glue.send(new GetTablesCommand({ DatabaseName, ...input }));

    const daily = await list({ Expression: 'daily_*' });
    const first = await list({ MaxResults: 3 });
    const second = await list({ MaxResults: 3, NextToken: first.NextToken });

    expect(daily.TableList?.map((found) => found.Name)).toEqual(['daily_events', 'daily_sales']);
    expect(second.TableList?.map((found) => found.Name)).toEqual(['quarantine']);
    expect(second.NextToken).toBeUndefined();
  });

  test.each([
    ['of an unknown database', { DatabaseName: 'none', TableInput: table('t') }, 'EntityNotFoundException'],
    ['that are there already', { DatabaseName, TableInput: table('events') }, 'AlreadyExistsException'],
    [
      'with a column that is a partition key too',
      { DatabaseName, TableInput: table('t', ['dt']) },
      'InvalidInputException',
    ],
  ])('%s cannot be created', async (_what, input, name) => {
    await create('events');

    await expect(stage.glue.send(new CreateTableCommand(input))).rejects.toMatchObject({ name });
  });
});
