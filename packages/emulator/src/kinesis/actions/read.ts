import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import { type Action, type Core, parse, streamOf } from '../core.ts';
import { readAfter } from '../reader.ts';
import { sequenceIndex } from '../sequence.ts';
import type { Shard, Stream } from '../store.ts';

/** As in AWS: an iterator not used for five minutes is dead. */
const ITERATOR_LIFE_MS = 5 * 60_000;

/** What one GetRecords call gives at most. */
const MAX_READ_BYTES = 10 * 1024 * 1024;

const iteratorInput = z.object({
  ShardId: z.string(),
  ShardIteratorType: z.enum([
    'TRIM_HORIZON',
    'LATEST',
    'AT_SEQUENCE_NUMBER',
    'AFTER_SEQUENCE_NUMBER',
    'AT_TIMESTAMP',
  ]),
  StartingSequenceNumber: z.string().optional(),
  /** epoch seconds */
  Timestamp: z.number().optional(),
});

const getShardIterator: Action = (core, input) => {
  const stream = streamOf(core, input);
  const request = parse(iteratorInput, input);
  const shard = core.streams.shard(stream, request.ShardId);
  return { ShardIterator: writeIterator(stream, shard, startAfter(core, shard, request), core.now()) };
};

/** The n after which an iterator of that kind begins. */
const startAfter = (core: Core, shard: Shard, request: z.infer<typeof iteratorInput>): number => {
  const given = (): number => sequenceIndex(request.StartingSequenceNumber ?? '');
  switch (request.ShardIteratorType) {
    case 'TRIM_HORIZON':
      return 0;
    case 'LATEST':
      return core.records.lastOfAll();
    case 'AT_SEQUENCE_NUMBER':
      return given() - 1;
    case 'AFTER_SEQUENCE_NUMBER':
      return given();
    case 'AT_TIMESTAMP': {
      if (request.Timestamp === undefined) {
        throw new AwsError(
          'InvalidArgumentException',
          'Must specify timestamp parameter for iterator of type AT_TIMESTAMP.',
        );
      }
      const first = core.records.since(shard, request.Timestamp * 1000);
      return first === undefined ? core.records.lastOfAll() : first - 1;
    }
  }
};

const iteratorContent = z.tuple([z.string(), z.string(), z.number(), z.number()]);

const writeIterator = (stream: Stream, shard: Shard, n: number, nowMs: number): string =>
  Buffer.from(JSON.stringify([stream.arn, shard.shardId, n, nowMs])).toString('base64');

const readIterator = (text: string): z.infer<typeof iteratorContent> => {
  try {
    return iteratorContent.parse(JSON.parse(Buffer.from(text, 'base64').toString('utf8')));
  } catch (cause) {
    throw new AwsError('InvalidArgumentException', `Invalid ShardIterator (${String(cause).slice(0, 60)}).`);
  }
};

const getRecordsInput = z.object({
  ShardIterator: z.string(),
  Limit: z.int().min(1).max(10_000).default(10_000),
});

const getRecords: Action = (core, input) => {
  const { ShardIterator, Limit } = parse(getRecordsInput, input);
  const [arn, shardId, after, issuedMs] = readIterator(ShardIterator);
  const nowMs = core.now();
  if (nowMs - issuedMs > ITERATOR_LIFE_MS) {
    throw new AwsError('ExpiredIteratorException', 'Iterator expired: it is older than 5 minutes.');
  }
  const stream = core.streams.get(arn);
  const shard = core.streams.shard(stream, shardId);
  const read = readAfter(core, shard, after, Limit, MAX_READ_BYTES);
  return jsonObject({
    Records: read.records.map((record) => ({
      SequenceNumber: record.sequenceNumber,
      ApproximateArrivalTimestamp: record.arrivalMs / 1000,
      Data: Buffer.from(record.data).toString('base64'),
      PartitionKey: record.partitionKey,
    })),
    NextShardIterator: read.ended ? undefined : writeIterator(stream, shard, read.lastRead, nowMs),
    MillisBehindLatest: read.millisBehindLatest,
    ChildShards: read.ended ? childrenOf(stream, shard) : undefined,
  });
};

const childrenOf = (stream: Stream, shard: Shard): JsonObject[] =>
  stream.shards
    .filter((child) => child.parents.includes(shard.shardId))
    .map((child) => ({
      ShardId: child.shardId,
      ParentShards: child.parents,
      HashKeyRange: { StartingHashKey: String(child.low), EndingHashKey: String(child.high) },
    }));

export const readActions: Record<string, Action> = {
  GetShardIterator: getShardIterator,
  GetRecords: getRecords,
};
