import { mapAtMost } from '../atMost.ts';
import { dayOfKey, EVENTS, partitionOfKey, RAW } from '../lake/layout.ts';
import { dayOf, daysOf, nextDay, type Partition } from '../lake/partition.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { LedgerEntry, PartitionStates } from '../ports/ledger.ts';

interface Range {
  from: Partition;
  to: Partition;
}

/**
 * Hours of the range (`to` exclusive) with a folder of a kind, ascending. Lists only the folders of days that are
 * there, some days at a time, and stops soon after there are more than `limit`: what it gives then is not all.
 */
const hoursOf = async (
  store: ObjectStore,
  kind: string,
  range: Range,
  limit: number,
): Promise<Partition[]> => {
  const { from, to } = range;
  const folders = await store.listFolders(kind);
  const days = folders.filter((folder) => {
    const day = dayOfKey(folder);
    return day !== undefined && day >= dayOf(from) && day <= dayOf(to);
  });
  const found: Partition[] = [];
  for (let at = 0; at < days.length && found.length <= limit; at += 8) {
    const hours = await Promise.all(days.slice(at, at + 8).map((day) => store.listFolders(day)));
    const partitions = hours.flat().flatMap((folder) => partitionOfKey(folder) ?? []);
    found.push(...partitions.filter((partition) => partition >= from && partition < to));
  }
  return found.sort();
};

/** Hours of the range that have raw objects; when there are more than `limit`, not all. */
export const landedIn = (
  store: ObjectStore,
  range: Range,
  limit = Number.POSITIVE_INFINITY,
): Promise<Partition[]> => hoursOf(store, RAW, range, limit);

/** What the ledger has of all hours of the days that these partitions are of. */
export const entriesOfDays = async (
  partitionStates: Pick<PartitionStates, 'entries'>,
  partitions: readonly Partition[],
): Promise<LedgerEntry[]> => {
  const days = await mapAtMost(8, daysOf(partitions), (day) =>
    partitionStates.entries(`${day}T00`, `${nextDay(day)}T00`),
  );
  return days.flat();
};

/**
 * Hours of the range that have a build and no raw object any more, and are stale: all they had was taken back
 * (`headrace import undo`). Their next build is empty. Where raw objects have expired nothing is stale.
 */
export const emptiedIn = async (
  store: ObjectStore,
  partitionStates: PartitionStates,
  range: Range,
  landed: readonly Partition[],
): Promise<Partition[]> => {
  const raw = new Set(landed);
  const built = await hoursOf(store, EVENTS, range, Number.POSITIVE_INFINITY);
  const bare = built.filter((partition) => !raw.has(partition));
  const entries = await entriesOfDays(partitionStates, bare);
  const stale = new Set(entries.flatMap((entry) => (entry.stale ? [entry.partition] : [])));
  return bare.filter((partition) => stale.has(partition));
};

/**
 * Of these partitions those that are stale, were never built, or were last built before `builtBefore` (ISO, if there
 * is one). Asks the ledger day by day.
 */
export const unbuilt = async (
  partitionStates: PartitionStates,
  partitions: readonly Partition[],
  builtBefore = '',
): Promise<Partition[]> => {
  const entries = await entriesOfDays(partitionStates, partitions);
  const built = new Set(
    entries
      .filter(({ stale, committed }) => !stale && committed !== null && committed.builtAt >= builtBefore)
      .map(({ partition }) => partition),
  );
  return partitions.filter((partition) => !built.has(partition));
};
