import { transaction } from '../database.ts';
import type { Core } from './core.ts';
import type { Shard } from './store.ts';

const HOUR_MS = 3_600_000;

/** Removes what is past the stream's retention. */
export const trimByAge = (core: Core): void => {
  for (const stream of core.streams.all()) {
    const oldest = core.now() - stream.retentionHours * HOUR_MS;
    for (const shard of stream.shards) remove(core, shard, (_n, arrivalMs) => arrivalMs < oldest);
  }
};

/** Removes oldest records before n while the shard holds more than `keepBytes`. */
export const trimPassed = (core: Core, shard: Shard, beforeN: number, keepBytes: number): void => {
  if (shard.bytes <= keepBytes) return;
  remove(core, shard, (n, _arrivalMs, freed) => n < beforeN && shard.bytes - freed > keepBytes);
};

const remove = (
  core: Core,
  shard: Shard,
  mayGo: (n: number, arrivalMs: number, freed: number) => boolean,
): void => {
  if (shard.bytes === 0) return;
  transaction(core.db, () => {
    const freed = core.records.removeOldest(shard, mayGo);
    if (freed > 0) core.streams.setBytes(shard, Math.max(0, shard.bytes - freed));
  });
};
