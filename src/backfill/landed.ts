import { mapAtMost } from '../atMost.ts';
import { nextDay } from '../etl/runInput.ts';
import { isPartition, type Partition } from '../events/envelope.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { PartitionStates } from '../ports/ledger.ts';

/** `raw/dt=2026-11-01/hr=05/` → `2026-11-01T05`; undefined for a folder that is none of ours. */
const partitionOfFolder = (folder: string): Partition | undefined => {
  const partition = folder.replace(/^raw\/dt=(.*)\/hr=(.*)\/$/, '$1T$2');
  return isPartition(partition) ? partition : undefined;
};

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
  const folders = await store.listFolders('raw/');
  const days = folders.filter((folder) => {
    const day = folder.slice('raw/dt='.length, -1);
    return day >= from.slice(0, 10) && day <= to.slice(0, 10);
  });
  const found: Partition[] = [];
  for (let at = 0; at < days.length && found.length <= limit; at += 8) {
    const hours = await Promise.all(days.slice(at, at + 8).map((day) => store.listFolders(day)));
    const partitions = hours.flat().flatMap((folder) => partitionOfFolder(folder) ?? []);
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
  const days = [...new Set(partitions.map((partition) => partition.slice(0, 10)))];
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
