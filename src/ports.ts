import type { Readable } from 'node:stream';
import type { Partition } from './lake/partition.ts';

/** What the steps need from the dependencies. Adapters stand in src/aws/; fakes that record effects in test/helpers/. */

export interface Clock {
  now(): Date;
}

/** Which source a write key belongs to; undefined for a key that is unknown or revoked. */
export interface WriteKeys {
  sourceOf(writeKey: string): Promise<string | undefined>;
}

/** A text kept secret, the same for as long as the stage is there. Throws what its service throws. */
export interface Secret {
  value(): Promise<string>;
}

export interface StreamRecord {
  partitionKey: string;
  /** NDJSON, each line ended by \n */
  data: Uint8Array;
}

/** Per record, in order: taken, and as which (`<shard>:<sequence number>`, as Kinesis calls it to its readers), or why not. */
export type PutOutcome = { taken: true; record: string } | { taken: false; errorCode: string };

export interface EventStream {
  /** One PutRecords call: at most 500 records and 5 MiB. Throws only if the whole call failed. */
  put(records: readonly StreamRecord[]): Promise<PutOutcome[]>;
}

export interface StoredObject {
  key: string;
  bytes: number;
  etag: string;
  lastModified: Date;
}

/** The lake bucket. Keys have no leading slash. */
export interface ObjectStore {
  list(prefix: string): Promise<StoredObject[]>;
  /** Immediate "folders" under a prefix that ends with `/`, each with its trailing slash, whole keys. */
  listFolders(prefix: string): Promise<string[]>;
  read(key: string): Promise<Readable>;
  put(key: string, body: Uint8Array, contentType: string): Promise<void>;
  /** Upload of a local file, in parts when it is large. `metadata` stays with the object: ASCII, at most 2 KB. */
  putFile(key: string, path: string, contentType: string, metadata?: Record<string, string>): Promise<void>;
  /** Within the bucket, at most 5 GB; overwrites. */
  copy(from: string, to: string): Promise<void>;
  /** What was given along when the object was put; empty without any. */
  metadata(key: string): Promise<Record<string, string>>;
  remove(keys: readonly string[]): Promise<void>;
  /** `s3://bucket/key` */
  uri(key: string): string;
}

export interface BuildCounts {
  /** lines read from the raw objects */
  raw: number;
  /** rows of the Parquet files: unique events */
  curated: number;
  duplicates: number;
  /** lines that are not valid events; they went to quarantine/ */
  rejected: number;
}

export interface CommittedBuild {
  build: string;
  /** digest of the raw objects (keys and etags) and of the table's definition */
  digest: string;
  counts: BuildCounts;
  rawBytes: number;
  parquetBytes: number;
  engine: string;
  builtAt: string;
  buildMs: number;
}

export interface LedgerEntry {
  partition: Partition;
  /** how many landings touched it so far: a build clears the stale mark only if this did not move meanwhile */
  landings: number;
  stale: boolean;
  /** since when it waits for a build; null when clean */
  staleSince: string | null;
  committed: CommittedBuild | null;
  lastFailure: { error: string; cause: string; at: string; execution: string } | null;
}

export interface RestoredPartition {
  landings: number;
  build: CommittedBuild;
  /** builds with files that are not published */
  retired: readonly string[];
}

/** Files that are not to be read any more. */
export interface LeftOver {
  /** where readers were sent until now */
  shown: string | undefined;
  /** replaced earlier, or never published */
  others: readonly string[];
}

/** What one run wrote of a mart's day: `marts/<mart>/<run>/dt=<day>/`. */
export interface RetiredMartRun {
  mart: string;
  day: string;
  run: string;
}

/** A day whose checks and marts have not run since one of its partitions was published. */
export interface PendingDay {
  day: string;
  /** compare-and-clear counter, as `landings` is for partitions */
  changes: number;
  /** `05`: those published since its checks last passed; undefined when that is not known, and all have to be checked */
  hours?: readonly string[] | undefined;
}

/** The ledger (DynamoDB): bookkeeping over S3, never the only copy of anything. */
export interface Ledger {
  markStale(partition: Partition, at: Date): Promise<void>;
  /** Oldest hour first. */
  stalePartitions(limit: number): Promise<{ partitions: Partition[]; more: boolean }>;
  entry(partition: Partition): Promise<LedgerEntry | undefined>;
  /** Hour by hour: for ranges of some days. `to` is exclusive. */
  entries(from: Partition, to: Partition): Promise<LedgerEntry[]>;
  /** Every partition there is, ascending: reads the whole table (a year of hours is about 10 MB). */
  allEntries(): Promise<LedgerEntry[]>;
  /** Takes the lock for `owner` or renews it; throws Conflict when another owner's lease runs. Returns the entry as it is then. */
  lock(partition: Partition, owner: string, now: Date, leaseMs: number): Promise<LedgerEntry>;
  /**
   * Lengthens a lock that is still the owner's, be its lease over or not. False if somebody has had it since: what the
   * owner built may be older than what is there now.
   */
  renew(partition: Partition, owner: string, now: Date, leaseMs: number): Promise<boolean>;
  unlock(partition: Partition, owner: string): Promise<void>;
  /**
   * Records the published build, marks its day pending, notes the build before for removal, releases the lock,
   * and clears the stale mark if `landings` is still what the build saw. Throws Conflict if the lock is lost.
   */
  commit(partition: Partition, owner: string, seenLandings: number, build: CommittedBuild): Promise<void>;
  recordFailure(partition: Partition, failure: NonNullable<LedgerEntry['lastFailure']>): Promise<void>;
  /**
   * Puts back what a lost ledger knew of a partition: its published build, how often something landed, builds whose
   * files may go. Marks its day pending. Leaves a stale mark as it is; does nothing, and gives false, when the
   * ledger knows a build of this partition or somebody holds its lock.
   */
  restore(partition: Partition, known: RestoredPartition): Promise<boolean>;

  /** With their counters, and the hours that made these move. */
  pendingDays(limit: number): Promise<PendingDay[]>;
  /** The counters, and no hours, of these days, be they pending or not; 0 for a day of which nothing was ever published. */
  dayCounters(days: readonly string[]): Promise<PendingDay[]>;
  /** Clears mark and hours of each day whose counter has not moved. */
  clearDays(days: readonly PendingDay[]): Promise<void>;
  /** Marks each day whose counter has moved as pending, and moves it once more, so that nobody else clears it either. */
  reopenDays(days: readonly PendingDay[]): Promise<void>;

  /** Notes for removal what a publication leaves behind; `shown` anew, `others` unless they are noted already. */
  retireBuilds(partition: Partition, left: LeftOver): Promise<void>;
  /** Builds last noted before `before`: their files may go, if readers are not sent there. */
  retiredBuilds(before: Date, limit: number): Promise<{ partition: Partition; build: string }[]>;
  forgetRetired(partition: Partition, build: string): Promise<void>;
  /** The same for the files that runs wrote of a mart's day. */
  retireMartRuns(mart: string, day: string, left: LeftOver): Promise<void>;
  retiredMartRuns(before: Date, limit: number): Promise<RetiredMartRun[]>;
  forgetMartRun(run: RetiredMartRun): Promise<void>;

  /** Adds property shapes (`name:type`) of an event name; returns those not seen before and asks for a crawl if there are any. */
  noteShapes(eventName: string, shapes: readonly string[]): Promise<string[]>;
  /** Crawls asked for minus crawls done: > 0 means the crawler should run. `wanted` goes back into crawlDone. */
  crawlWanted(): Promise<{ pending: boolean; wanted: number }>;
  crawlDone(wanted: number): Promise<void>;
}

export interface LocatedPartition {
  values: string[];
  location: string;
}

/** The Glue catalog: the partitions of our own tables. */
export interface Catalog {
  /** Where the partition points now, or undefined. `values` in the order of the table's partition keys. */
  partitionLocation(table: string, values: readonly string[]): Promise<string | undefined>;
  /** All partitions of a table whose first key, a day, is between these two, both inclusive; without them, all. */
  partitionLocations(table: string, fromDay?: string, toDay?: string): Promise<LocatedPartition[]>;
  /** Creates the partition or moves it to the new location, with the table's current columns: one atomic call. */
  pointPartition(
    table: string,
    values: readonly string[],
    location: string,
  ): Promise<'created' | 'moved' | 'unchanged'>;
  dropPartition(table: string, values: readonly string[]): Promise<void>;
}

/** A raw object, unpacked to a plain file of lines, its row count checked against its name. */
export interface RawFile {
  key: string;
  path: string;
  rows: number;
  /** of the plain file */
  bytes: number;
  /** when the object was written: what a line that says nothing of itself is dated with */
  writtenAt: Date;
}

export interface BuiltFiles {
  /** Parquet, at least one; no id is in two of them */
  files: { path: string; rows: number }[];
  /** lines that were read */
  raw: number;
  /** rows of all files */
  curated: number;
  duplicates: number;
  /** NDJSON of quarantine rows, gzipped; undefined when no line was rejected */
  rejectedPath: string | undefined;
  rejected: number;
  /** top-level properties by event name with their JSON types, each once */
  shapes: { eventName: string; name: string; type: string }[];
}

/** Raw objects as they come, some at a time; the engine removes the files of a batch before it asks for the next. */
export type RawBatches = AsyncIterable<readonly RawFile[]>;

/** Turns the lines of a partition into Parquet files. */
export interface BuildEngine {
  /** name and version, as the ledger keeps it */
  readonly name: string;
  /**
   * Works in `folder`, which is the caller's to remove. `parts`: how many files to make, each of the events whose ids
   * fall into it; one at least is made. The same lines and parts give the same files, whatever the batches.
   * Throws what reading the batches throws, and BalanceBroken if its own counts do not add up.
   */
  build(partition: Partition, batches: RawBatches, parts: number, folder: string): Promise<BuiltFiles>;
}
