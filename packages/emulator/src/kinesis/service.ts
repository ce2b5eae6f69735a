import type { DatabaseSync } from 'node:sqlite';
import type { Measure } from '../contracts.ts';
import { findAction } from '../endpoint/actions.ts';
import { putActions } from './actions/put.ts';
import { readActions } from './actions/read.ts';
import { streamActions } from './actions/streams.ts';
import type { Action, Core } from './core.ts';
import { readAfter } from './reader.ts';
import { Records } from './records.ts';
import { sequenceIndex, sequenceNumber } from './sequence.ts';
import { Streams } from './store.ts';
import { ShardLimits } from './throttle.ts';
import { trimByAge, trimPassed } from './trim.ts';
import type { Kinesis, ShardPosition } from './types.ts';

export interface KinesisOptions {
  db: DatabaseSync;
  /** Epoch milliseconds; the emulator's clock. */
  now: () => number;
  /** Hold each shard to 1,000 records and 1 MiB a second, as AWS does. Default false. */
  throttle?: boolean;
  measure?: Measure;
  /** How much a shard keeps of what every mapping has passed. Default 64 MiB. */
  keepBytes?: number;
}

const KEEP_BYTES = 64 * 1024 * 1024;

/** How often the retention is looked after, while records come in. */
const AGE_CHECK_MS = 60_000;

export const kinesisActions: Readonly<Record<string, Action>> = {
  ...streamActions,
  ...putActions,
  ...readActions,
};

/** Kinesis Data Streams over the emulator's database. */
export const openKinesis = (options: KinesisOptions): Kinesis => {
  const { db, now, keepBytes = KEEP_BYTES } = options;
  const listeners = new Set<(stream: string) => void>();
  const others = new Set<{ stream: string; reached: (shardId: string) => string }>();
  let agesCheckedMs = now();
  const core: Core = {
    db,
    now,
    measure: options.measure,
    streams: new Streams(db),
    records: new Records(db),
    limits: options.throttle === true ? new ShardLimits() : undefined,
    announce: (stream) => {
      if (now() - agesCheckedMs >= AGE_CHECK_MS) {
        agesCheckedMs = now();
        trimByAge(core);
      }
      for (const listener of listeners) listener(stream.name);
    },
  };
  const startOf = (position: ShardPosition): number => {
    if (position === 'TRIM_HORIZON') return 0;
    return position === 'LATEST' ? core.records.lastOfAll() : sequenceIndex(position);
  };
  return {
    name: 'kinesis',
    targetPrefix: 'Kinesis_20131202',
    jsonVersion: '1.1',
    call: async (action, input) => findAction('Kinesis', kinesisActions, action)(core, input),
    shards: (stream) =>
      core.streams.get(stream).shards.map((shard) => ({
        shardId: shard.shardId,
        open: shard.end === null,
        parentShardIds: shard.parents,
      })),
    readShard: (stream, shardId, after, { maxRecords, maxBytes }) => {
      const shard = core.streams.shard(core.streams.get(stream), shardId);
      const read = readAfter(core, shard, startOf(after), maxRecords, maxBytes);
      const { records, millisBehindLatest, ended } = read;
      return { records, millisBehindLatest, ended, next: sequenceNumber(read.lastRead) };
    },
    onRecords: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    trim: (stream, shardId, beforeSequence) => {
      const shard = core.streams.shard(core.streams.get(stream), shardId);
      const reached = [...others]
        .filter((other) => other.stream === stream)
        .map((other) => other.reached(shardId));
      // Sequence numbers have one length: text order is their order.
      const least = reached.reduce(
        (least, sequence) => (sequence < least ? sequence : least),
        beforeSequence,
      );
      if (least !== '') trimPassed(core, shard, sequenceIndex(least), keepBytes);
    },
    holdBack: (stream, reached) => {
      const other = { stream, reached };
      others.add(other);
      return () => others.delete(other);
    },
  };
};
