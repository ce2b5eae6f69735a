import { noteDrift } from '../build/drift.ts';
import { PUBLISH_LEASE_MS } from '../build/locking.ts';
import { HeadraceError } from '../errors.ts';
import { buildOfKey, eventsFolder, rejectedByBuilds, rejectedKeys } from '../lake/layout.ts';
import { isPartition, type Partition, partitionValues } from '../lake/partition.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type {
  BuildCounts,
  LeftOver,
  ObservedSchemas,
  PartitionStates,
  RetiredFiles,
} from '../ports/ledger.ts';
import * as z from '../schema.ts';

const tally = z.int().check(z.nonnegative());
const filled = z.string().check(z.minLength(1));

/** Build's output and the execution's name. */
export const publishInput = z.object({
  execution: filled,
  partition: z.string().check(z.refine(isPartition)),
  build: filled,
  location: z.string().check(z.startsWith('s3://'), z.endsWith('/')),
  landings: tally,
  skipped: z.boolean(),
  digest: filled,
  counts: z.object({ raw: tally, curated: tally, duplicates: tally, rejected: tally }),
  rawBytes: tally,
  parquetBytes: tally,
  engine: z.string(),
  builtAt: z.string(),
  buildMs: z.number(),
});

export type PublishInput = z.infer<typeof publishInput>;

interface PublishOutput {
  partition: Partition;
  build: string;
  status: 'created' | 'moved' | 'unchanged';
  counts: BuildCounts;
  rawBytes: number;
  parquetBytes: number;
  newShapes: string[];
  newShapeCount: number;
  /** why the build's observed schema was not noted: the hour is published all the same */
  notNoted?: string;
}

/** The state machine carries the output on; drift beyond this is a number. */
const MAX_NEWS = 20;

interface PublishPorts {
  store: ObjectStore;
  catalog: Catalog;
  partitionStates: PartitionStates;
  retiredFiles: RetiredFiles;
  observedSchemas: ObservedSchemas;
  clock: Clock;
}

interface Replaced {
  builds: LeftOver;
  /** keys of rejected lines in the table quarantine */
  quarantined: string[];
}

/**
 * What other builds have left of this hour. Asked before the lock is renewed: nobody else had it since the build began
 * if that succeeds, so that nothing of this can belong to a build that is yet to be published.
 */
const replacedBy = async (
  { partition, build, counts }: PublishInput,
  { store, catalog }: PublishPorts,
): Promise<Replaced> => {
  const { shown } = rejectedKeys(partition, build, counts.rejected);
  const folders = await store.listFolders(eventsFolder(partition));
  const quarantined = await store.list(rejectedByBuilds(partition));
  const others = folders.flatMap((folder) => buildOfKey(folder) ?? []).filter((id) => id !== build);
  const location =
    others.length === 0 ? undefined : await catalog.partitionLocation('events', partitionValues(partition));
  const seen = location === undefined ? undefined : buildOfKey(location);
  return {
    builds: { shown: seen === build ? undefined : seen, others },
    quarantined: quarantined.map(({ key }) => key).filter((key) => counts.rejected === 0 || key !== shown),
  };
};

/**
 * Sends readers to the build, and its rejected lines into the table quarantine: first they come, then the partition
 * moves, then those of other builds go. So a line is never missing, and there twice only in between.
 */
const show = async (
  input: PublishInput,
  replaced: Replaced,
  { store, catalog, retiredFiles }: PublishPorts,
) => {
  const { partition, build, counts, skipped } = input;
  // Before the move: whoever ends in between has left a note of what readers saw until then.
  if (replaced.builds.others.length > 0) await retiredFiles.retireBuilds(partition, replaced.builds);
  const rejected = rejectedKeys(partition, build, counts.rejected);
  if (counts.rejected > 0 && !skipped) await store.copy(rejected.built, rejected.shown);
  const status = await catalog.pointPartition('events', partitionValues(partition), input.location);
  if (replaced.quarantined.length > 0) await store.remove(replaced.quarantined);
  return status;
};

/** Whatever goes wrong with it is no reason to fail an hour that readers see already. */
const drift = async (
  { partition, build, skipped }: PublishInput,
  ports: PublishPorts,
): Promise<Pick<PublishOutput, 'newShapes' | 'newShapeCount' | 'notNoted'>> => {
  if (skipped) return { newShapes: [], newShapeCount: 0 };
  try {
    const news = await noteDrift(partition, build, ports);
    return { newShapes: news.slice(0, MAX_NEWS), newShapeCount: news.length };
  } catch (error) {
    return { newShapes: [], newShapeCount: 0, notNoted: String(error) };
  }
};

/**
 * Makes a build the one that readers see: one call moves the partition, then the ledger records it and lets the lock
 * go, then the observed schema is noted. A crash in between is repaired by running it again. Throws Conflict, before
 * anything has moved, if the lock was lost meanwhile: another run may have published newer data, and readers must never
 * be moved back.
 */
export const publishBuild = async (ports: PublishPorts, input: PublishInput): Promise<PublishOutput> => {
  const { partitionStates, clock } = ports;
  const { partition, build, counts, rawBytes, parquetBytes } = input;
  const tally = { partition, build, counts, rawBytes, parquetBytes };
  const replaced = await replacedBy(input, ports);
  if (!(await partitionStates.renew(partition, input.execution, clock.now(), PUBLISH_LEASE_MS))) {
    // The commit before may have gone through and only its answer been lost: then all is done.
    const committed = (await partitionStates.entry(partition))?.committed?.build;
    if (committed === build) return { ...tally, status: 'unchanged', ...(await drift(input, ports)) };
    throw new HeadraceError(
      'Conflict',
      `Execution ${input.execution} lost the lock of ${partition} before build ${build} could be published; the next run builds it again.`,
    );
  }
  const status = await show(input, replaced, ports);
  const { digest, engine, builtAt, buildMs } = input;
  const committed = { build, digest, counts, rawBytes, parquetBytes, engine, builtAt, buildMs };
  try {
    await partitionStates.commit(partition, input.execution, input.landings, committed);
  } catch (error) {
    // A second call of the same Publish, overtaken in between: readers now see this build, the ledger a newer one.
    // The next run's build skips what is built already, and its Publish points readers to what the ledger says.
    const overtaken = error instanceof HeadraceError && error.name === 'Conflict';
    if (overtaken) await partitionStates.markStale(partition, clock.now());
    throw error;
  }
  return { ...tally, status, ...(await drift(input, ports)) };
};
