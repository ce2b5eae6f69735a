import { mapAtMost } from '../atMost.ts';
import { DAY_MS, HOUR_MS, timestampOf } from '../json/instants.ts';
import { buildFolder } from '../lake/layout.ts';
import {
  dayOf,
  hourAfter,
  type Partition,
  partitionOf,
  partitionOfValues,
  partitionValues,
} from '../lake/partition.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { LedgerEntry, PartitionStates, RetiredFiles } from '../ports/ledger.ts';

/** Hours that are compared whether or not anything of them was replaced lately: two calls for all of them. */
const RECENT_MS = 2 * DAY_MS;

/** Hours beyond these whose builds were replaced within about the last hour. A run publishes no more. */
const MAX_REPLACED = 500;

interface MendingPorts {
  store: ObjectStore;
  catalog: Catalog;
  partitionStates: PartitionStates;
  retiredFiles: RetiredFiles;
  clock: Clock;
}

interface Shown {
  partition: Partition;
  entry: LedgerEntry | undefined;
  location: string | undefined;
}

/** Readers are sent elsewhere than to the build that is committed, and no run is about to publish the hour. */
const isWrong = ({ partition, entry, location }: Shown, store: ObjectStore): boolean => {
  if (entry === undefined || entry.stale || entry.committed === null) return false;
  return location !== store.uri(buildFolder(partition, entry.committed.build));
};

const look = async (
  partition: Partition,
  { partitionStates, catalog }: Pick<MendingPorts, 'partitionStates' | 'catalog'>,
): Promise<Shown> => ({
  partition,
  entry: await partitionStates.entry(partition),
  location: await catalog.partitionLocation('events', partitionValues(partition)),
});

const lookAtRecent = async ({ partitionStates, catalog, clock }: MendingPorts): Promise<Shown[]> => {
  const now = clock.now().getTime();
  const from = partitionOf(timestampOf(now - RECENT_MS));
  const to = hourAfter(partitionOf(timestampOf(now)));
  const entries = await partitionStates.entries(from, to);
  const published = await catalog.partitionLocations('events', dayOf(from), dayOf(to));
  const locations = new Map(
    published.map(({ values, location }) => [partitionOfValues(values), location] as const),
  );
  return entries.map((entry) => ({
    partition: entry.partition,
    entry,
    location: locations.get(entry.partition),
  }));
};

/** Older hours: only of one that was published again can an earlier build come back. */
const lookAtReplaced = async (recent: ReadonlySet<Partition>, ports: MendingPorts): Promise<Shown[]> => {
  // Those of this moment as well.
  const before = new Date(ports.clock.now().getTime() + HOUR_MS);
  const replaced = await ports.retiredFiles.retiredBuilds(before, MAX_REPLACED);
  const partitions = new Set(replaced.map(({ partition }) => partition));
  return mapAtMost(8, [...partitions.difference(recent)], (partition) => look(partition, ports));
};

/**
 * Compares what the table shows with what the ledger has committed, of the hours of the last days and of those whose
 * builds were replaced lately. A call to Glue that takes effect only after a newer build was published sends readers
 * back to an older one, and nobody would notice: the hour is not stale. It is marked as stale here, so that the next
 * build (which finds nothing to do) and its publication send readers to the right one.
 *
 * Looks twice, since another run may be publishing. Gives the hours it has marked.
 */
export const mendShown = async (ports: MendingPorts): Promise<Partition[]> => {
  const recent = await lookAtRecent(ports);
  const known = new Set(recent.map(({ partition }) => partition));
  const all = [...recent, ...(await lookAtReplaced(known, ports))];
  const suspects = all.filter((shown) => isWrong(shown, ports.store));
  const again = await mapAtMost(8, suspects, ({ partition }) => look(partition, ports));
  const wrong = again.filter((shown) => isWrong(shown, ports.store)).map(({ partition }) => partition);
  await mapAtMost(8, wrong, (partition) => ports.partitionStates.markStale(partition, ports.clock.now()));
  return wrong;
};
