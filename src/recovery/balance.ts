import { buildFolder, buildOfKey, quarantineFolder, rawFolder, rowsOfKey } from '../lake/layout.ts';
import type { Partition } from '../lake/partition.ts';
import type { StoredObject } from '../ports/lake.ts';
import type { BuildCounts, CommittedBuild, LedgerEntry } from '../ports/ledger.ts';

/** Where on its way an hour does not add up. `publish` is the table's partition in the catalog. */
type BalanceStep = 'raw' | 'build' | 'publish' | 'parquet' | 'quarantine';

export interface Difference {
  partition: Partition;
  stage: BalanceStep;
  message: string;
  /** keys of the raw objects that are missing or changed, where that is known */
  objects?: string[];
}

/** Everything that is stored of one hour. Objects in no order; an object that marks a folder is not among them. */
export interface Stored {
  partition: Partition;
  entry: LedgerEntry | undefined;
  raw: readonly StoredObject[];
  parquet: readonly StoredObject[];
  quarantine: readonly StoredObject[];
  /** where the table's partition points, without `s3://bucket/` */
  location: string | undefined;
}

export interface Balance {
  partition: Partition;
  /** rows of the raw objects, by their names */
  raw: number;
  build: string | null;
  /** the ledger's, of the committed build */
  counts: BuildCounts | null;
  /** rows of the Parquet files that readers of the committed build read, by their names; null without any */
  parquet: number | null;
  /** rows in quarantine of this hour: rejected by the collector, on landing or by the build */
  quarantined: { landed: number; built: number };
  stale: boolean;
  /** raw rows that wait for a build */
  pending: number;
  /**
   * rows of the committed build that an import took back since, where there are any: the next build is made without
   * them
   */
  withdrawn?: number;
  differences: Difference[];
}

/** Land is given two minutes: until then an object may be there and its hour not marked stale yet. */
const LANDING_MS = 3 * 60 * 1000;

/** resources/data/lake.yml lets quarantine expire, on every stage later than this. */
const QUARANTINE_SURE_MS = 30 * 24 * 60 * 60 * 1000;

const rowsOf = (objects: readonly StoredObject[]): number =>
  objects.reduce((sum, { key }) => sum + (rowsOfKey(key) ?? 0), 0);

const bytesOf = (objects: readonly StoredObject[]): number =>
  objects.reduce((sum, { bytes }) => sum + bytes, 0);

const uncounted = (objects: readonly StoredObject[]): string[] =>
  objects.filter(({ key }) => rowsOfKey(key) === undefined).map(({ key }) => key);

const inBuild = (objects: readonly StoredObject[], build: string) =>
  objects.filter(({ key }) => buildOfKey(key) === build);

const rows = (count: number): string => (count === 1 ? '1 row' : `${count} rows`);

/** Findings about an hour: a stage and what is wrong there. */
type Finding = [stage: BalanceStep, message: string];

/** Raw objects against the build that was made of them. `growing`: rows that wait are what is to be expected. */
const checkRaw = (stored: Stored, committed: CommittedBuild | null, growing: boolean): Finding[] => {
  const { partition, raw } = stored;
  const folder = rawFolder(partition);
  const found: Finding[] = uncounted(raw).map((key) => ['raw', `${key} has no row count in its name`]);
  const listed = rowsOf(raw);
  const built = committed?.counts.raw ?? 0;
  // What an import took back is gone on purpose, and the next build is made without it.
  const expected = built - (stored.entry?.withdrawn ?? 0);
  if (committed !== null && listed < expected) {
    const message = `${folder} has ${rows(listed)} in ${raw.length} objects, but build ${committed.build} was made of ${built}: raw objects are missing`;
    return [...found, ['raw', message]];
  }
  if (growing) return found;
  if (listed > built) {
    const what =
      committed === null ? 'and was never built' : `but build ${committed.build} was made of ${built}`;
    return [
      ...found,
      [
        'build',
        `${folder} has ${rows(listed)}, ${what}, and the hour is not marked stale: nothing builds it`,
      ],
    ];
  }
  if (committed !== null && bytesOf(raw) !== committed.rawBytes) {
    const message = `${folder} has ${bytesOf(raw)} bytes, but build ${committed.build} was made of ${committed.rawBytes}: raw objects were changed`;
    return [...found, ['raw', message]];
  }
  return found;
};

const checkCounts = ({ build, counts }: CommittedBuild): Finding[] => {
  const { raw, curated, duplicates, rejected } = counts;
  if (raw === curated + duplicates + rejected) return [];
  const sum = `${curated} curated + ${duplicates} duplicates + ${rejected} rejected`;
  return [['build', `build ${build} was made of ${rows(raw)}, which are not ${sum}`]];
};

const checkParquet = ({ parquet }: Stored, { build, counts }: CommittedBuild): Finding[] => {
  const files = inBuild(parquet, build);
  if (files.length === 0)
    return [['parquet', `build ${build} has no Parquet file: its ${counts.curated} rows are gone`]];
  const odd = uncounted(files);
  if (odd.length > 0) return [['parquet', `${odd[0]} has no row count in its name: no build wrote it`]];
  if (rowsOf(files) === counts.curated) return [];
  const said = files.map(({ key }) => key).join(', ');
  return [
    ['parquet', `build ${build} has ${counts.curated} curated rows, but ${rows(rowsOf(files))} in ${said}`],
  ];
};

/** What readers see against what the ledger committed. `stale`: the next run publishes this hour anyway. */
const checkPublished = (stored: Stored, committed: CommittedBuild | null, stale: boolean): Finding[] => {
  const { partition, location } = stored;
  const expected = committed && buildFolder(partition, committed.build);
  if (location === (expected ?? undefined)) return [];
  if (expected === null) {
    return stale
      ? []
      : [['publish', `the table shows ${location}, but the ledger knows no build of this hour`]];
  }
  if (location === undefined) {
    return [
      ['publish', `the table has no partition for this hour, though build ${committed?.build} is committed`],
    ];
  }
  // A run that ended between publishing and committing: readers have the newer build, and the next run goes on there.
  const readable = stored.parquet.some(({ key }) => key.startsWith(location));
  if (stale && readable) return [];
  return [['publish', `the table shows ${location}, but the ledger committed ${expected}`]];
};

/**
 * Lines that builds rejected: those of the build that readers see. While a stale hour is published they change hands:
 * first the new ones come, then the table moves, then the old ones go, and then the ledger knows.
 */
const checkQuarantine = (
  stored: Stored,
  { build, builtAt, counts }: CommittedBuild,
  stale: boolean,
  now: Date,
): Finding[] => {
  const files = stored.quarantine.filter(({ key }) => buildOfKey(key) !== undefined);
  const kept = rowsOf(inBuild(files, build));
  const others = rowsOf(files) - kept;
  const folder = quarantineFolder(stored.partition);
  if (stale && buildOfKey(stored.location ?? '') !== build) return [];
  if (kept !== counts.rejected) {
    const expired = files.length === 0 && now.getTime() - Date.parse(builtAt) > QUARANTINE_SURE_MS;
    if (expired) return [];
    const message = `build ${build} rejected ${rows(counts.rejected)}, but ${folder} has ${kept} of it`;
    return [['quarantine', message]];
  }
  if (stale || others === 0) return [];
  return [
    ['quarantine', `${folder} shows ${rows(others)} of builds that are not published: they stand twice`],
  ];
};

const withdrawnOf = ({ entry, raw }: Stored): { withdrawn?: number } => {
  const gone = (entry?.committed?.counts.raw ?? 0) - rowsOf(raw);
  return (entry?.withdrawn ?? 0) > 0 && gone > 0 ? { withdrawn: gone } : {};
};

/** The balance of one hour, from what is stored alone. */
export const balanceOf = (stored: Stored, now: Date): Balance => {
  const { partition, entry, raw } = stored;
  const committed = entry?.committed ?? null;
  const stale = entry?.stale ?? false;
  const files = committed === null ? [] : inBuild(stored.parquet, committed.build);
  const ofBuilds = stored.quarantine.filter(({ key }) => buildOfKey(key) !== undefined);
  const young = raw.some(({ lastModified }) => now.getTime() - lastModified.getTime() < LANDING_MS);
  const findings = [
    ...checkRaw(stored, committed, stale || young),
    ...checkPublished(stored, committed, stale),
    ...(committed === null ? [] : checkCounts(committed)),
    ...(committed === null ? [] : checkParquet(stored, committed)),
    ...(committed === null ? [] : checkQuarantine(stored, committed, stale, now)),
  ];
  return {
    partition,
    raw: rowsOf(raw),
    build: committed?.build ?? null,
    counts: committed?.counts ?? null,
    parquet: files.length === 0 ? null : rowsOf(files),
    quarantined: { landed: rowsOf(stored.quarantine) - rowsOf(ofBuilds), built: rowsOf(ofBuilds) },
    stale,
    pending: Math.max(0, rowsOf(raw) - (committed?.counts.raw ?? 0)),
    ...withdrawnOf(stored),
    differences: findings.map(([stage, message]) => ({ partition, stage, message })),
  };
};
