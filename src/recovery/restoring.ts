import { mapAtMost } from '../atMost.ts';
import { inputsOf, readRecord } from '../build/record.ts';
import { buildOfKey, rawFolder, rowsOfKey } from '../lake/layout.ts';
import { daysOf, type Partition } from '../lake/partition.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { CommittedBuild, PartitionStates } from '../ports/ledger.ts';
import type { Stored } from './balance.ts';
import { type Range, storedIn } from './reconciling.ts';

/** Hours at the same time: one HEAD and two small writes each. */
const PARALLEL = 16;

interface RestoringPorts {
  store: ObjectStore;
  partitionStates: PartitionStates;
  catalog: Catalog;
  clock: Clock;
}

/** What is, or would be, done for one hour. */
interface Restoration {
  partition: Partition;
  /** the published build goes back into the ledger; undefined: the ledger has one, or nothing is published */
  build: CommittedBuild | undefined;
  /** other builds with files: they are removed an hour later, as builds are that were replaced */
  retired: string[];
  landings: number;
  /** raw objects are not those of the build: the next run builds this hour */
  stale: boolean;
  /** why nothing could be decided; somebody has to look */
  undecided: string | undefined;
}

export interface Restored {
  restored: Restoration[];
  stale: Partition[];
  undecided: Restoration[];
  /** hours whose entry is as it should be, or which a run has taken care of meanwhile */
  untouched: number;
  pendingDays: string[];
}

const rowsOf = (stored: Stored): number =>
  stored.raw.reduce((sum, { key }) => sum + (rowsOfKey(key) ?? 0), 0);

/**
 * Hours the ledger knows a build of, or that were never published. Fewer raw rows than were built are no reason to
 * build again: the build would fail on it. `reconcile` names them.
 */
const staleByCounts = (stored: Stored): boolean => {
  const committed = stored.entry?.committed ?? null;
  if (committed === null) return stored.raw.length > 0;
  const bytes = stored.raw.reduce((sum, object) => sum + object.bytes, 0);
  const now = rowsOf(stored);
  return now > committed.counts.raw || (now === committed.counts.raw && bytes !== committed.rawBytes);
};

/** The build readers see, as its files tell: each has the record of all. */
const published = async (stored: Stored, store: ObjectStore) => {
  const files = stored.parquet.filter(({ key }) => key.startsWith(stored.location ?? 'nowhere'));
  const [file] = files;
  const counts = files.map(({ key }) => rowsOfKey(key));
  if (file === undefined || counts.includes(undefined)) return { rows: undefined, record: undefined };
  const rows = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const record = readRecord(await store.metadata(file.key));
  // Files that are missing, or others among them: then nothing here says what readers see.
  return { rows, record: record?.committed.counts.curated === rows ? record : undefined };
};

/** Pure but for one HEAD. Whatever the ledger already knows of an hour is left as it is. */
const decide = async (stored: Stored, store: ObjectStore): Promise<Restoration> => {
  const { partition, entry, raw, location, parquet } = stored;
  const nothing = { partition, build: undefined, retired: [], landings: raw.length, undecided: undefined };
  const clean = entry?.stale !== true;
  if (location === undefined || (entry?.committed ?? null) !== null) {
    return { ...nothing, stale: clean && staleByCounts(stored) };
  }
  const { rows, record } = await published(stored, store);
  const ours = record !== undefined && buildOfKey(location) === record.committed.build;
  if (ours) {
    const { committed, inputs } = record;
    const builds = new Set(parquet.map(({ key }) => buildOfKey(key)).filter((id) => id !== undefined));
    builds.delete(committed.build);
    const changed = inputs !== inputsOf(raw) && rowsOf(stored) >= committed.counts.raw;
    return { ...nothing, build: committed, retired: [...builds].sort(), stale: clean && changed };
  }
  // Without its counts a build can only be made again, if what it was made of is still there.
  if (rows !== undefined && raw.length > 0 && rowsOf(stored) >= rows) return { ...nothing, stale: clean };
  const undecided = `the table shows ${location}, whose files do not tell their counts, and ${rawFolder(partition)} has ${rowsOf(stored)} rows, too few to build it again`;
  return { ...nothing, stale: false, undecided };
};

/** The build first: a mark is then compared with something, and a crash in between is repaired by the next try. */
const write = async (one: Restoration, { partitionStates, clock }: RestoringPorts): Promise<Restoration> => {
  const { partition, build, retired, landings } = one;
  const done =
    build !== undefined && (await partitionStates.restore(partition, { build, retired, landings }));
  if (one.stale) await partitionStates.markStale(partition, clock.now());
  return done ? one : { ...one, build: undefined };
};

/**
 * Puts a lost or damaged ledger back together out of S3 and Glue: for every hour the published build with its counts,
 * a stale mark where the raw objects are not those of that build, and its day as pending. Safe while the pipeline
 * runs: it only adds what is missing, under conditions, and clears no mark. What is nowhere but in the ledger (last
 * failures, observed schemas) comes back by itself as runs go on.
 */
export const restoreLedger = async (
  range: Range | undefined,
  ports: RestoringPorts,
  options: { dryRun: boolean },
): Promise<Restored> => {
  const stored = await storedIn(range, ports);
  const decided = await mapAtMost(PARALLEL, stored, (one) => decide(one, ports.store));
  const done = options.dryRun ? decided : await mapAtMost(PARALLEL, decided, (one) => write(one, ports));
  const restored = done.filter(({ build }) => build !== undefined);
  return {
    restored,
    stale: done.filter(({ stale }) => stale).map(({ partition }) => partition),
    undecided: done.filter(({ undecided }) => undecided !== undefined),
    untouched: done.filter(({ build, stale, undecided }) => !build && !stale && undecided === undefined)
      .length,
    pendingDays: daysOf(restored.map(({ partition }) => partition)),
  };
};
