import type { DatabaseSync } from 'node:sqlite';
import { AwsError, type FunctionInvoker, type Timer } from '../../../src/contracts.ts';
import { IN_MEMORY, openStore } from '../../../src/database.ts';
import { openKinesis } from '../../../src/kinesis/service.ts';
import type { Discarded } from '../../../src/lambda/mappings/failureRecord.ts';
import type { MappingSpec } from '../../../src/lambda/mappings/mappingSpec.ts';
import { type Mappings, startMappings } from '../../../src/lambda/mappings/mappings.ts';

export const STREAM = 'events';
export const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/events';
export const STARTED_MS = Date.parse('2026-11-01T05:00:00Z');

/** A clock that stands until it is moved; with `jumping` every sleep passes at once, moving the clock by it. */
export const virtualTimer = (jumping: boolean) => {
  let now = STARTED_MS;
  const slept: number[] = [];
  const sleepers = new Set<{ until: number; wake: () => void }>();
  const timer: Timer = {
    now: () => now,
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (signal?.aborted) return Promise.reject(signal.reason);
      slept.push(ms);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      if (jumping) {
        now += ms;
        resolve();
      } else sleepers.add({ until: now + ms, wake: resolve });
      return promise;
    },
  };
  const advance = (ms: number): void => {
    now += ms;
    for (const sleeper of sleepers) if (sleeper.until <= now) sleeper.wake();
  };
  return { timer, slept, advance };
};

/** What a function does with one call: it gets the partition keys of the records, their sequence numbers, the whole event and its name. */
export type Behaviour = (
  keys: string[],
  sequences: string[],
  payload: string,
  functionName: string,
) => unknown;

/** The behaviour throws this when Lambda itself turns the call away. */
export const throttled = new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);

export const defaults: MappingSpec = {
  uuid: '11111111-2222-4333-8444-555555555555',
  streamArn: STREAM_ARN,
  functionName: 'land',
  enabled: true,
  batchSize: 100,
  windowSeconds: 0,
  tumblingSeconds: 0,
  parallelizationFactor: 1,
  startAt: 'TRIM_HORIZON',
  bisect: false,
  maxRetries: 2,
  maxAgeSeconds: undefined,
  reportsItemFailures: false,
  onFailure: 'arn:aws:s3:::failed',
};

/** A stream with one shard in memory, and mappings to a function that is a plain function here. */
export const setUp = async (db: DatabaseSync = openStore(IN_MEMORY), shards = 1) => {
  const clock = { now: () => STARTED_MS };
  const kinesis = openKinesis({ db, now: () => clock.now() });
  const existing = await kinesis.call('ListStreams', {}, { accessKeyId: 'test' });
  if (JSON.stringify(existing).includes(STREAM) === false) {
    await kinesis.call('CreateStream', { StreamName: STREAM, ShardCount: shards }, { accessKeyId: 'test' });
  }
  const calls: string[][] = [];
  const payloads: string[] = [];
  const discarded: { destination: string; batch: Discarded }[] = [];
  const errors: unknown[] = [];

  const put = async (...keys: string[]): Promise<void> => {
    const Records = keys.map((key) => ({
      PartitionKey: key,
      Data: Buffer.from(`data of ${key}\n`).toString('base64'),
    }));
    await kinesis.call('PutRecords', { StreamName: STREAM, Records }, { accessKeyId: 'test' });
  };

  const start = (
    spec: Partial<MappingSpec>,
    behave: Behaviour,
    timer: Timer = virtualTimer(true).timer,
    others: readonly Partial<MappingSpec>[] = [],
  ): Mappings => {
    clock.now = timer.now;
    const invoker: FunctionInvoker = {
      async invoke(name, payload) {
        payloads.push(payload);
        const { Records } = JSON.parse(payload);
        const keys = Records.map(
          (record: { kinesis: { partitionKey: string } }) => record.kinesis.partitionKey,
        );
        const sequences = Records.map(
          (record: { kinesis: { sequenceNumber: string } }) => record.kinesis.sequenceNumber,
        );
        calls.push(keys);
        try {
          return { payload: JSON.stringify((await behave(keys, sequences, payload, name)) ?? null) };
        } catch (error) {
          if (error instanceof AwsError) throw error;
          return { payload: JSON.stringify({ errorMessage: String(error) }), functionError: 'Unhandled' };
        }
      },
    };
    return startMappings(
      [spec, ...others].map((one) => ({ ...defaults, ...one })),
      {
        db,
        kinesis,
        invoker,
        timer,
        functionOf: (name) => ({
          arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
          role: 'arn:aws:iam::000000000000:role/land',
        }),
        discard: async (destination, batch) => void discarded.push({ destination, batch }),
        onError: (error) => errors.push(error),
      },
    );
  };

  return { db, kinesis, put, start, calls, payloads, discarded, errors };
};
