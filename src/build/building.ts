import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { parse } from 'node:path';
import { HeadraceError } from '../errors.ts';
import { buildFolder, isFolderMark, parquetKey, rawFolder, rejectedKeys, rowsOfKey } from '../lake/layout.ts';
import type { Partition } from '../lake/partition.ts';
import type { BuildEngine, RawBatches } from '../ports/build.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore, StoredObject } from '../ports/lake.ts';
import type { BuildCounts, CommittedBuild, LedgerEntry, PartitionStates } from '../ports/ledger.ts';
import type { Runs } from '../ports/runs.ts';
import { undeclared } from './drift.ts';
import { partsDefinition, tableDefinition } from './engine/sql.ts';
import { writeInputs } from './inputs.ts';
import { takeLock } from './locking.ts';
import { recordOf } from './record.ts';

export interface BuildInput {
  execution: string;
  partition: Partition;
  /** builds even what is built already, and accepts that raw rows have gone */
  force: boolean;
}

interface BuildOutput extends CommittedBuild {
  partition: Partition;
  /** `s3://…/events/dt=…/hr=…/build=…/` */
  location: string;
  /** landings the build has seen: publish clears the stale mark only if there were no more */
  landings: number;
  /** the committed build is of the same raw objects and definition: nothing was done */
  skipped: boolean;
}

export interface BuildPorts {
  store: ObjectStore;
  partitionStates: PartitionStates;
  runs: Runs;
  engine: BuildEngine;
  clock: Clock;
  /** Runs work in a fresh folder that is removed afterwards. */
  inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result>;
  /** Raw objects as plain, verified files. */
  unpack(objects: readonly StoredObject[], folder: string): RawBatches;
  /** zipped bytes of raw objects from which on an hour is built in parts of about this size, each a file */
  partBytes: number;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const bytesOf = (objects: readonly StoredObject[]): number =>
  objects.reduce((sum, { bytes }) => sum + bytes, 0);

/** Estimated: 10,000 events of a hundred zipped bytes. */
const SMALL_BYTES = 1_000_000;

const partsOf = (objects: readonly StoredObject[], partBytes: number): number =>
  Math.max(1, Math.ceil(bytesOf(objects) / partBytes));

/** Of what the build's files follow from: the raw objects, the table's definition and how it is cut into files. */
const digestOf = (objects: readonly StoredObject[], parts: number): string => {
  const inputs = objects.map(({ key, etag }) => `${key}\t${etag}`).sort();
  const cut = parts === 1 ? [] : [`${parts} parts`, hashOf(partsDefinition)];
  return hashOf([...inputs, hashOf(tableDefinition), ...cut].join('\n'));
};

/**
 * A name that follows from the inputs and from the build before. So a build that is tried again overwrites itself, and
 * no name ever comes back once another build is committed: what was replaced can be removed without looking out for
 * somebody who makes it again (docs/decisions/043).
 */
const buildIdOf = (digest: string, before: CommittedBuild | null): string =>
  hashOf(`${digest}\n${before?.build ?? ''}`).slice(0, 16);

const rawObjects = async (store: ObjectStore, partition: Partition): Promise<StoredObject[]> => {
  const listed = await store.list(rawFolder(partition));
  return listed.filter(({ key }) => !isFolderMark(key)).sort((a, b) => (a.key < b.key ? -1 : 1));
};

/**
 * Raw objects only ever come. If they went (expired, removed by hand), building would lose what is published. Only
 * what an import took back is expected to be gone.
 */
const refuseShrinking = (input: BuildInput, entry: LedgerEntry, objects: readonly StoredObject[]): void => {
  const before = (entry.committed?.counts.raw ?? 0) - (entry.withdrawn ?? 0);
  // What a name promises is proven when the object is unpacked, and a name without a count is an error there.
  const rows = objects.map(({ key }) => rowsOfKey(key));
  const now = rows.reduce<number>((sum, promised) => sum + (promised ?? before), 0);
  if (now >= before || input.force) return;
  throw new HeadraceError(
    'BalanceBroken',
    `${input.partition} has ${now} raw rows, but its published build was made of ${entry.committed?.counts.raw}: raw objects were removed. Restore them, or run etl for this hour with "force": true to accept the loss.`,
  );
};

const unchanged = (
  store: ObjectStore,
  input: BuildInput,
  entry: LedgerEntry,
  committed: CommittedBuild,
): BuildOutput => ({
  ...committed,
  partition: input.partition,
  location: store.uri(buildFolder(input.partition, committed.build)),
  landings: entry.landings,
  skipped: true,
});

const sizeOf = async (files: readonly { path: string }[]): Promise<number> => {
  const found = await Promise.all(files.map(({ path }) => stat(path)));
  return found.reduce((sum, { size }) => sum + size, 0);
};

const construct = async (
  ports: BuildPorts,
  input: BuildInput,
  entry: LedgerEntry,
  objects: readonly StoredObject[],
  folder: string,
): Promise<BuildOutput> => {
  const { store, clock, engine } = ports;
  const { partition } = input;
  const started = clock.now();
  refuseShrinking(input, entry, objects);
  const parts = partsOf(objects, ports.partBytes);
  const size = { parts, small: parts === 1 && bytesOf(objects) <= SMALL_BYTES };
  const built = await engine.build(partition, ports.unpack(objects, folder), size, folder);
  const digest = digestOf(objects, parts);
  const build = buildIdOf(digest, entry.committed);
  const { raw, curated, duplicates, rejected } = built;
  const counts: BuildCounts = { raw, curated, duplicates, rejected };
  const builtAt = clock.now();
  const committed: CommittedBuild = {
    build,
    digest,
    counts,
    rawBytes: bytesOf(objects),
    parquetBytes: await sizeOf(built.files),
    engine: engine.name,
    buildMs: builtAt.getTime() - started.getTime(),
    builtAt: builtAt.toISOString(),
  };
  const record = recordOf(committed, objects, input.execution);
  await writeInputs(store, partition, build, objects, undeclared(built.observed));
  for (const { path, rows } of built.files) {
    const target = parquetKey(partition, build, parse(path).name, rows);
    await store.putFile(target, path, 'application/vnd.apache.parquet', record);
  }
  if (built.rejectedPath !== undefined) {
    await store.putFile(
      rejectedKeys(partition, build, rejected).built,
      built.rejectedPath,
      'application/gzip',
    );
  }
  return {
    ...committed,
    partition,
    location: store.uri(buildFolder(partition, build)),
    landings: entry.landings,
    skipped: false,
  };
};

/**
 * Builds one partition out of its raw objects: a pure function of them, so a rerun writes the same file under the same
 * name. Leaves the partition locked for the execution (publishing or the failure's recorder lets go), and files that
 * nobody reads yet: Parquet, and the lines that are not events. It changes nothing that a reader may see, so one
 * that goes on after its lock was lost does no harm.
 *
 * Errors: RawObjectDamaged, PartitionTooLarge, BalanceBroken (fatal); Conflict while another execution that runs holds
 * the lock.
 */
export const buildPartition = async (ports: BuildPorts, input: BuildInput): Promise<BuildOutput> => {
  // Locked first: what lands while we list makes `landings` move, and the partition stays stale.
  const entry = await takeLock(ports, input.partition, input.execution);
  const objects = await rawObjects(ports.store, input.partition);
  const { committed } = entry;
  if (!input.force && committed?.digest === digestOf(objects, partsOf(objects, ports.partBytes))) {
    return unchanged(ports.store, input, entry, committed);
  }
  return ports.inFolder((folder) => construct(ports, input, entry, objects, folder));
};
