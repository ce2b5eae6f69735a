import type { Partition } from '../lake/partition.ts';
import type { Clock } from '../ports/clock.ts';
import type { PartitionStates } from '../ports/ledger.ts';
import { entriesOfDays } from './landed.ts';

interface Freshness {
  stale: number;
  /** how long the one that has been waiting longest has been waiting for its build; 0 when none waits */
  oldestSeconds: number;
}

/**
 * How long readers have been lacking events. Counts from the landing that made an hour stale, not from the hour itself:
 * imported history is old and fresh.
 */
export const freshnessOf = async (
  stale: readonly Partition[],
  { partitionStates, clock }: { partitionStates: PartitionStates; clock: Clock },
): Promise<Freshness> => {
  const wanted = new Set(stale);
  const entries = await entriesOfDays(partitionStates, stale);
  const since = entries.flatMap(({ partition, staleSince }) =>
    wanted.has(partition) && staleSince ? [Date.parse(staleSince)] : [],
  );
  const oldest = Math.min(clock.now().getTime(), ...since);
  return { stale: stale.length, oldestSeconds: Math.round((clock.now().getTime() - oldest) / 1_000) };
};
