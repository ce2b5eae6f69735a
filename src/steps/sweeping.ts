import { mapAtMost } from '../atMost.ts';
import { type Partition, partitionPath } from '../events/envelope.ts';
import type { Clock, Ledger, ObjectStore } from '../ports.ts';

/** A query lives at most 30 minutes in Athena: an hour after it was replaced, nobody reads a build any more. */
const GRACE_MS = 60 * 60 * 1000;

/** Builds a run: more are left to the next one, so that a run after a large backfill keeps within its time. */
const MAX_BUILDS = 500;

export interface SweepingPorts {
  store: ObjectStore;
  ledger: Ledger;
  clock: Clock;
}

const sweepBuild = async (
  { partition, build }: { partition: Partition; build: string },
  { store, ledger }: SweepingPorts,
): Promise<number> => {
  const entry = await ledger.entry(partition);
  // Raw objects that come back, or a definition that is rolled back, give a build the name it had before: it may be
  // under way at this moment, its files written but not committed. A clean partition has no build under way but
  // forced ones, whose names are their own. So this one is left to a later run.
  if (entry?.dirty) return 0;
  // A build that is the committed one again (the ledger was restored, say) only leaves the list.
  const keep = entry?.committed?.build === build;
  const objects = keep ? [] : await store.list(`events/${partitionPath(partition)}/build=${build}/`);
  if (objects.length > 0) await store.remove(objects.map(({ key }) => key));
  // Forgotten only once the files are gone: a crash in between finds nothing to remove the next time.
  await ledger.forgetRetired(partition, build);
  return objects.length;
};

/** Removes the files of builds that were replaced an hour ago or earlier. `removed` counts files. */
export const sweepBuilds = async (ports: SweepingPorts): Promise<{ removed: number }> => {
  const before = new Date(ports.clock.now().getTime() - GRACE_MS);
  const builds = await ports.ledger.retiredBuilds(before, MAX_BUILDS);
  const removed = await mapAtMost(8, builds, (build) => sweepBuild(build, ports));
  return { removed: removed.reduce((sum, files) => sum + files, 0) };
};
