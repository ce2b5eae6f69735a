import { mapAtMost } from '../atMost.ts';
import { buildFolder, buildOfKey, martDayFolder } from '../lake/layout.ts';
import { type Partition, partitionValues } from '../lake/partition.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { PartitionStates, RetiredFiles, RetiredMartRun } from '../ports/ledger.ts';

/** A query lives at most 30 minutes in Athena: an hour after it was replaced, nobody reads a build any more. */
const GRACE_MS = 60 * 60 * 1000;

/**
 * Files of a mart may be another run's that is yet to publish them: half an hour of UNLOAD, and PublishMart's retries.
 */
const MART_GRACE_MS = 2 * GRACE_MS;

/** Builds a run, and files of marts. More are left to the next: a run after a large backfill keeps within its time. */
const MAX_A_RUN = 500;

interface SweepingPorts {
  store: ObjectStore;
  partitionStates: PartitionStates;
  retiredFiles: RetiredFiles;
  catalog: Catalog;
  clock: Clock;
  /** those that there are: another was removed with its table, and nobody may ask for that any more */
  marts: readonly string[];
}

const removeAll = async (prefix: string, store: ObjectStore): Promise<number> => {
  const objects = await store.list(prefix);
  if (objects.length > 0) await store.remove(objects.map(({ key }) => key));
  return objects.length;
};

/**
 * A build that is committed, or that readers are sent to all the same (a run ended between pointing and committing),
 * only leaves the list: the publication that replaces it notes it again. Nobody makes a build of this name once more:
 * see buildIdOf.
 */
const sweepBuild = async (
  { partition, build }: { partition: Partition; build: string },
  { store, partitionStates, retiredFiles, catalog }: SweepingPorts,
): Promise<number> => {
  const entry = await partitionStates.entry(partition);
  const location = await catalog.partitionLocation('events', partitionValues(partition));
  const inUse = entry?.committed?.build === build || buildOfKey(location ?? '') === build;
  const removed = inUse ? 0 : await removeAll(buildFolder(partition, build), store);
  // Forgotten only once the files are gone: a crash in between finds nothing to remove the next time.
  await retiredFiles.forgetBuild(partition, build);
  return removed;
};

const sweepMartRun = async (
  retired: RetiredMartRun,
  { store, retiredFiles, catalog, marts }: SweepingPorts,
): Promise<number> => {
  const { mart, day, run } = retired;
  const folder = martDayFolder(mart, run, day);
  const shown = marts.includes(mart) ? await catalog.partitionLocation(mart, [day]) : undefined;
  const inUse = shown === store.uri(folder);
  const removed = inUse ? 0 : await removeAll(folder, store);
  await retiredFiles.forgetMartRun(retired);
  return removed;
};

/** Removes the files of builds and marts that were replaced long enough ago. `removed` counts files. */
export const sweepReplaced = async (ports: SweepingPorts): Promise<{ removed: number }> => {
  const now = ports.clock.now().getTime();
  const builds = await ports.retiredFiles.retiredBuilds(new Date(now - GRACE_MS), MAX_A_RUN);
  const runs = await ports.retiredFiles.retiredMartRuns(new Date(now - MART_GRACE_MS), MAX_A_RUN);
  const removed = [
    ...(await mapAtMost(8, builds, (build) => sweepBuild(build, ports))),
    ...(await mapAtMost(8, runs, (run) => sweepMartRun(run, ports))),
  ];
  return { removed: removed.reduce((sum, files) => sum + files, 0) };
};
