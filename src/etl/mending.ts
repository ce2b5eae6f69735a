import { mapAtMost } from '../atMost.ts';
import { DAY_MS, HOUR_MS, timestampOf } from '../json/instants.ts';
import { buildFolder, buildOfKey, rejectedByBuilds } from '../lake/layout.ts';
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

/** Hours whose builds were replaced within about the last hour, of any age. A run publishes no more. */
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
  /** builds whose rejected lines stand in quarantine; looked for only where a build was replaced */
  rejectedBy: readonly string[];
}

/** Readers do not see the build that is committed, or see more than that, and no run is about to publish the hour. */
const isWrong = ({ partition, entry, location, rejectedBy }: Shown, store: ObjectStore): boolean => {
  if (entry === undefined || entry.stale || entry.committed === null) return false;
  const { build } = entry.committed;
  return location !== store.uri(buildFolder(partition, build)) || rejectedBy.some((other) => other !== build);
};

/** The ledger first: what is published while we look makes the hour look stale, or is there at the second look. */
const look = async (
  partition: Partition,
  { store, partitionStates, catalog }: Pick<MendingPorts, 'store' | 'partitionStates' | 'catalog'>,
): Promise<Shown> => {
  const entry = await partitionStates.entry(partition);
  const location = await catalog.partitionLocation('events', partitionValues(partition));
  const rejected = await store.list(rejectedByBuilds(partition));
  return { partition, entry, location, rejectedBy: rejected.flatMap(({ key }) => buildOfKey(key) ?? []) };
};

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
    rejectedBy: [],
  }));
};

/** Only of an hour that was published again can an earlier build come back. */
const lookAtReplaced = async (ports: MendingPorts): Promise<Shown[]> => {
  // Those of this moment as well.
  const before = new Date(ports.clock.now().getTime() + HOUR_MS);
  const replaced = await ports.retiredFiles.retiredBuilds(before, MAX_REPLACED);
  const partitions = new Set(replaced.map(({ partition }) => partition));
  return mapAtMost(8, [...partitions], (partition) => look(partition, ports));
};

/**
 * Compares what readers see with what the ledger has committed, of the hours of the last days and of those whose builds
 * were replaced lately. A call to Glue that takes effect only after a newer build was published sends readers back to
 * an older one, and a copy to quarantine that does brings back the rejected lines of one. Nobody would notice: the hour
 * is not stale. It is marked as stale here, so that the next build (which finds nothing to do) and its publication put
 * both right.
 *
 * Looks twice, since another run may be publishing. Gives the hours it has marked.
 */
export const mendShown = async (ports: MendingPorts): Promise<Partition[]> => {
  const replaced = await lookAtReplaced(ports);
  const known = new Set(replaced.map(({ partition }) => partition));
  const recent = (await lookAtRecent(ports)).filter(({ partition }) => !known.has(partition));
  const suspects = [...recent, ...replaced].filter((shown) => isWrong(shown, ports.store));
  const again = await mapAtMost(8, suspects, ({ partition }) => look(partition, ports));
  const wrong = again.filter((shown) => isWrong(shown, ports.store)).map(({ partition }) => partition);
  await mapAtMost(8, wrong, (partition) => ports.partitionStates.markStale(partition, ports.clock.now()));
  return wrong;
};
