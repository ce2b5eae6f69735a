import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { StatesError } from 'headrace-asl';
import { AwsError, type Measure, type Timer } from '../contracts.ts';
import type { Kinesis } from '../kinesis/types.ts';
import { untilEither } from '../lambda/mappings/change.ts';
import { deliveryStreamArn } from './arn.ts';
import type { DeliverySpec } from './deliverySpec.ts';
import { Gathered } from './gathered.ts';
import { objectKey } from './prefix.ts';
import type { DeliveryStore } from './store.ts';

export interface DeliveryPorts {
  kinesis: Pick<Kinesis, 'shards' | 'readShard'>;
  store: Pick<DeliveryStore, 'position' | 'reach'>;
  timer: Timer;
  measure: Measure;
  /** Writes an object as the role of the destination. Throws AwsError where S3 or the role's policy refuses. */
  put(spec: DeliverySpec, key: string, body: Uint8Array): Promise<void>;
  /** Writes to the log group of the delivery stream. */
  log(spec: DeliverySpec, entry: object): void;
  /** Resolves at the next change: new records, or somebody who waits for the deliveries to catch up. */
  changed(): Promise<void>;
  /** Somebody waits for the deliveries to catch up: nothing is held back for a fuller object then. */
  hurry(): boolean;
  signal: AbortSignal;
  onError(error: unknown): void;
}

/** "Data Firehose retries for up to 24 hours": then what is in the buffer is lost. */
const RETRY_MS = 24 * 3_600_000;

/** AWS does not say how it waits between two tries. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 120_000;

/** Of one read: AWS calls GetRecords once a second for each shard, which gives at most 10,000 records. */
const READ_RECORDS = 10_000;

const NAMESPACE = 'AWS/Firehose';

const measuring =
  ({ measure }: DeliveryPorts, { name: deliveryStream }: DeliverySpec) =>
  (name: string, value: number, unit = 'Count'): void =>
    measure({ namespace: NAMESPACE, name, dimensions: { DeliveryStreamName: deliveryStream }, value, unit });

/** Delivers, object after object, until the signal is aborted. */
export const runDelivery = async (spec: DeliverySpec, ports: DeliveryPorts): Promise<void> => {
  const { signal, timer } = ports;
  while (!signal.aborted) {
    try {
      const gathered = await gather(spec, ports);
      if (gathered.records > 0) await deliver(gathered, spec, ports);
    } catch (error) {
      if (signal.aborted) return;
      ports.onError(error);
      await timer.sleep(FIRST_PAUSE_MS, signal).catch(() => {});
    }
  }
};

/** Reads until the buffer is full, or its interval has passed since its first record. */
const gather = async (spec: DeliverySpec, ports: DeliveryPorts): Promise<Gathered> => {
  const gathered = new Gathered(spec.delimiter);
  let endsMs = Number.POSITIVE_INFINITY;
  for (;;) {
    ports.signal.throwIfAborted();
    const changed = ports.changed();
    const more = readShards(gathered, spec, ports);
    if (gathered.records > 0 && endsMs === Number.POSITIVE_INFINITY)
      endsMs = ports.timer.now() + spec.bufferMs;
    const leftMs = endsMs - ports.timer.now();
    if (gathered.bytes >= spec.bufferBytes || leftMs <= 0) return gathered;
    if (more) continue;
    if (gathered.records > 0 && ports.hurry()) return gathered;
    await untilEither(changed, leftMs, ports);
  }
};

/** Reads once from every shard; says whether there may be more to read at once. */
const readShards = (gathered: Gathered, spec: DeliverySpec, ports: DeliveryPorts): boolean => {
  const count = measuring(ports, spec);
  let more = false;
  for (const { shardId } of ports.kinesis.shards(spec.streamArn)) {
    const maxBytes = spec.bufferBytes - gathered.bytes;
    if (maxBytes <= 0) return false;
    const after = gathered.position(shardId) ?? ports.store.position(spec.name, shardId) ?? 'TRIM_HORIZON';
    const limits = { maxRecords: READ_RECORDS, maxBytes };
    const read = ports.kinesis.readShard(spec.streamArn, shardId, after, limits);
    if (read.records.length === 0) continue;
    gathered.add(shardId, read.records);
    more = true;
    count('DataReadFromKinesisStream.Records', read.records.length);
    count(
      'DataReadFromKinesisStream.Bytes',
      read.records.reduce((sum, { data }) => sum + data.length, 0),
      'Bytes',
    );
    count('KinesisMillisBehindLatest', read.millisBehindLatest, 'Milliseconds');
  }
  return more;
};

/** In a thread of its own: an object of 128 MiB would hold up everything else that the emulator does. */
const zipped = promisify(gzip);

/** Writes the object until it is there: at least once, since a write whose answer is lost is repeated under a new name. */
const deliver = async (gathered: Gathered, spec: DeliverySpec, ports: DeliveryPorts): Promise<void> => {
  const { timer, signal } = ports;
  const content = gathered.content();
  const body = spec.gzip ? await zipped(content) : content;
  const givesUpMs = timer.now() + RETRY_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const key = objectKey({ ...spec, deliveryStream: spec.name }, gathered.oldestMs);
    const failure = await attempt(() => ports.put(spec, key, body));
    tell(failure, { gathered, body, spec, ports });
    if (failure === undefined || timer.now() >= givesUpMs) break;
    await timer.sleep(pauseMs, signal);
  }
  ports.store.reach(spec.name, gathered.positions());
};

type Failure = AwsError | StatesError;

/**
 * What S3 or the role's policy refuses, and what fault injection makes of a call. Anything else is a defect of the
 * emulator and is thrown: nothing is delivered then, so the records are read again.
 */
const attempt = async (put: () => Promise<void>): Promise<Failure | undefined> => {
  try {
    await put();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError || error instanceof StatesError) return error;
    throw error;
  }
};

interface Attempt {
  gathered: Gathered;
  body: Uint8Array;
  spec: DeliverySpec;
  ports: DeliveryPorts;
}

const tell = (failure: Failure | undefined, { gathered, body, spec, ports }: Attempt): void => {
  const count = measuring(ports, spec);
  count('DeliveryToS3.Success', failure === undefined ? 1 : 0);
  count('DeliveryToS3.DataFreshness', Math.max(0, ports.timer.now() - gathered.oldestMs) / 1_000, 'Seconds');
  if (failure === undefined) {
    count('DeliveryToS3.ObjectCount', 1);
    count('DeliveryToS3.Records', gathered.records);
    count('DeliveryToS3.Bytes', body.length, 'Bytes');
  } else ports.log(spec, errorEntry(failure, spec));
};

/** As "Monitor Firehose using CloudWatch Logs" shows them. */
const errorEntry = (failure: Failure, { name, version, bucket }: DeliverySpec) => ({
  deliveryStreamARN: deliveryStreamArn(name),
  destination: `arn:aws:s3:::${bucket}`,
  deliveryStreamVersionId: version,
  message: failure.message,
  errorCode: `S3.${failure instanceof AwsError ? failure.code : 'InternalError'}`,
});
