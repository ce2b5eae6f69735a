import { z } from 'zod';
import { AwsError, type Json, type JsonObject } from '../../contracts.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import { type Action, type Core, parse, streamOf } from '../core.ts';
import { sequenceNumber } from '../sequence.ts';
import type { Shard, Stream } from '../store.ts';

/** What AWS opens an on-demand stream with. */
const ON_DEMAND_SHARDS = 4;

const mode = z.object({ StreamMode: z.enum(['PROVISIONED', 'ON_DEMAND']) });

const createInput = z.object({
  StreamName: z.string().regex(/^[a-zA-Z0-9_.-]{1,128}$/),
  ShardCount: z.int().min(1).max(1_000).optional(),
  StreamModeDetails: mode.optional(),
});

const createStream: Action = (core, input) => {
  const { StreamName, ShardCount, StreamModeDetails } = parse(createInput, input);
  const onDemand = StreamModeDetails?.StreamMode === 'ON_DEMAND';
  const count = onDemand ? ON_DEMAND_SHARDS : (ShardCount ?? 1);
  const start = core.records.lastOfAll();
  core.streams.create(StreamName, onDemand ? 'ON_DEMAND' : 'PROVISIONED', count, core.now(), start);
  return {};
};

const deleteStream: Action = (core, input) => {
  core.streams.delete(streamOf(core, input));
  return {};
};

const listInput = z.object({
  Limit: z.int().min(1).max(10_000).default(100),
  ExclusiveStartStreamName: z.string().optional(),
  NextToken: z.string().optional(),
});

const listStreams: Action = (core, input) => {
  const { Limit, ExclusiveStartStreamName, NextToken } = parse(listInput, input);
  const after = NextToken ?? ExclusiveStartStreamName ?? '';
  const names = core.streams.names().filter((name) => name > after);
  const page = names.slice(0, Limit);
  const more = names.length > page.length;
  const summaries = page.map((name) => streamSummary(core.streams.get(name)));
  const next = more ? page.at(-1) : undefined;
  return jsonObject({
    StreamNames: page,
    HasMoreStreams: more,
    NextToken: next,
    StreamSummaries: summaries,
  });
};

const streamSummary = (stream: Stream): JsonObject => ({
  StreamName: stream.name,
  StreamARN: stream.arn,
  StreamStatus: 'ACTIVE',
  StreamModeDetails: { StreamMode: stream.mode },
  StreamCreationTimestamp: stream.createdMs / 1000,
});

const description = (stream: Stream): JsonObject => ({
  ...streamSummary(stream),
  RetentionPeriodHours: stream.retentionHours,
  EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
  EncryptionType: 'NONE',
});

const describeStreamSummary: Action = (core, input) => {
  const stream = streamOf(core, input);
  const open = stream.shards.filter((shard) => shard.end === null).length;
  return {
    StreamDescriptionSummary: { ...description(stream), OpenShardCount: open, ConsumerCount: 0 },
  };
};

const shardPage = z.object({
  Limit: z.int().min(1).max(10_000).default(100),
  ExclusiveStartShardId: z.string().optional(),
});

const describeStream: Action = (core, input) => {
  const stream = streamOf(core, input);
  const { Limit, ExclusiveStartShardId } = parse(shardPage, input);
  const shards = stream.shards.filter((shard) => shard.shardId > (ExclusiveStartShardId ?? ''));
  const page = shards.slice(0, Limit).map(shardDescription);
  const more = shards.length > page.length;
  return { StreamDescription: { ...description(stream), Shards: page, HasMoreShards: more } };
};

const shardDescription = (shard: Shard): Json =>
  jsonObject({
    ShardId: shard.shardId,
    ParentShardId: shard.parents[0],
    AdjacentParentShardId: shard.parents[1],
    HashKeyRange: { StartingHashKey: String(shard.low), EndingHashKey: String(shard.high) },
    SequenceNumberRange: jsonObject({
      StartingSequenceNumber: sequenceNumber(shard.start),
      EndingSequenceNumber: shard.end === null ? undefined : sequenceNumber(shard.end),
    }),
  });

const listShardsInput = z.object({
  NextToken: z.string().optional(),
  MaxResults: z.int().min(1).max(10_000).default(1_000),
  ExclusiveStartShardId: z.string().optional(),
  ShardFilter: z.object({ Type: z.string(), ShardId: z.string().optional() }).optional(),
});

const listShards: Action = (core, input) => {
  const { NextToken, MaxResults, ExclusiveStartShardId, ShardFilter } = parse(listShardsInput, input);
  // A token is `stream/last shard`: the next call gives nothing but the token.
  const [tokenStream, tokenShard] = NextToken?.split('/') ?? [];
  const stream = tokenStream === undefined ? streamOf(core, input) : core.streams.get(tokenStream);
  const filtered = stream.shards.filter((shard) => passes(shard, ShardFilter));
  const after = tokenShard ?? ExclusiveStartShardId ?? '';
  const shards = filtered.filter((shard) => shard.shardId > after);
  const page = shards.slice(0, MaxResults);
  const token = shards.length > page.length ? `${stream.name}/${page.at(-1)?.shardId}` : undefined;
  return jsonObject({ Shards: page.map(shardDescription), NextToken: token });
};

const passes = (
  shard: Shard,
  filter: { Type: string; ShardId?: string | undefined } | undefined,
): boolean => {
  if (filter?.Type === 'AT_LATEST') return shard.end === null;
  if (filter?.Type === 'AFTER_SHARD_ID') return shard.shardId > (filter.ShardId ?? '');
  return true;
};

const updateInput = z.object({ TargetShardCount: z.int().min(1).max(1_000) });

const updateShardCount: Action = (core, input) => {
  const stream = streamOf(core, input);
  const { TargetShardCount } = parse(updateInput, input);
  const CurrentShardCount = stream.shards.filter((shard) => shard.end === null).length;
  if (CurrentShardCount !== TargetShardCount) {
    core.streams.reshard(stream, TargetShardCount, core.records.lastOfAll());
    core.announce(stream);
  }
  return { StreamName: stream.name, StreamARN: stream.arn, CurrentShardCount, TargetShardCount };
};

const updateStreamMode: Action = (core, input) => {
  const { StreamModeDetails } = parse(z.object({ StreamModeDetails: mode }), input);
  core.streams.setMode(streamOf(core, input), StreamModeDetails.StreamMode);
  return {};
};

/** 24 hours to 365 days, as in AWS. */
const retentionInput = z.object({ RetentionPeriodHours: z.int().min(24).max(8_760) });

const setRetention =
  (allowed: (current: number, wanted: number) => boolean): Action =>
  (core: Core, input) => {
    const stream = streamOf(core, input);
    const { RetentionPeriodHours: hours } = parse(retentionInput, input);
    if (!allowed(stream.retentionHours, hours)) {
      const text = `Requested retention period (${hours} hours) is on the wrong side of the current one (${stream.retentionHours} hours).`;
      throw new AwsError('InvalidArgumentException', text);
    }
    core.streams.setRetention(stream, hours);
    return {};
  };

export const streamActions: Record<string, Action> = {
  CreateStream: createStream,
  DeleteStream: deleteStream,
  ListStreams: listStreams,
  DescribeStream: describeStream,
  DescribeStreamSummary: describeStreamSummary,
  ListShards: listShards,
  UpdateShardCount: updateShardCount,
  UpdateStreamMode: updateStreamMode,
  IncreaseStreamRetentionPeriod: setRetention((current, wanted) => wanted >= current),
  DecreaseStreamRetentionPeriod: setRetention((current, wanted) => wanted <= current),
};
