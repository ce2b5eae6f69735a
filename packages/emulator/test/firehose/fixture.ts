import { gunzipSync } from 'node:zlib';
import { AwsError, type JsonObject, type MetricDatum } from '../../src/contracts.ts';
import { IN_MEMORY, openStore } from '../../src/database.ts';
import { type Deliveries, startDeliveries } from '../../src/firehose/deliveries.ts';
import { openFirehose } from '../../src/firehose/service.ts';
import { openKinesis } from '../../src/kinesis/service.ts';
import { STREAM, STREAM_ARN, virtualTimer } from '../lambda/mappings/fixture.ts';

const caller = { accessKeyId: 'test' };
const ROLE = 'arn:aws:iam::000000000000:role/archive';

/** Properties of a delivery stream from the stream of the tests to the bucket `lake`. */
export const properties = (destination: JsonObject = {}): JsonObject => ({
  DeliveryStreamType: 'KinesisStreamAsSource',
  KinesisStreamSourceConfiguration: { KinesisStreamARN: STREAM_ARN, RoleARN: ROLE },
  ExtendedS3DestinationConfiguration: {
    BucketARN: 'arn:aws:s3:::lake',
    RoleARN: ROLE,
    BufferingHints: { IntervalInSeconds: 300, SizeInMBs: 1 },
    ...destination,
  },
});

export const denied = new AwsError('AccessDenied', 'the role may not', 403);

/** A stream, and a bucket that is a list here; each of `failures` makes one write fail, the next one first. */
export const setUp = async (shards = 1, db = openStore(IN_MEMORY)) => {
  const clock = virtualTimer(false);
  const now = (): number => clock.timer.now();
  const kinesis = openKinesis({ db, now, keepBytes: 100 });
  if (!JSON.stringify(await kinesis.call('ListStreams', {}, caller)).includes(STREAM))
    await kinesis.call('CreateStream', { StreamName: STREAM, ShardCount: shards }, caller);
  const firehose = openFirehose({ db, kinesis, now });
  const objects: { key: string; text: string }[] = [];
  const metrics: MetricDatum[] = [];
  const logged: object[] = [];
  const errors: unknown[] = [];
  const failures: Error[] = [];
  let written = Promise.withResolvers<void>();

  const put = async (...texts: string[]): Promise<void> => {
    const Records = texts.map((text, index) => ({
      PartitionKey: `${text.slice(0, 20)}${index}`,
      Data: Buffer.from(text).toString('base64'),
    }));
    await kinesis.call('PutRecords', { StreamName: STREAM, Records }, caller);
  };

  const start = (destination: JsonObject = {}): Deliveries => {
    firehose.deploy('archive', properties(destination));
    return startDeliveries(firehose.specs(), {
      ...{ kinesis, store: firehose.store, timer: clock.timer },
      measure: (datum) => metrics.push(datum),
      put: async (spec, key, body) => {
        const failure = failures.shift();
        if (failure === undefined)
          objects.push({ key, text: (spec.gzip ? gunzipSync(body) : Buffer.from(body)).toString() });
        const told = written;
        written = Promise.withResolvers<void>();
        told.resolve();
        if (failure !== undefined) throw failure;
      },
      log: (_spec, entry) => logged.push(entry),
      onError: (error) => errors.push(error),
    });
  };

  /** Resolves at the next write, whether it succeeds or not. */
  const nextWrite = (): Promise<void> => written.promise;
  const valuesOf = (name: string): number[] =>
    metrics.filter((datum) => datum.name === name).map(({ value }) => value);
  const all = { db, kinesis, firehose, clock, put, start, objects, failures, logged, errors };
  return { ...all, nextWrite, valuesOf };
};
