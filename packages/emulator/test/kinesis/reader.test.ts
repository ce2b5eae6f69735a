import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/contracts.ts';
import { IN_MEMORY, openStore } from '../../src/database.ts';
import { openKinesis } from '../../src/kinesis/service.ts';
import type { Kinesis } from '../../src/kinesis/types.ts';

const SHARD = 'shardId-000000000000';
const limits = { maxRecords: 100, maxBytes: 1024 * 1024 };

let kinesis: Kinesis;
const db = { current: openStore(IN_MEMORY) };

const call = (action: string, input: JsonObject) => kinesis.call(action, input, { accessKeyId: 'test' });

const put = (...texts: string[]) =>
  call('PutRecords', {
    StreamName: 'events',
    Records: texts.map((text) => ({ Data: Buffer.from(text).toString('base64'), PartitionKey: 'k' })),
  });

const texts = (read: { records: { data: Uint8Array }[] }): string[] =>
  read.records.map((record) => Buffer.from(record.data).toString());

beforeEach(async () => {
  db.current = openStore(IN_MEMORY);
  kinesis = openKinesis({ db: db.current, now: () => 1_000, keepBytes: 300 });
  await call('CreateStream', { StreamName: 'events', ShardCount: 1 });
});

afterEach(() => db.current.close());

describe('the reader for event source mappings', () => {
  test('goes on from the position of the read before, record by record', async () => {
    await put('a', 'b', 'c');

    const first = kinesis.readShard('events', SHARD, 'TRIM_HORIZON', { ...limits, maxRecords: 2 });
    const second = kinesis.readShard('events', SHARD, first.next, limits);
    const third = kinesis.readShard('events', SHARD, second.next, limits);

    expect([texts(first), texts(second), texts(third)]).toEqual([['a', 'b'], ['c'], []]);
    expect(third.next).toBe(second.next);
  });

  test('stays within maxBytes, but never stands still before a large record', async () => {
    await put('x'.repeat(50), 'y'.repeat(50), 'z');

    const read = kinesis.readShard('events', SHARD, 'TRIM_HORIZON', { ...limits, maxBytes: 10 });

    expect(read.records).toHaveLength(1);
  });

  test('from LATEST begins with what comes after the first read', async () => {
    await put('before');
    const start = kinesis.readShard('events', SHARD, 'LATEST', limits);
    await put('after');

    const read = kinesis.readShard('events', SHARD, start.next, limits);

    expect([texts(start), texts(read)]).toEqual([[], ['after']]);
  });

  test('learns of records once they are stored, until it stops listening', async () => {
    const seen: string[][] = [];
    const stop = kinesis.onRecords((stream) => {
      seen.push(texts(kinesis.readShard(stream, SHARD, 'TRIM_HORIZON', limits)));
    });

    await put('a');
    stop();
    await put('b');

    expect(seen).toEqual([['a']]);
  });

  test('says when a closed shard has been read to its end', async () => {
    await put('a');
    await call('UpdateShardCount', {
      StreamName: 'events',
      TargetShardCount: 2,
      ScalingType: 'UNIFORM_SCALING',
    });

    const read = kinesis.readShard('events', SHARD, 'TRIM_HORIZON', { ...limits, maxRecords: 1 });

    expect(read.ended).toBe(true);
    expect(kinesis.shards('events').map((shard) => [shard.open, shard.parentShardIds])).toEqual([
      [false, []],
      [true, [SHARD]],
      [true, [SHARD]],
    ]);
  });

  test('finds a shard that does not exist a ResourceNotFoundException', () => {
    const read = () => kinesis.readShard('events', 'shardId-9', 'LATEST', limits);

    expect(read).toThrow(expect.objectContaining({ code: 'ResourceNotFoundException' }));
  });
});

describe('trimming', () => {
  test('removes what was passed only beyond the bound of bytes, oldest first', async () => {
    // 101 bytes each, the key included; the shard may keep 300.
    await put('1'.repeat(100), '2'.repeat(100), '3'.repeat(100), '4'.repeat(100));
    const all = kinesis.readShard('events', SHARD, 'TRIM_HORIZON', limits);

    kinesis.trim('events', SHARD, all.records[3]?.sequenceNumber ?? '');
    const left = kinesis.readShard('events', SHARD, 'TRIM_HORIZON', limits);

    expect(texts(left).map((text) => text[0])).toEqual(['3', '4']);
  });

  test('never removes what was not passed, however much it is', async () => {
    await put('1'.repeat(200), '2'.repeat(200), '3'.repeat(200));
    const all = kinesis.readShard('events', SHARD, 'TRIM_HORIZON', limits);

    kinesis.trim('events', SHARD, all.records[1]?.sequenceNumber ?? '');
    const left = kinesis.readShard('events', SHARD, 'TRIM_HORIZON', limits);

    expect(texts(left).map((text) => text[0])).toEqual(['2', '3']);
  });
});
