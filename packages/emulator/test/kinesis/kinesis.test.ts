import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  type KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { describe, expect, test } from '@jest/globals';
import { eachServices, restart } from '../endpoint/fixture.ts';

const StreamName = 'events';
const FIRST_SHARD = 'shardId-000000000000';

const stage = eachServices(({ kinesis }) =>
  kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 })),
);

const put = (client: KinesisClient, texts: readonly string[]) =>
  client.send(
    new PutRecordsCommand({
      StreamName,
      Records: texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text.slice(0, 20) || 'k' })),
    }),
  );

const readAll = async (type: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP', Timestamp?: Date) => {
  const start = await stage.kinesis.send(
    new GetShardIteratorCommand({ StreamName, ShardId: FIRST_SHARD, ShardIteratorType: type, Timestamp }),
  );
  const read = await stage.kinesis.send(new GetRecordsCommand({ ShardIterator: start.ShardIterator }));
  return (read.Records ?? []).map((record) => Buffer.from(record.Data ?? []).toString());
};

describe('records', () => {
  test('come out as they went in, in order, with growing sequence numbers', async () => {
    const answer = await put(stage.kinesis, ['a', 'ü\n', '']);

    const numbers = (answer.Records ?? []).map((record) => record.SequenceNumber ?? '');
    expect(answer.FailedRecordCount).toBe(0);
    expect([...numbers].sort()).toEqual(numbers);
    expect(await readAll('TRIM_HORIZON')).toEqual(['a', 'ü\n', '']);
  });

  test('of a new process follow those of the one before, also after all were trimmed', async () => {
    const first = await put(stage.kinesis, ['a', 'b']);
    stage.services.db.exec('DELETE FROM kinesis_records');
    await restart(stage);

    const second = await put(stage.kinesis, ['c']);

    const before = first.Records?.at(-1)?.SequenceNumber ?? '';
    expect((second.Records?.[0]?.SequenceNumber ?? '') > before).toBe(true);
    expect(await readAll('TRIM_HORIZON')).toEqual(['c']);
  });

  test('from an instant on are those that arrived then or later', async () => {
    await put(stage.kinesis, ['early']);
    stage.timer.advance(10_000);
    const instant = new Date(stage.timer.now());
    await put(stage.kinesis, ['later']);

    expect(await readAll('AT_TIMESTAMP', instant)).toEqual(['later']);
    expect(await readAll('AT_TIMESTAMP', new Date(instant.getTime() + 1))).toEqual([]);
  });

  test('are read from LATEST only if they come afterwards', async () => {
    await put(stage.kinesis, ['before']);
    const start = await stage.kinesis.send(
      new GetShardIteratorCommand({ StreamName, ShardId: FIRST_SHARD, ShardIteratorType: 'LATEST' }),
    );
    const empty = await stage.kinesis.send(new GetRecordsCommand({ ShardIterator: start.ShardIterator }));
    await put(stage.kinesis, ['after']);

    const read = await stage.kinesis.send(new GetRecordsCommand({ ShardIterator: empty.NextShardIterator }));

    expect(empty.Records).toEqual([]);
    expect(read.Records?.map((record) => Buffer.from(record.Data ?? []).toString())).toEqual(['after']);
    expect(read.MillisBehindLatest).toBe(0);
  });

  test('older than the retention go', async () => {
    await put(stage.kinesis, ['old']);
    stage.timer.advance(25 * 3_600_000);

    await put(stage.kinesis, ['new']);

    expect(await readAll('TRIM_HORIZON')).toEqual(['new']);
  });
});

describe('limits', () => {
  test('more than 500 records in a call are refused whole', async () => {
    const tooMany = put(
      stage.kinesis,
      Array.from({ length: 501 }, () => 'x'),
    );

    await expect(tooMany).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await readAll('TRIM_HORIZON')).toEqual([]);
  });

  test('a record of more than 1 MiB refuses the call, one of exactly 1 MiB passes', async () => {
    const record = (bytes: number) =>
      new PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.alloc(bytes) });

    await expect(stage.kinesis.send(record(1024 * 1024))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(stage.kinesis.send(record(1024 * 1024 - 1))).resolves.toMatchObject({
      ShardId: FIRST_SHARD,
    });
  });

  test('a throttled shard takes what fits and names each record it did not', async () => {
    await restart(stage, { kinesis: { throttle: true } });
    const texts = Array.from({ length: 400 }, (_, i) => `r${i}`);

    const answers = [];
    for (let call = 0; call < 3; call += 1) answers.push(await put(stage.kinesis, texts));
    stage.timer.advance(100);
    const refilled = await put(stage.kinesis, texts);

    expect(answers.map((answer) => answer.FailedRecordCount)).toEqual([0, 0, 200]);
    expect(refilled.FailedRecordCount).toBe(300);
    expect(answers[2]?.Records?.at(-1)).toEqual({
      ErrorCode: 'ProvisionedThroughputExceededException',
      ErrorMessage: `Rate exceeded for shard ${FIRST_SHARD} in stream events under account 000000000000.`,
    });
    expect(await readAll('TRIM_HORIZON')).toHaveLength(1100);
  });

  test('an iterator of more than five minutes is dead', async () => {
    const start = await stage.kinesis.send(
      new GetShardIteratorCommand({ StreamName, ShardId: FIRST_SHARD, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    stage.timer.advance(5 * 60_000 + 1);

    const read = stage.kinesis.send(new GetRecordsCommand({ ShardIterator: start.ShardIterator }));

    await expect(read).rejects.toMatchObject({ name: 'ExpiredIteratorException' });
  });
});

describe('streams and shards', () => {
  test('an on-demand stream has four shards that cover every hash key once', async () => {
    const mode = { StreamMode: 'ON_DEMAND' as const };
    await stage.kinesis.send(new CreateStreamCommand({ StreamName: 'auto', StreamModeDetails: mode }));

    const { Shards } = await stage.kinesis.send(new ListShardsCommand({ StreamName: 'auto' }));

    const ends = (Shards ?? []).map((shard) => BigInt(shard.HashKeyRange?.EndingHashKey ?? -1));
    const starts = (Shards ?? []).map((shard) => BigInt(shard.HashKeyRange?.StartingHashKey ?? -1));
    expect(starts).toEqual([0n, ...ends.slice(0, -1).map((end) => end + 1n)]);
    expect(ends.at(-1)).toBe(2n ** 128n - 1n);
  });

  test('after resharding readers finish the old shard and are shown its children', async () => {
    await put(stage.kinesis, ['a']);
    await stage.kinesis.send(
      new UpdateShardCountCommand({
        StreamName,
        TargetShardCount: 2,
        ScalingType: 'UNIFORM_SCALING',
      }),
    );
    const start = await stage.kinesis.send(
      new GetShardIteratorCommand({ StreamName, ShardId: FIRST_SHARD, ShardIteratorType: 'TRIM_HORIZON' }),
    );

    const read = await stage.kinesis.send(new GetRecordsCommand({ ShardIterator: start.ShardIterator }));
    const [moved] = (await put(stage.kinesis, ['a'])).Records ?? [];

    expect(read.Records).toHaveLength(1);
    expect(read.NextShardIterator).toBeUndefined();
    expect(read.ChildShards?.map((child) => child.ShardId)).toEqual([
      'shardId-000000000001',
      'shardId-000000000002',
    ]);
    expect(read.ChildShards?.map((child) => child.ShardId)).toContain(moved?.ShardId);
  });

  test('streams, shards and retention are as before after a restart', async () => {
    const { kinesis } = stage;
    await kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 168 }));
    await restart(stage);

    const { StreamNames } = await stage.kinesis.send(new ListStreamsCommand({}));
    const { StreamDescriptionSummary } = await stage.kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName }),
    );

    expect(StreamNames).toEqual([StreamName]);
    expect(StreamDescriptionSummary).toMatchObject({ RetentionPeriodHours: 168, OpenShardCount: 1 });
  });

  test('a stream cannot be created twice', async () => {
    const again = stage.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));

    await expect(again).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });
});
