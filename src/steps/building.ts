import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { HeadraceError } from '../errors.ts';
import { type Partition, partitionPath } from '../events/envelope.ts';
import { knownEventTypes } from '../events/registry.ts';
import type {
  BuildCounts,
  BuildEngine,
  Clock,
  CommittedBuild,
  Ledger,
  LedgerEntry,
  ObjectStore,
  RawFile,
  StoredObject,
} from '../ports.ts';
import { tableDefinition } from '../sql/build.ts';
import { isDeclared, type Shape } from '../sql/shapes.ts';
import { writeInputs } from './buildInputs.ts';
import { recordOf } from './buildRecord.ts';
import { buildsFolder, rejectedKeys } from './lakeKeys.ts';

/** The build function's timeout: a lock outlives no invocation that holds it. */
const LEASE_MS = 15 * 60 * 1000;

/** The state machine carries the output on; drift beyond this is a number. */
const MAX_NEW_SHAPES = 20;

export interface BuildInput {
  execution: string;
  partition: Partition;
  /** builds even what is built already, and accepts that raw rows have gone */
  force: boolean;
}

export interface BuildOutput extends CommittedBuild {
  partition: Partition;
  /** `s3://…/events/dt=…/hr=…/build=…/` */
  location: string;
  /** landings the build has seen: publish clears the dirty mark only if there were no more */
  landings: number;
  /** the committed build is of the same raw objects and definition: nothing was done */
  skipped: boolean;
  newShapes: string[];
  newShapeCount: number;
}

export interface BuildPorts {
  store: ObjectStore;
  ledger: Ledger;
  engine: BuildEngine;
  clock: Clock;
  /** Runs work in a fresh folder that is removed afterwards. */
  inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result>;
  /** Raw objects as plain, verified files. */
  unpack(objects: readonly StoredObject[], folder: string): Promise<RawFile[]>;
}

const buildFolder = (partition: Partition, build: string): string =>
  `${buildsFolder(partition)}build=${build}/`;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Of what the build's rows follow from: the raw objects and the table's definition. */
const digestOf = (objects: readonly StoredObject[]): string => {
  const inputs = objects.map(({ key, etag }) => `${key}\t${etag}`).sort();
  return hashOf([...inputs, hashOf(tableDefinition)].join('\n'));
};

/**
 * A name that follows from the inputs and from the build before. So a build that is tried again overwrites itself, and
 * no name ever comes back once another build is committed: what was replaced can be removed without looking out for
 * somebody who makes it again (docs/decisions/043).
 */
const buildIdOf = (digest: string, before: CommittedBuild | null): string =>
  hashOf(`${digest}\n${before?.build ?? ''}`).slice(0, 16);

const rawObjects = async (store: ObjectStore, partition: Partition): Promise<StoredObject[]> => {
  const listed = await store.list(`raw/${partitionPath(partition)}/`);
  // Consoles leave an empty object as a folder's mark.
  return listed.filter(({ key }) => !key.endsWith('/')).sort((a, b) => (a.key < b.key ? -1 : 1));
};

/** Raw objects only ever come. If they went (expired, removed by hand), building would lose what is published. */
const refuseShrinking = (input: BuildInput, entry: LedgerEntry, files: readonly RawFile[]): void => {
  const before = entry.committed?.counts.raw ?? 0;
  const now = files.reduce((sum, file) => sum + file.rows, 0);
  if (now >= before || input.force) return;
  throw new HeadraceError(
    'BalanceBroken',
    `${input.partition} has ${now} raw rows, but its published build was made of ${before}: raw objects were removed. Restore them, or run etl for this hour with "force": true to accept the loss.`,
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
  newShapes: [],
  newShapeCount: 0,
});

/** Notes what the dictionary does not declare; returns what nobody has seen before, as `event_name.property:type`. */
const noteShapes = async (ledger: Ledger, shapes: readonly Shape[]): Promise<string[]> => {
  const byName = new Map<string, string[]>();
  for (const shape of shapes) {
    if (isDeclared(shape, knownEventTypes)) continue;
    byName.set(shape.eventName, [...(byName.get(shape.eventName) ?? []), `${shape.name}:${shape.type}`]);
  }
  const news: string[] = [];
  for (const [eventName, found] of byName) {
    for (const shape of await ledger.noteShapes(eventName, found)) news.push(`${eventName}.${shape}`);
  }
  return news;
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
  const files = await ports.unpack(objects, folder);
  refuseShrinking(input, entry, files);
  const built = await engine.build(partition, files, folder);
  const digest = digestOf(objects);
  const build = buildIdOf(digest, entry.committed);
  const { curated, duplicates, rejected } = built;
  const counts: BuildCounts = {
    raw: files.reduce((sum, file) => sum + file.rows, 0),
    curated,
    duplicates,
    rejected,
  };
  const builtAt = clock.now();
  const committed: CommittedBuild = {
    build,
    digest,
    counts,
    rawBytes: objects.reduce((sum, object) => sum + object.bytes, 0),
    parquetBytes: (await stat(built.parquetPath)).size,
    engine: engine.name,
    buildMs: builtAt.getTime() - started.getTime(),
    builtAt: builtAt.toISOString(),
  };
  const target = `${buildFolder(partition, build)}events-n${curated}.parquet`;
  const record = recordOf(committed, objects, input.execution);
  await writeInputs(store, partition, build, objects);
  await store.putFile(target, built.parquetPath, 'application/vnd.apache.parquet', record);
  if (built.rejectedPath !== undefined) {
    await store.putFile(
      rejectedKeys(partition, build, rejected).built,
      built.rejectedPath,
      'application/gzip',
    );
  }
  const news = await noteShapes(ports.ledger, built.shapes);
  return {
    ...committed,
    partition,
    location: store.uri(buildFolder(partition, build)),
    landings: entry.landings,
    skipped: false,
    newShapes: news.slice(0, MAX_NEW_SHAPES),
    newShapeCount: news.length,
  };
};

/**
 * Builds one partition out of its raw objects: a pure function of them, so a rerun writes the same file under the same
 * name. Leaves the partition locked for the execution (publishing or the failure's recorder lets go), and two files that
 * nobody reads yet: the Parquet file, and the lines that are no events. It changes nothing that a reader may see, so one
 * that goes on after its lock was lost does no harm.
 *
 * Errors: RawObjectDamaged, PartitionTooLarge, BalanceBroken (fatal); Conflict while another execution holds the lock.
 */
export const buildPartition = async (ports: BuildPorts, input: BuildInput): Promise<BuildOutput> => {
  // Locked first: what lands while we list makes `landings` move, and the partition stays dirty.
  const entry = await ports.ledger.lock(input.partition, input.execution, ports.clock.now(), LEASE_MS);
  const objects = await rawObjects(ports.store, input.partition);
  const { committed } = entry;
  if (!input.force && committed?.digest === digestOf(objects)) {
    return unchanged(ports.store, input, entry, committed);
  }
  return ports.inFolder((folder) => construct(ports, input, entry, objects, folder));
};
