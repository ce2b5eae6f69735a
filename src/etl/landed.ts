import { mapAtMost } from '../atMost.ts';
import { dayOfKey, partitionOfKey, RAW } from '../lake/layout.ts';
import { dayOf, daysOf, nextDay, type Partition } from '../lake/partition.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { PartitionStates } from '../ports/ledger.ts';

/**
 * Hours of the range (`to` exclusive) that have raw objects, ascending. Lists only the folders of days that are there,
 * some days at a time, and stops soon after there are more than `limit`: what it gives then is not all.
 */
export const landedIn = async (
  store: ObjectStore,
  range: { from: Partition; to: Partition },
  limit = Number.POSITIVE_INFINITY,
): Promise<Partition[]> => {
  const { from, to } = range;
  const folders = await store.listFolders(RAW);
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

/**
 * Of these partitions those that are stale, were never built, or were last built before `builtBefore` (ISO, if there
 * is one). Asks the ledger day by day.
 */
export const unbuilt = async (
  partitionStates: PartitionStates,
  partitions: readonly Partition[],
  builtBefore = '',
): Promise<Partition[]> => {
  const days = daysOf(partitions);
  const entries = await mapAtMost(8, days, (day) =>
    partitionStates.entries(`${day}T00`, `${nextDay(day)}T00`),
  );
  const built = new Set(
    entries
      .flat()
      .filter(({ stale, committed }) => !stale && committed !== null && committed.builtAt >= builtBefore)
      .map(({ partition }) => partition),
  );
  return partitions.filter((partition) => !built.has(partition));
};
