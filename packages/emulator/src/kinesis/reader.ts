import type { Core } from './core.ts';
import { sequenceNumber } from './sequence.ts';
import type { Shard } from './store.ts';
import type { ShardRecord } from './types.ts';

interface ReadAfter {
  records: ShardRecord[];
  /** n to read on from */
  lastRead: number;
  millisBehindLatest: number;
  ended: boolean;
}

/** Records of a shard after n, and how far that is from its tip. */
export const readAfter = (
  core: Core,
  shard: Shard,
  after: number,
  maxRecords: number,
  maxBytes: number,
): ReadAfter => {
  const found = core.records.after(shard, after, maxRecords, maxBytes);
  const newest = found.at(-1);
  const lastRead = newest?.n ?? after;
  const caughtUp = core.records.last(shard) <= lastRead;
  const records = found.map(({ n, partitionKey, arrivalMs, data }) => ({
    sequenceNumber: sequenceNumber(n),
    partitionKey,
    arrivalMs,
    data,
  }));
  const behind = newest === undefined || caughtUp ? 0 : Math.max(0, core.now() - newest.arrivalMs);
  return { records, lastRead, millisBehindLatest: behind, ended: caughtUp && shard.end !== null };
};
