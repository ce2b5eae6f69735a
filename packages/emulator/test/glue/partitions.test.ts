import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  BatchGetPartitionCommand,
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  DeletePartitionCommand,
  GetPartitionCommand,
  GetPartitionsCommand,
  type GetPartitionsCommandInput,
  UpdatePartitionCommand,
} from '@aws-sdk/client-glue';
import { describe, expect, test } from '@jest/globals';
import { onceServices } from '../endpoint/fixture.ts';

const place = { DatabaseName: 'headrace_local', TableName: 'events' };

const partition = (Values: string[]) => ({
  Values,
  StorageDescriptor: {
    Columns: [{ Name: 'a', Type: 'string' }],
    Location: `s3://lake/events/${Values.join('/')}/`,
  },
});

const stage = onceServices(async ({ glue }) => {
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: place.DatabaseName } }));
  const PartitionKeys = [
    { Name: 'dt', Type: 'string' },
    { Name: 'hr', Type: 'int' },
  ];
  const StorageDescriptor = { Columns: [{ Name: 'a', Type: 'string' }] };
  await glue.send(
    new CreateTableCommand({ ...place, TableInput: { Name: 'events', PartitionKeys, StorageDescriptor } }),
  );
  for (const day of ['2026-11-01', '2026-11-02', '2026-11-03']) {
    const PartitionInputList = Array.from({ length: 24 }, (_, hour) => partition([day, String(hour)]));
    await glue.send(new BatchCreatePartitionCommand({ ...place, PartitionInputList }));
  }
});

const list = async (input: Partial<GetPartitionsCommandInput> = {}) => {
  const answer = await stage.glue.send(new GetPartitionsCommand({ ...place, ...input }));
  return { values: (answer.Partitions ?? []).map((found) => found.Values?.join('T')), ...answer };
};

describe('partitions', () => {
  test('move to another place in one call, and keep the time of their creation', async () => {
    const Values = ['2030-01-01', '0'];
    await stage.glue.send(new CreatePartitionCommand({ ...place, PartitionInput: partition(Values) }));
    const createdAt = new Date(stage.timer.now());
    stage.timer.advance(60_000);
    const moved = {
      ...partition(Values),
      StorageDescriptor: { Columns: [], Location: 's3://lake/elsewhere/' },
    };
    await stage.glue.send(
      new UpdatePartitionCommand({ ...place, PartitionValueList: Values, PartitionInput: moved }),
    );

    const found = await stage.glue.send(new GetPartitionCommand({ ...place, PartitionValues: Values }));
    await stage.glue.send(new DeletePartitionCommand({ ...place, PartitionValues: Values }));
    const gone = stage.glue.send(new GetPartitionCommand({ ...place, PartitionValues: Values }));

    expect(found.Partition).toMatchObject({
      StorageDescriptor: { Location: 's3://lake/elsewhere/' },
      CreationTime: createdAt,
      DatabaseName: place.DatabaseName,
      TableName: 'events',
    });
    await expect(gone).rejects.toMatchObject({ name: 'EntityNotFoundException' });
  });

  test.each([
    ['that is there already', ['2026-11-01', '5'], 'AlreadyExistsException'],
    ['with too few values', ['2026-11-01'], 'InvalidInputException'],
  ])('%s cannot be created', async (_what, values, name) => {
    const creation = stage.glue.send(
      new CreatePartitionCommand({ ...place, PartitionInput: partition(values) }),
    );

    await expect(creation).rejects.toMatchObject({ name });
  });

  test('that are not there cannot be updated', async () => {
    const update = stage.glue.send(
      new UpdatePartitionCommand({
        ...place,
        PartitionValueList: ['1999-01-01', '0'],
        PartitionInput: partition(['1999-01-01', '0']),
      }),
    );

    await expect(update).rejects.toMatchObject({ name: 'EntityNotFoundException' });
  });

  test('in a batch are each created or reported', async () => {
    const fresh = ['2031-01-01', '0'];
    const taken = ['2026-11-01', '0'];
    const answer = await stage.glue.send(
      new BatchCreatePartitionCommand({ ...place, PartitionInputList: [partition(taken), partition(fresh)] }),
    );
    const got = await stage.glue.send(
      new BatchGetPartitionCommand({
        ...place,
        PartitionsToGet: [{ Values: fresh }, { Values: ['1999-01-01', '0'] }],
      }),
    );
    const removed = await stage.glue.send(
      new BatchDeletePartitionCommand({
        ...place,
        PartitionsToDelete: [{ Values: fresh }, { Values: ['1999-01-01', '0'] }],
      }),
    );

    expect(answer.Errors).toEqual([
      {
        PartitionValues: taken,
        ErrorDetail: { ErrorCode: 'AlreadyExistsException', ErrorMessage: 'Partition already exists.' },
      },
    ]);
    expect(got.Partitions?.map((found) => found.Values)).toEqual([fresh]);
    expect(removed.Errors?.map((error) => error.ErrorDetail?.ErrorCode)).toEqual(['EntityNotFoundException']);
  });

  test('are listed in pages, each once', async () => {
    const first = await list({ MaxResults: 50 });
    const second = await list({ MaxResults: 50, NextToken: first.NextToken });

    expect([first.values.length, second.values.length, second.NextToken]).toEqual([50, 22, undefined]);
    expect(new Set([...first.values, ...second.values]).size).toBe(72);
  });

  test('fall each into exactly one segment', async () => {
    const segments = await Promise.all(
      [0, 1, 2].map((SegmentNumber) => list({ Segment: { SegmentNumber, TotalSegments: 3 } })),
    );

    const all = segments.flatMap((segment) => segment.values);
    expect(new Set(all).size).toBe(72);
    expect(all).toHaveLength(72);
    expect(segments.every((segment) => segment.values.length > 0)).toBe(true);
  });

  test('come without columns when asked so', async () => {
    const { Partitions } = await list({ MaxResults: 1, ExcludeColumnSchema: true });

    expect(Partitions?.[0]?.StorageDescriptor).toEqual({ Location: 's3://lake/events/2026-11-01/0/' });
  });
});

describe('an expression', () => {
  test.each([
    ["dt = '2026-11-02'", 24],
    ["dt >= '2026-11-02' AND hr < 6", 12],
    // As numbers: 10 is more than 9, as text it is less.
    ["dt = '2026-11-01' AND hr > 9", 14],
    ["hr IN (1, 2, 30) and dt <> '2026-11-03'", 4],
    ["dt BETWEEN '2026-11-02' AND '2026-11-03' AND hr = 0", 2],
    ["(dt = '2026-11-01' OR dt = '2026-11-03') AND NOT hr < 23", 2],
    ["dt = '2026-11-01' OR dt = '2026-11-02' AND hr = 0", 25],
    ["dt NOT IN ('2026-11-01')", 48],
    ["dt LIKE '2026-11-0_' AND hr = 7", 3],
    ["`dt` = '2026-11-01' AND \"hr\" = '5'", 1],
    ["DT = date '2026-11-01'", 24],
    ['dt IS NULL', 0],
    ['hr NOT BETWEEN 1 AND 22 AND dt IS NOT NULL', 6],
    ["dt = 'it''s'", 0],
  ])('%s finds %d partitions', async (Expression, count) => {
    const { values } = await list({ Expression });

    expect(values).toHaveLength(count);
  });

  test.each(['dt = ', "year = '2026'", "dt = '2026' AND", "upper(dt) = 'X'", "dt ~ 'x'", "dt = '1' hr = 2"])(
    '%s is refused',
    async (Expression) => {
      await expect(list({ Expression })).rejects.toMatchObject({ name: 'InvalidInputException' });
    },
  );
});
