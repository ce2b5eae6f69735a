import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sharedData } from '../../../../sharedData.ts';
import { AwsError } from '../../../src/contracts.ts';
import { failureRecord } from '../../../src/lambda/mappings/failureRecord.ts';
import { mappingSpec } from '../../../src/lambda/mappings/mappingSpec.ts';
import type { Mappings } from '../../../src/lambda/mappings/mappings.ts';
import { STARTED_MS, STREAM_ARN, setUp, throttled, virtualTimer } from './fixture.ts';

let fixture: Awaited<ReturnType<typeof setUp>>;
let mappings: Mappings;
beforeEach(async () => {
  fixture = await setUp();
});
afterEach(() => mappings.stop());

const poison = (keys: string[]): void => {
  if (keys.includes('poison')) throw new Error('cannot');
};

describe('a batch', () => {
  test('holds what waits in the shard, in order, as Kinesis events are', async () => {
    await fixture.put('a', 'b');
    mappings = fixture.start({}, () => null);
    await mappings.idle();
    expect(fixture.calls).toEqual([['a', 'b']]);
    const [record] = JSON.parse(fixture.payloads[0]!).Records;
    expect(record).toEqual({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'a',
        sequenceNumber: expect.stringMatching(/^\d{56}$/),
        data: Buffer.from('data of a\n').toString('base64'),
        approximateArrivalTimestamp: Date.parse('2026-11-01T05:00:00Z') / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `shardId-000000000000:${record.kinesis.sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::000000000000:role/land',
      awsRegion: 'us-east-1',
      eventSourceARN: STREAM_ARN,
    });
    const sample = sharedData('vectors/lambda-events/aws-lambda-go/events/testdata/kinesis-event.json');
    if (sample) expect(shape(record)).toEqual(shape(JSON.parse(await readText(sample)).Records[0]));
  });

  test('is never larger than the batch size', async () => {
    await fixture.put('a', 'b', 'c', 'd', 'e');
    mappings = fixture.start({ batchSize: 2 }, () => null);
    await mappings.idle();
    expect(fixture.calls).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  test('never makes an event beyond 6 MB', async () => {
    const big = Buffer.alloc(1_000_000, 'x').toString('base64');
    for (const PartitionKey of ['1', '2', '3', '4', '5', '6', '7', '8', '9']) {
      await fixture.kinesis.call(
        'PutRecord',
        { StreamName: 'events', PartitionKey, Data: big },
        { accessKeyId: 'test' },
      );
    }
    mappings = fixture.start({}, () => null);
    await mappings.idle();
    expect(fixture.calls.flat()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(Math.max(...fixture.payloads.map((payload) => payload.length))).toBeLessThanOrEqual(
      6 * 1024 * 1024,
    );
    expect(fixture.calls.length).toBeLessThanOrEqual(3);
  });

  test('waits for its window, and takes what comes meanwhile', async () => {
    const { timer, advance } = virtualTimer(false);
    const called = Promise.withResolvers<void>();
    mappings = fixture.start({ windowSeconds: 5 }, () => called.resolve(), timer);
    await fixture.put('a');
    await settle();
    advance(4_999);
    await fixture.put('b');
    await settle();
    expect(fixture.calls).toEqual([]);
    advance(1);
    await called.promise;
    expect(fixture.calls).toEqual([['a', 'b']]);
  });

  test('does not wait for its window when somebody waits for the mappings to catch up', async () => {
    mappings = fixture.start({ windowSeconds: 300 }, () => null, virtualTimer(false).timer);
    await fixture.put('a');
    await mappings.idle();
    expect(fixture.calls).toEqual([['a']]);
  });
});

describe('a failing batch', () => {
  test('is tried again after a growing pause, then goes whole to the destination, and the shard goes on', async () => {
    const { timer, slept } = virtualTimer(true);
    await fixture.put('poison', 'b');
    mappings = fixture.start({ maxRetries: 2 }, poison, timer);
    await mappings.idle();
    await fixture.put('c');
    await mappings.idle();
    expect(fixture.calls).toEqual([['poison', 'b'], ['poison', 'b'], ['poison', 'b'], ['c']]);
    expect(slept).toEqual([500, 1000]);
    expect(fixture.discarded).toHaveLength(1);
    expect(fixture.discarded[0]).toMatchObject({
      destination: 'arn:aws:s3:::failed',
      batch: { condition: 'RetryAttemptsExhausted', invocations: 3, functionError: 'Unhandled' },
    });
    expect(JSON.parse(fixture.discarded[0]!.batch.payload).Records).toHaveLength(2);
  });

  test('is halved until the record that fails stands alone, and the others are processed once they stand without it', async () => {
    await fixture.put('a', 'b', 'poison', 'd');
    mappings = fixture.start({ bisect: true, maxRetries: 1 }, poison);
    await mappings.idle();
    expect(fixture.calls).toEqual([
      ['a', 'b', 'poison', 'd'],
      ['a', 'b'],
      ['poison', 'd'],
      ['poison'],
      ['poison'],
      ['d'],
    ]);
    expect(fixture.discarded.map(({ batch }) => batch.records.length)).toEqual([1]);
  });

  test('is taken up again at the lowest record the function reports', async () => {
    await fixture.put('a', 'b', 'poison', 'd', 'e');
    let tries = 0;
    mappings = fixture.start({ reportsItemFailures: true }, (keys, sequences) => {
      const at = keys.indexOf('poison');
      if (at < 0 || ++tries > 2) return { batchItemFailures: [] };
      return { batchItemFailures: [{ itemIdentifier: sequences.at(-1) }, { itemIdentifier: sequences[at] }] };
    });
    await mappings.idle();
    expect(fixture.calls).toEqual([
      ['a', 'b', 'poison', 'd', 'e'],
      ['poison', 'd', 'e'],
      ['poison', 'd', 'e'],
    ]);
    expect(fixture.discarded).toEqual([]);
  });

  test.each([false, true])(
    'that succeeded in part has all its retries for the rest, with bisecting %s',
    async (bisect) => {
      await fixture.put('a', 'b', 'poison');
      mappings = fixture.start({ reportsItemFailures: true, maxRetries: 2, bisect }, (keys, sequences) => ({
        // One record further with each call, until the one that never succeeds is left.
        batchItemFailures: [{ itemIdentifier: sequences[Math.min(1, keys.length - 1)] }],
      }));
      await mappings.idle();
      expect(fixture.calls).toEqual([['a', 'b', 'poison'], ['b', 'poison'], ...Array(3).fill(['poison'])]);
      expect(fixture.discarded.map(({ batch }) => batch.invocations)).toEqual([3]);
    },
  );

  test.each([
    ['names a record it did not get', { batchItemFailures: [{ itemIdentifier: '1' }] }],
    ['names none', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['is malformed', { batchItemFailures: [{ id: 'x' }] }],
    ['names null', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['is a list of something', ['a']],
    ['is a text', 'done'],
    ['is a number', 1],
    ['has no list', { batchItemFailures: 'a' }],
  ])('whose report %s has failed as a whole', async (_what, report) => {
    await fixture.put('a', 'b');
    mappings = fixture.start({ reportsItemFailures: true, maxRetries: 0 }, () => report);
    await mappings.idle();
    expect(fixture.discarded.map(({ batch }) => batch.records.length)).toEqual([2]);
  });

  test.each([
    [null],
    [{}],
    [[]],
    [''],
    [{ other: 1 }],
    [{ batchItemFailures: null }],
    [{ batchItemFailures: [] }],
  ])('is none when the report is %j', async (report) => {
    await fixture.put('a');
    mappings = fixture.start({ reportsItemFailures: true, maxRetries: 0 }, () => report);
    await mappings.idle();
    expect(fixture.discarded).toEqual([]);
  });

  test('that Lambda turned away uses up no retry', async () => {
    await fixture.put('a');
    let turnedAway = 0;
    mappings = fixture.start({ maxRetries: 0 }, () => {
      if (++turnedAway <= 3) throw throttled;
      if (turnedAway <= 5) throw new AwsError('ServiceException', 'Service failed.', 500);
    });
    await mappings.idle();
    expect(fixture.calls).toHaveLength(6);
    expect(fixture.discarded).toEqual([]);
  });

  test('is given up when its records are too old', async () => {
    await fixture.put('poison');
    mappings = fixture.start({ maxRetries: undefined, maxAgeSeconds: 60 }, poison);
    await mappings.idle();
    // pauses of 0.5, 1, 2 … 32 s: the seventh ends beyond the minute
    expect(fixture.calls).toHaveLength(7);
    expect(fixture.discarded.map(({ batch }) => [batch.condition, batch.invocations])).toEqual([
      ['RecordAgeExceeded', 7],
    ]);
    const { batch } = fixture.discarded[0]!;
    const record = JSON.parse(failureRecord(batch, new Date(0), false));
    expect(record.requestContext).toMatchObject({
      condition: 'RecordAgeExceeded',
      approximateInvokeCount: 7,
    });
    expect(record).not.toHaveProperty('responseContext');
  });
});

describe('after a restart', () => {
  test('nothing is processed again and nothing is skipped', async () => {
    await fixture.put('a', 'b');
    mappings = fixture.start({}, () => null);
    await mappings.idle();
    await mappings.stop();
    await fixture.put('c');
    const again = await setUp(fixture.db);
    mappings = again.start({}, () => null);
    await mappings.idle();
    expect(again.calls).toEqual([['c']]);
  });

  test('a batch whose call was cut short by the stop comes again', async () => {
    await fixture.put('a');
    const started = Promise.withResolvers<void>();
    const killed = Promise.withResolvers<void>();
    mappings = fixture.start({ maxRetries: 0 }, async () => {
      started.resolve();
      await killed.promise;
      throw new Error('killed');
    });
    await started.promise;
    const stopped = mappings.stop();
    killed.resolve();
    await stopped;
    expect(fixture.discarded).toEqual([]);
    const again = await setUp(fixture.db);
    mappings = again.start({}, () => null);
    await mappings.idle();
    expect(again.calls).toEqual([['a']]);
  });

  test('records do not grow too old while the stage was down', async () => {
    await fixture.put('a');
    const { timer, advance } = virtualTimer(true);
    advance(3_600_000);
    mappings = fixture.start({ maxAgeSeconds: 60 }, () => null, timer);
    await mappings.idle();
    expect(fixture.calls).toEqual([['a']]);
  });
});

describe('a mapping', () => {
  test('that starts at LATEST takes only what comes after it was made', async () => {
    await fixture.put('old');
    mappings = fixture.start({ startAt: 'LATEST' }, () => null);
    await fixture.put('new');
    await mappings.idle();
    expect(fixture.calls).toEqual([['new']]);
  });

  test('tells all of itself, and what became of its last batch', async () => {
    const own = { maxAgeSeconds: 60, bisect: true, reportsItemFailures: true, parallelizationFactor: 4 };
    mappings = fixture.start(own, () => null);
    const described = {
      UUID: '11111111-2222-4333-8444-555555555555',
      EventSourceMappingArn:
        'arn:aws:lambda:us-east-1:000000000000:event-source-mapping:11111111-2222-4333-8444-555555555555',
      EventSourceArn: STREAM_ARN,
      FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:land',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 4,
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 2,
      MaximumRecordAgeInSeconds: 60,
      TumblingWindowInSeconds: 0,
      DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failed' } },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      State: 'Enabled',
      StateTransitionReason: 'User action',
      LastModified: STARTED_MS / 1000,
    };

    expect(mappings.describe()).toEqual([{ ...described, LastProcessingResult: 'No records processed' }]);
    await fixture.put('a');
    await mappings.idle();
    expect(mappings.describe()).toEqual([{ ...described, LastProcessingResult: 'OK' }]);
  });

  test('without limits tells them as -1', async () => {
    mappings = fixture.start(
      { maxRetries: undefined, onFailure: undefined, countsEvents: true, enabled: false },
      () => null,
    );

    expect(mappings.describe()[0]).toMatchObject({
      ...{ MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1, State: 'Disabled' },
      ...{ DestinationConfig: { OnFailure: {} }, MetricsConfig: { Metrics: ['EventCount'] } },
    });
  });

  test('on a consumer with enhanced fan-out gets what is in the stream, and names the consumer as its source', async () => {
    await fixture.put('a', 'b');
    const EventSourceArn = `${STREAM_ARN}/consumer/windows:1`;
    const spec = mappingSpec({
      ...{ logicalId: 'Mapping', type: 'AWS::Lambda::EventSourceMapping', dependsOn: [] },
      ...{ name: 'm', ref: 'm', attributes: {} },
      properties: { EventSourceArn, FunctionName: 'land', StartingPosition: 'TRIM_HORIZON' },
    });
    expect(spec).toMatchObject({ streamArn: STREAM_ARN, consumerArn: EventSourceArn });
    mappings = fixture.start(spec, () => null);
    await mappings.idle();
    expect(fixture.calls).toEqual([['a', 'b']]);
    expect(mappings.describe()).toMatchObject([{ EventSourceArn }]);
  });

  test('that is disabled takes nothing and keeps nobody waiting', async () => {
    await fixture.put('a');
    mappings = fixture.start({ enabled: false }, () => null);
    await mappings.idle();
    expect(fixture.calls).toEqual([]);
    expect(mappings.status()[0]?.shards).toEqual([
      {
        shardId: 'shardId-000000000000',
        atTip: false,
        millisBehindLatest: expect.any(Number),
        checkpoint: null,
      },
    ]);
  });

  test('goes on with the children of a shard that was split, after all that was in the shard', async () => {
    await fixture.put('a', 'b');
    mappings = fixture.start({}, () => null);
    await fixture.kinesis.call(
      'UpdateShardCount',
      { StreamName: 'events', TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' },
      { accessKeyId: 'test' },
    );
    await fixture.put('c', 'd', 'e', 'f');
    await mappings.idle();
    expect(fixture.calls[0]).toEqual(['a', 'b']);
    expect(fixture.calls.slice(1).flat().sort()).toEqual(['c', 'd', 'e', 'f']);
    expect(mappings.status()[0]?.shards.map(({ atTip }) => atTip)).toEqual([true, true, true]);
  });
});

/** Lets everything that is ready run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const readText = async (path: string): Promise<string> =>
  (await import('node:fs')).readFileSync(path, 'utf8');

/** Names and types, without values. */
const shape = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort()
      .map(([key, item]) => [key, shape(item)]),
  );
};
