import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ACCOUNT_ID } from '../../account.ts';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { transaction } from '../../database.ts';
import { meterOf } from '../../meter.ts';
import { type Action, type Core, parse, streamOf } from '../core.ts';
import { recordBytes } from '../records.ts';
import { sequenceNumber } from '../sequence.ts';
import type { Shard, Stream } from '../store.ts';

/** A stream takes records of at most this, partition key included, unless its owner raises it. */
const MAX_RECORD_BYTES = 1024 * 1024;

/** Of one PutRecords call, partition keys included. */
const MAX_CALL_BYTES = 10 * 1024 * 1024;

const record = z.object({
  Data: z.base64().transform((text) => Buffer.from(text, 'base64')),
  PartitionKey: z.string().min(1).max(256),
  ExplicitHashKey: z
    .string()
    .regex(/^(0|[1-9]\d{0,38})$/)
    .optional(),
});

type Entry = z.infer<typeof record>;

const putRecordsInput = z.object({ Records: z.array(record).min(1).max(500) });

const putRecord: Action = (core, input) => {
  const stream = streamOf(core, input);
  const entry = parse(record, input);
  checkSizes([entry]);
  const outcome = store(core, stream, [entry])[0] ?? {};
  if (outcome.ErrorCode !== undefined) {
    throw new AwsError(String(outcome.ErrorCode), String(outcome.ErrorMessage));
  }
  return outcome;
};

const putRecords: Action = (core, input) => {
  const stream = streamOf(core, input);
  const { Records } = parse(putRecordsInput, input);
  checkSizes(Records);
  const outcomes = store(core, stream, Records);
  const FailedRecordCount = outcomes.filter((outcome) => outcome.ErrorCode !== undefined).length;
  return { FailedRecordCount, Records: outcomes, EncryptionType: 'NONE' };
};

const checkSizes = (entries: readonly Entry[]): void => {
  let total = 0;
  for (const [index, entry] of entries.entries()) {
    const bytes = recordBytes(entry.Data, entry.PartitionKey);
    total += bytes;
    if (bytes > MAX_RECORD_BYTES) {
      const where = `Value at 'records.${index + 1}.member.data'`;
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: ${where} failed to satisfy constraint: Member must have length less than or equal to ${MAX_RECORD_BYTES}`,
      );
    }
  }
  if (total > MAX_CALL_BYTES) {
    throw new AwsError('InvalidArgumentException', `Records size exceeds ${MAX_CALL_BYTES} bytes`);
  }
};

/** One transaction for the whole call: after the answer everything taken is there, kill -9 or not. */
const store = (core: Core, stream: Stream, entries: readonly Entry[]): JsonObject[] => {
  const nowMs = core.now();
  const added = new Map<Shard, number>();
  const outcomes = transaction(core.db, () => {
    const results = entries.map((entry) => append(core, stream, entry, nowMs, added));
    for (const [shard, bytes] of added) core.streams.setBytes(shard, shard.bytes + bytes);
    return results;
  });
  measurePut(core, stream, entries, outcomes);
  if (added.size > 0) core.announce(stream);
  return outcomes;
};

const measurePut = (
  { measure }: Core,
  { name }: Stream,
  entries: readonly Entry[],
  outcomes: readonly JsonObject[],
): void => {
  const meter = meterOf(measure, 'AWS/Kinesis', { StreamName: name });
  const taken = entries.filter((_, i) => outcomes[i]?.ErrorCode === undefined);
  const bytes = taken.reduce((sum, { Data, PartitionKey }) => sum + recordBytes(Data, PartitionKey), 0);
  meter('IncomingRecords', taken.length);
  meter('IncomingBytes', bytes, 'Bytes');
  meter('WriteProvisionedThroughputExceeded', entries.length - taken.length);
};

const append = (
  core: Core,
  stream: Stream,
  entry: Entry,
  nowMs: number,
  added: Map<Shard, number>,
): JsonObject => {
  const shard = shardFor(stream, entry);
  const bytes = recordBytes(entry.Data, entry.PartitionKey);
  if (core.limits !== undefined && !core.limits.take(shard.id, bytes, nowMs)) {
    return {
      ErrorCode: 'ProvisionedThroughputExceededException',
      ErrorMessage: `Rate exceeded for shard ${shard.shardId} in stream ${stream.name} under account ${ACCOUNT_ID}.`,
    };
  }
  const n = core.records.append(shard, nowMs, entry.PartitionKey, entry.Data);
  added.set(shard, (added.get(shard) ?? 0) + bytes);
  return { SequenceNumber: sequenceNumber(n), ShardId: shard.shardId };
};

const shardFor = (stream: Stream, entry: Entry): Shard => {
  const hash =
    entry.ExplicitHashKey === undefined
      ? BigInt(`0x${createHash('md5').update(entry.PartitionKey).digest('hex')}`)
      : BigInt(entry.ExplicitHashKey);
  const shard = stream.shards.find(
    (candidate) => candidate.end === null && candidate.low <= hash && hash <= candidate.high,
  );
  if (shard === undefined) {
    throw new AwsError('InvalidArgumentException', `ExplicitHashKey ${hash} is beyond the hash key space.`);
  }
  return shard;
};

export const putActions: Record<string, Action> = { PutRecord: putRecord, PutRecords: putRecords };
