import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HOUR_MS, timestampOf } from '../../json/instants.ts';
import { buildFolder } from '../../lake/layout.ts';
import { type Partition, partitionValues } from '../../lake/partition.ts';
import type { Curated, CuratedBucket } from '../../ports/build.ts';
import type { Database } from '../../ports/database.ts';
import type { ObjectStore } from '../../ports/lake.ts';
import type { CommittedBuild } from '../../ports/ledger.ts';
import { insertRows } from '../../sinks/postgres/inserting.ts';
import type { EventRow } from '../../sinks/postgres/row.ts';
import type { DatabaseColumn } from '../../sinks/postgres/schema.ts';
import {
  countOldRows,
  deleteOldRows,
  deleteRefused,
  listBuckets,
  listKeys,
  lockHour,
  recount,
} from './hourSql.ts';

export interface ComparingPorts {
  database: Database;
  store: Pick<ObjectStore, 'list' | 'read'>;
  openCurated(folder: string): Promise<Curated>;
  columns: readonly DatabaseColumn[];
  rowOf(line: string): EventRow;
}

/** What an hour holds, compared with its published build. */
export interface HourComparison {
  partition: Partition;
  /** in PostgreSQL, those that it has refused included */
  rows: number;
  /** curated, and not in PostgreSQL */
  missing: number;
  /** in PostgreSQL, not curated, and received so long before the build that it should have them */
  extra: number;
}

/** `land` may be behind. What the collector took so long before a build is in it, or was taken out on purpose. */
const SETTLED_MS = HOUR_MS;

/** Rows of one statement of a repair. */
const AT_ONCE = 1_000;

/** The Parquet files of a build, one at a time: a function has little room. */
const eachFile = async (
  keys: readonly string[],
  folder: string,
  store: ComparingPorts['store'],
  work: (path: string) => Promise<void>,
): Promise<void> => {
  const path = join(folder, 'events.parquet');
  for (const key of keys) {
    await pipeline(await store.read(key), createWriteStream(path));
    await work(path);
    await rm(path);
  }
};

const bucketsOf = async ({ query }: Database, hour: readonly string[]): Promise<CuratedBucket[]> =>
  (await query(listBuckets, hour)).map(({ bucket, rows, digest }) => ({
    bucket: bucket ?? '',
    rows: Number(rows),
    digest: digest ?? '',
  }));

const saidOf = (buckets: readonly CuratedBucket[]): Map<string, string> =>
  new Map(buckets.map(({ bucket, rows, digest }) => [bucket, `${rows} ${digest}`]));

const differing = (one: readonly CuratedBucket[], other: readonly CuratedBucket[]): string[] => {
  const [here, there] = [saidOf(one), saidOf(other)];
  return [...new Set([...here.keys(), ...there.keys()])].filter((name) => here.get(name) !== there.get(name));
};

interface Differences {
  rows: number;
  missing: string[];
  extra: string[];
}

/** Keys travel only of those of 256 buckets that differ. */
const differencesOf = async (
  curated: Curated,
  database: Database,
  hour: readonly string[],
): Promise<Differences> => {
  const ours = await bucketsOf(database, hour);
  const rows = ours.reduce((sum, bucket) => sum + bucket.rows, 0);
  const buckets = differing(ours, await curated.buckets());
  if (buckets.length === 0) return { rows, missing: [], extra: [] };
  const wanted = new Set(await curated.keysOf(buckets));
  const there = new Set((await database.query(listKeys, [...hour, buckets])).map(({ key }) => key ?? ''));
  return { rows, missing: [...wanted.difference(there)], extra: [...there.difference(wanted)] };
};

const insertLines = async (lines: readonly string[], ports: ComparingPorts): Promise<void> => {
  const { database, columns, rowOf } = ports;
  for (let at = 0; at < lines.length; at += AT_ONCE) {
    const rows = lines.slice(at, at + AT_ONCE).map(rowOf);
    await database.transaction((query) => insertRows(query, columns, rows));
  }
};

/** Extra rows out, and the counter as it is. */
const settle = (
  hour: readonly string[],
  build: string,
  extra: readonly string[],
  before: string,
  { database }: ComparingPorts,
): Promise<void> =>
  database.transaction(async (query) => {
    await query(lockHour, hour);
    if (extra.length > 0) {
      await query(deleteOldRows, [...hour, extra, before]);
      await query(deleteRefused, [...hour, extra]);
    }
    await query(recount, [...hour, build]);
  });

/**
 * Compares an hour with its published build, by the keys of all events; `repairs`: also brings in what is missing and takes
 * out what is extra. Rows are made of what is curated by the rule that the consumer follows. An event that arrives
 * meanwhile is in nobody's way.
 */
export const compareHour = async (
  partition: Partition,
  { build, builtAt }: Pick<CommittedBuild, 'build' | 'builtAt'>,
  repairs: boolean,
  ports: ComparingPorts,
): Promise<HourComparison> => {
  const { database, store } = ports;
  const hour = partitionValues(partition);
  const before = timestampOf(Date.parse(builtAt) - SETTLED_MS);
  const files = (await store.list(buildFolder(partition, build))).map(({ key }) => key);
  const folder = await mkdtemp(join(tmpdir(), 'headrace-postgres-'));
  const curated = await ports.openCurated(folder);
  try {
    await eachFile(files, folder, store, curated.add);
    const { rows, missing, extra } = await differencesOf(curated, database, hour);
    const [old] = extra.length === 0 ? [] : await database.query(countOldRows, [...hour, extra, before]);
    if (repairs && missing.length > 0)
      await eachFile(files, folder, store, async (path) =>
        insertLines(await curated.linesOf(path, missing), ports),
      );
    if (repairs) await settle(hour, build, extra, before, ports);
    return { partition, rows, missing: missing.length, extra: Number(old?.rows ?? 0) };
  } finally {
    curated.close();
    await rm(folder, { recursive: true, force: true });
  }
};
