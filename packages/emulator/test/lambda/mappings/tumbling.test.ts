import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sharedData } from '../../../../sharedData.ts';
import { IN_MEMORY, openStore } from '../../../src/database.ts';
import { mappingSpec } from '../../../src/lambda/mappings/mappingSpec.ts';
import type { Mappings } from '../../../src/lambda/mappings/mappings.ts';
import { queueMappingSpec } from '../../../src/lambda/mappings/queueMappings.ts';
import { STREAM_ARN, setUp, throttled, virtualTimer } from './fixture.ts';

let fixture: Awaited<ReturnType<typeof setUp>>;
let mappings: Mappings;
beforeEach(async () => {
  fixture = await setUp();
});
afterEach(() => mappings?.stop());

interface WindowEvent {
  Records: { kinesis: { partitionKey: string } }[];
  window: { start: string; end: string };
  state: Record<string, number>;
  isFinalInvokeForWindow: boolean;
  isWindowTerminatedEarly: boolean;
}

const eventOf = (payload: string): WindowEvent => JSON.parse(payload);

/** The function of AWS's guide: counts the records of each partition key. */
const counting = (payload: string) => {
  const { Records, state } = eventOf(payload);
  for (const { kinesis } of Records) state[kinesis.partitionKey] = (state[kinesis.partitionKey] ?? 0) + 1;
  return { state };
};

/** Each call in one line: its records, the state it got, and how the window ends with it. */
const told = (payloads: readonly string[]): string[] =>
  payloads.map((payload) => {
    const { Records, window, state, ...flags } = eventOf(payload);
    const keys = Records.map(({ kinesis }) => kinesis.partitionKey).join('');
    const ends = flags.isFinalInvokeForWindow ? ' final' : flags.isWindowTerminatedEarly ? ' early' : '';
    return `${window.start.slice(14, 19)} [${keys}] ${JSON.stringify(state)}${ends}`;
  });

/** Lets everything that is ready run. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const standing = () => virtualTimer(false);

describe('a tumbling window', () => {
  test('is called with its records and the state of before, and once more without records when it is over', async () => {
    const { timer, advance } = standing();
    mappings = fixture.start(
      { tumblingSeconds: 60, batchSize: 2 },
      (_k, _s, payload) => counting(payload),
      timer,
    );
    await fixture.put('a', 'b', 'a');
    await settle();
    advance(59_999);
    await fixture.put('c');
    await settle();
    expect(told(fixture.payloads)).toEqual([
      '00:00 [ab] {}',
      '00:00 [a] {"a":1,"b":1}',
      '00:00 [c] {"a":2,"b":1}',
    ]);
    advance(1);
    await settle();
    expect(told(fixture.payloads).slice(3)).toEqual(['00:00 [] {"a":2,"b":1,"c":1} final']);
  });

  test('holds the records that came in its time, counted from the epoch, whenever they are read', async () => {
    const { timer, advance } = standing();
    advance(30_000);
    // The stream's clock is the timer's from here on.
    mappings = fixture.start({ tumblingSeconds: 60, enabled: false }, () => null, timer);
    await fixture.put('a');
    advance(29_999);
    await fixture.put('b');
    advance(1);
    await fixture.put('c');
    advance(600_000);
    await mappings.stop();
    mappings = fixture.start({ tumblingSeconds: 60 }, (_k, _s, payload) => counting(payload), timer);
    await settle();
    expect(told(fixture.payloads)).toEqual([
      '00:00 [ab] {}',
      '00:00 [] {"a":1,"b":1} final',
      '01:00 [c] {}',
      '01:00 [] {"c":1} final',
    ]);
  });

  test('has an event of the form that AWS documents', async () => {
    const { timer } = standing();
    mappings = fixture.start({ tumblingSeconds: 120 }, (_k, _s, payload) => counting(payload), timer);
    await fixture.put('a');
    await settle();
    expect(JSON.parse(fixture.payloads[0]!)).toEqual({
      Records: [expect.objectContaining({ eventSource: 'aws:kinesis', eventSourceARN: STREAM_ARN })],
      window: { start: '2026-11-01T05:00:00Z', end: '2026-11-01T05:02:00Z' },
      state: {},
      shardId: 'shardId-000000000000',
      eventSourceARN: STREAM_ARN,
      isFinalInvokeForWindow: false,
      isWindowTerminatedEarly: false,
    });
    const sample = sharedData(
      'vectors/lambda-events/aws-lambda-go/events/testdata/kinesis-time-window-event.json',
    );
    if (sample) {
      const { readFileSync } = await import('node:fs');
      const documented = JSON.parse(readFileSync(sample, 'utf8'));
      expect(Object.keys(JSON.parse(fixture.payloads[0]!)).sort()).toEqual(Object.keys(documented).sort());
    }
  });

  test('without records in it is not called at all', async () => {
    const { timer, advance } = standing();
    mappings = fixture.start({ tumblingSeconds: 1 }, (_k, _s, payload) => counting(payload), timer);
    advance(10_000);
    await settle();
    expect(fixture.payloads).toEqual([]);
  });

  test('whose shard ends is over, and the child shards begin with a fresh state', async () => {
    const { timer, advance } = standing();
    mappings = fixture.start({ tumblingSeconds: 60 }, (_k, _s, payload) => counting(payload), timer);
    await fixture.put('a');
    await fixture.kinesis.call(
      'UpdateShardCount',
      { StreamName: 'events', TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' },
      { accessKeyId: 'test' },
    );
    await fixture.put('b');
    await settle();
    advance(60_000);
    await settle();
    expect(told(fixture.payloads)).toEqual([
      '00:00 [a] {}',
      '00:00 [] {"a":1} final',
      '00:00 [b] {}',
      '00:00 [] {"b":1} final',
    ]);
  });
});

describe('the state', () => {
  test.each([
    ['is missing', { batchItemFailures: [] }],
    ['is missing, for the answer is null', null],
    ['is missing, for the answer is a text', 'done'],
  ])('that %s makes the call a failed one', async (_what, answer) => {
    await fixture.put('a');
    mappings = fixture.start({ tumblingSeconds: 60, maxRetries: 1 }, (keys, _s, payload) =>
      keys.length === 0 ? counting(payload) : answer,
    );
    await mappings.idle();
    expect(fixture.calls.slice(0, 2)).toEqual([['a'], ['a']]);
    expect(fixture.discarded.map(({ batch }) => batch.condition)).toEqual(['RetryAttemptsExhausted']);
  });

  test('of a batch that failed is the same at its next try', async () => {
    let tries = 0;
    await fixture.put('a', 'b');
    mappings = fixture.start({ tumblingSeconds: 60, batchSize: 1 }, (keys, _s, payload) => {
      if (keys.includes('b') && ++tries < 3) throw new Error('cannot');
      return counting(payload);
    });
    await mappings.idle();
    const seen = told(fixture.payloads).filter((call) => call.includes('[b]'));
    expect(new Set(seen)).toEqual(new Set(['00:00 [b] {"a":1}']));
    expect(seen).toHaveLength(3);
  });

  test('of a batch that was done in part goes on with the rest', async () => {
    await fixture.put('a', 'b');
    mappings = fixture.start(
      { tumblingSeconds: 60, reportsItemFailures: true },
      (keys, sequences, payload) => {
        if (keys.length < 2) return { ...counting(payload), batchItemFailures: [] };
        return { state: { a: 1 }, batchItemFailures: [{ itemIdentifier: sequences[1] }] };
      },
    );
    await mappings.idle();
    expect(told(fixture.payloads).slice(0, 2)).toEqual(['00:00 [ab] {}', '00:00 [b] {"a":1}']);
  });

  test('of a batch that was halved goes from one half to the next, past the record that was given up', async () => {
    await fixture.put('a', 'poison', 'c');
    mappings = fixture.start({ tumblingSeconds: 60, bisect: true, maxRetries: 0 }, (keys, _s, payload) => {
      if (keys.includes('poison')) throw new Error('cannot');
      return counting(payload);
    });
    await mappings.idle();
    expect(fixture.discarded.map(({ batch }) => batch.records.length)).toEqual([1]);
    expect(JSON.parse(fixture.discarded[0]!.batch.payload).state).toEqual({ a: 1 });
    expect(told(fixture.payloads).at(-1)).toMatch(/\{"a":1,"c":1\} (final|early)$/);
  });

  test('of more than 1 MB ends the window early, which then goes on with a fresh one', async () => {
    const { timer, advance } = standing();
    const large = { filler: 'x'.repeat(1024 * 1024) };
    mappings = fixture.start(
      { tumblingSeconds: 60, batchSize: 1 },
      (keys, _s, payload) => (keys.includes('large') ? { state: large } : counting(payload)),
      timer,
    );
    await fixture.put('large', 'b');
    await settle();
    advance(60_000);
    await settle();
    const calls = told(fixture.payloads).map((call) => call.replace(/x{9,}/, 'x'));
    expect(calls).toEqual([
      '00:00 [large] {}',
      '00:00 [] {"filler":"x"} early',
      '00:00 [b] {}',
      '00:00 [] {"b":1} final',
    ]);
  });
});

describe('the call that ends a window', () => {
  test('is repeated until it succeeds, whatever the number of retries, and nothing passes it', async () => {
    const { timer, advance } = standing();
    let failures = 0;
    mappings = fixture.start(
      { tumblingSeconds: 60, maxRetries: 0, maxAgeSeconds: 60 },
      (keys, _s, payload) => {
        if (keys.length === 0 && ++failures <= 3) throw failures === 2 ? throttled : new Error('S3 is away');
        return counting(payload);
      },
      timer,
    );
    await fixture.put('a');
    await settle();
    for (let turn = 0; turn < 5; turn += 1) {
      advance(turn === 0 ? 60_000 : 10_000);
      await fixture.put(`later${turn}`);
      await settle();
    }
    const calls = told(fixture.payloads);
    expect(calls.slice(1, 5)).toEqual(Array(4).fill('00:00 [] {"a":1} final'));
    expect(calls[5]).toMatch(/^01:00 /);
    expect(fixture.discarded).toEqual([]);
  });

  test('moves the checkpoint: until then a restart begins the window anew', async () => {
    const db = openStore(IN_MEMORY);
    const first = await setUp(db);
    const { timer, advance } = standing();
    mappings = first.start({ tumblingSeconds: 60 }, (_k, _s, payload) => counting(payload), timer);
    await first.put('a');
    await settle();
    await mappings.stop();
    const second = await setUp(db);
    mappings = second.start({ tumblingSeconds: 60 }, (_k, _s, payload) => counting(payload), timer);
    await second.put('b');
    await settle();
    advance(60_000);
    await settle();
    await mappings.stop();
    const third = await setUp(db);
    mappings = third.start({ tumblingSeconds: 60 }, (_k, _s, payload) => counting(payload), timer);
    await settle();
    // The state was in memory: `a` comes again.
    expect(told(second.payloads)).toEqual([
      '00:00 [a] {}',
      '00:00 [b] {"a":1}',
      '00:00 [] {"a":1,"b":1} final',
    ]);
    expect(third.payloads).toEqual([]);
  });
});

describe('whoever waits for the mappings', () => {
  test('ends an open window early, once, and finds nothing open then', async () => {
    const { timer, advance } = standing();
    mappings = fixture.start({ tumblingSeconds: 900 }, (_k, _s, payload) => counting(payload), timer);
    await fixture.put('a');
    await mappings.idle();
    await mappings.idle();
    await fixture.put('b');
    await mappings.idle();
    advance(900_000);
    await settle();
    expect(told(fixture.payloads)).toEqual([
      '00:00 [a] {}',
      '00:00 [] {"a":1} early',
      '00:00 [b] {}',
      '00:00 [] {"b":1} early',
      '00:00 [] {} final',
    ]);
    expect(mappings.status()[0]?.shards[0]).toMatchObject({ atTip: true, millisBehindLatest: 0 });
  });

  test('does not wait for another function than the one that is named', async () => {
    const { timer } = standing();
    const never = Promise.withResolvers<void>();
    mappings = fixture.start({ tumblingSeconds: 60 }, () => never.promise, timer);
    await fixture.put('a');
    await mappings.idle(undefined, 'other');
    never.resolve();
    expect(mappings.status()[0]?.shards[0]).toMatchObject({ atTip: false });
  });
});

describe('a consumer of a stream', () => {
  const released = Promise.withResolvers<void>();
  const windows = { uuid: 'windows', functionName: 'windows', tumblingSeconds: 60, maxRetries: undefined };

  test.each([
    ['is slow', () => released.promise],
    ['fails', () => Promise.reject(new Error('cannot'))],
    ['is turned away', () => Promise.reject(throttled)],
  ])('that %s holds up no other: the lag of those is zero', async (_what, behave) => {
    const { timer, advance } = standing();
    const answer = (_k: string[], _s: string[], _payload: string, name: string) =>
      name === 'windows' ? behave() : null;
    mappings = fixture.start({}, answer, timer, [windows]);
    for (let batch = 0; batch < 5; batch += 1) {
      await fixture.put(`${batch}`);
      await mappings.idle(undefined, 'land');
      advance(10_000);
    }
    const lags = mappings.status().map(({ shards }) => shards.map((shard) => shard.millisBehindLatest));
    expect(lags).toEqual([[0], [50_000]]);
    // Stopping waits for calls that are under way.
    released.resolve();
  });

  test('that is disabled holds up no other', async () => {
    mappings = fixture.start({}, () => null, standing().timer, [{ ...windows, enabled: false }]);
    await fixture.put('a');
    await mappings.idle();
    expect(mappings.status().map(({ shards }) => shards.map((shard) => shard.atTip))).toEqual([
      [true],
      [false],
    ]);
  });
});

describe('a mapping', () => {
  const resource = (properties: object) => ({
    ...{ logicalId: 'Windows', type: 'AWS::Lambda::EventSourceMapping', ref: 'id', name: 'id' },
    ...{ attributes: {}, dependsOn: [] },
    properties: {
      ...{ EventSourceArn: STREAM_ARN, FunctionName: 'windows', StartingPosition: 'LATEST' },
      ...properties,
    },
  });

  test.each([0, 1, 900])('may have windows of %d seconds', (seconds) => {
    expect(mappingSpec(resource({ TumblingWindowInSeconds: seconds })).tumblingSeconds).toBe(seconds);
  });

  test.each([-1, 901, 1.5])('has no windows of %d seconds', (seconds) => {
    expect(() => mappingSpec(resource({ TumblingWindowInSeconds: seconds }))).toThrow(
      /TumblingWindowInSeconds/,
    );
  });

  test('has windows or several batches of a shard at once, not both', () => {
    const both = { TumblingWindowInSeconds: 60, ParallelizationFactor: 2 };
    expect(() => mappingSpec(resource(both))).toThrow(/ParallelizationFactor of 1/);
  });

  test('of a queue has none', () => {
    const queue = { EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:jobs', TumblingWindowInSeconds: 60 };
    expect(() => queueMappingSpec(resource(queue))).toThrow(/only streams have tumbling windows/);
  });
});
