import type { Kinesis, ShardPosition } from './types.ts';

/** How far a reader of a shard is behind, as everybody who reads tells it. */
export interface Lag {
  /** nothing comes after the position */
  atTip: boolean;
  millisBehindLatest: number;
}

export const lagAt = (
  kinesis: Pick<Kinesis, 'readShard'>,
  { streamArn, shardId, now }: { streamArn: string; shardId: string; now: number },
  position: ShardPosition,
): Lag => {
  const [next] = kinesis.readShard(streamArn, shardId, position, { maxRecords: 1, maxBytes: 1 }).records;
  return {
    atTip: next === undefined,
    millisBehindLatest: next === undefined ? 0 : Math.max(0, now - next.arrivalMs),
  };
};
