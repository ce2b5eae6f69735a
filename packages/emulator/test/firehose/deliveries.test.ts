import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Deliveries } from '../../src/firehose/deliveries.ts';
import { denied, setUp } from './fixture.ts';

let fixture: Awaited<ReturnType<typeof setUp>>;
let deliveries: Deliveries;
beforeEach(async () => {
  fixture = await setUp();
});
afterEach(() => deliveries.stop());

const texts = (): string[] => fixture.objects.map(({ text }) => text);

/** Lets everything run that waits for no timer. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

const MiB = 1024 * 1024;

describe('an object', () => {
  test('is written when the interval has passed since its first record, and not before', async () => {
    deliveries = fixture.start();
    await fixture.put('a\n');
    await settled();
    fixture.clock.advance(299_000);
    await fixture.put('b\n');
    await settled();
    expect(texts()).toEqual([]);

    const written = fixture.nextWrite();
    fixture.clock.advance(1_000);
    await written;
    expect(texts()).toEqual(['a\nb\n']);
  });

  test('is written when its size is reached, whatever the interval', async () => {
    deliveries = fixture.start();
    const written = fixture.nextWrite();
    const half = 'x'.repeat(MiB / 2);
    await fixture.put(half, half, 'rest');
    await written;
    expect(texts()).toEqual([half + half]);
  });

  test('is not held back with an interval of 0', async () => {
    deliveries = fixture.start({ BufferingHints: { IntervalInSeconds: 0, SizeInMBs: 128 } });
    const written = fixture.nextWrite();
    await fixture.put('a');
    await written;
    expect(texts()).toEqual(['a']);
  });

  test('holds the records as they are, one after the other, without anything between them', async () => {
    deliveries = fixture.start();
    await fixture.put('{"a":1}', '{"a":2}\n', '{"a":3}');
    await deliveries.idle();
    expect(texts()).toEqual(['{"a":1}{"a":2}\n{"a":3}']);
  });

  test('has a line break after every record with AppendDelimiterToRecord, also where one is already', async () => {
    deliveries = fixture.start({
      ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'AppendDelimiterToRecord' }] },
    });
    await fixture.put('{"a":1}', '{"a":2}\n');
    await deliveries.idle();
    expect(texts()).toEqual(['{"a":1}\n{"a":2}\n\n']);
  });

  test('is named by the arrival of its oldest record, the delivery stream and its version', async () => {
    deliveries = fixture.start({ CompressionFormat: 'GZIP' });
    await fixture.put('a');
    await settled();
    fixture.clock.advance(100_000);
    await fixture.put('b');
    await deliveries.idle();
    expect(fixture.objects[0]?.key).toMatch(
      /^2026\/11\/01\/05\/archive-1-2026-11-01-05-00-00-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.gz$/,
    );
    expect(texts()).toEqual(['ab']);
  });
});

describe('a delivery stream', () => {
  test('begins with what comes after it was made, in every shard', async () => {
    fixture = await setUp(4);
    await fixture.put('before', 'before too', 'and this');
    deliveries = fixture.start();
    await fixture.put('after');
    await deliveries.idle();
    expect(texts()).toEqual(['after']);
  });

  test('reads shards that a change of their number adds from the beginning, and the old ones to their end', async () => {
    deliveries = fixture.start();
    await fixture.put('old');
    await fixture.kinesis.call(
      'UpdateShardCount',
      { StreamName: 'events', TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' },
      { accessKeyId: 'test' },
    );
    await fixture.put('new 1', 'new 2', 'new 3');
    await deliveries.idle();
    // The new shards are read one after the other, so only the order of their records is open.
    const delivered = texts().join('');
    expect(delivered.slice(0, 'old'.length)).toBe('old');
    expect(
      delivered
        .slice('old'.length)
        .match(/new \d/g)
        ?.sort(),
    ).toEqual(['new 1', 'new 2', 'new 3']);
    expect(delivered).toHaveLength('old'.length + 3 * 'new 1'.length);
  });

  test('goes on after a restart where it has delivered to, with what was in its buffer', async () => {
    const first = fixture.start();
    await fixture.put('a');
    await first.idle();
    await fixture.put('b');
    await settled();
    await first.stop();
    expect(texts()).toEqual(['a']);

    deliveries = fixture.start();
    await deliveries.idle();
    expect(texts()).toEqual(['a', 'b']);
  });

  test('has a new version after a change, and keeps its place', async () => {
    const first = fixture.start();
    await fixture.put('a');
    await first.idle();
    await first.stop();
    await fixture.put('b');
    deliveries = fixture.start({ Prefix: 'changed/' });
    await deliveries.idle();
    expect(fixture.objects.map(({ key }) => key.slice(0, key.indexOf('-2026')))).toEqual([
      '2026/11/01/05/archive-1',
      'changed/2026/11/01/05/archive-2',
    ]);
  });

  test('keeps records in the stream until they are delivered, whatever the mappings have passed', async () => {
    deliveries = fixture.start();
    await fixture.put('x'.repeat(90), 'y'.repeat(90));
    const shard = 'shardId-000000000000';
    const read = fixture.kinesis.readShard('events', shard, 'LATEST', { maxRecords: 1, maxBytes: 1 });
    const { streamArn } = deliveries.status()[0]!;
    const oldest = (): string => {
      const limits = { maxRecords: 1, maxBytes: 1 };
      const [record] = fixture.kinesis.readShard('events', shard, 'TRIM_HORIZON', limits).records;
      return Buffer.from(record?.data ?? [])
        .toString()
        .slice(0, 1);
    };

    fixture.kinesis.trim(streamArn, shard, String(read.next));
    expect(oldest()).toBe('x');
    await deliveries.idle();
    fixture.kinesis.trim(streamArn, shard, String(read.next));
    expect(oldest()).toBe('y');
  });
});

describe('a write that fails', () => {
  test('is tried again with longer and longer pauses, and told each time in the log and the metrics', async () => {
    fixture.failures.push(denied, denied, denied);
    deliveries = fixture.start({ BufferingHints: { IntervalInSeconds: 0, SizeInMBs: 1 } });
    for (const pause of [1_000, 2_000, 4_000]) {
      const written = fixture.nextWrite();
      if (pause === 1_000) await fixture.put('a');
      await written;
      await settled();
      fixture.clock.advance(pause);
    }
    await deliveries.idle();
    expect(texts()).toEqual(['a']);
    expect(fixture.clock.slept.filter((ms) => ms >= 1_000)).toEqual([1_000, 2_000, 4_000]);
    expect(fixture.logged).toHaveLength(3);
    expect(fixture.logged[0]).toEqual({
      deliveryStreamARN: 'arn:aws:firehose:us-east-1:000000000000:deliverystream/archive',
      destination: 'arn:aws:s3:::lake',
      deliveryStreamVersionId: 1,
      message: 'the role may not',
      errorCode: 'S3.AccessDenied',
    });
    expect(fixture.valuesOf('DeliveryToS3.Success')).toEqual([0, 0, 0, 1]);
    expect(fixture.valuesOf('DeliveryToS3.DataFreshness')).toEqual([0, 1, 3, 7]);
    expect(fixture.valuesOf('DeliveryToS3.Records')).toEqual([1]);
    expect(fixture.errors).toEqual([]);
  });

  test('by a defect of the emulator is complained of, and its records are read again', async () => {
    const defect = new TypeError('not a failure of AWS');
    fixture.failures.push(defect);
    deliveries = fixture.start({ BufferingHints: { IntervalInSeconds: 0, SizeInMBs: 1 } });
    const first = fixture.nextWrite();
    await fixture.put('a');
    await first;
    await settled();
    expect(fixture.errors).toEqual([defect]);
    expect(fixture.logged).toEqual([]);
    fixture.clock.advance(1_000);
    await deliveries.idle();
    expect(texts()).toEqual(['a']);
  });

  test('is given up after 24 hours, as on AWS: its records are lost, and the next ones come', async () => {
    fixture.failures.push(denied, denied);
    deliveries = fixture.start({ BufferingHints: { IntervalInSeconds: 0, SizeInMBs: 1 } });
    const first = fixture.nextWrite();
    await fixture.put('lost');
    await first;
    await settled();
    const second = fixture.nextWrite();
    fixture.clock.advance(24 * 3_600_000);
    await second;
    await settled();
    await fixture.put('kept');
    await deliveries.idle();
    expect(texts()).toEqual(['kept']);
  });
});
