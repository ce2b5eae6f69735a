import type { Partition } from '../lake/partition.ts';

export interface BuildCounts {
  /** lines read from the raw objects */
  raw: number;
  /** rows of the Parquet files: unique events */
  curated: number;
  duplicates: number;
  /** lines that are no valid event; they went to quarantine/ */
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
  /** when events of the stream last landed in it; undefined before there was a note of it */
  landedAt?: string;
  /** raw rows of the committed build that were taken back since: the next build is expected to have so many fewer */
  withdrawn?: number;
}

export interface HeldLock {
  /** an execution's name */
  owner: string;
  /** epoch milliseconds: the end of its lease */
  until: number;
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
  /**
   * `05`: those published since its checks last passed; undefined when that is not known, and all have to be checked
   */
  hours?: readonly string[] | undefined;
  /** when the first of these changes came; undefined when that is not known */
  since?: string | undefined;
}

/**
 * The ledger is bookkeeping over S3, never the only copy of anything. It is five ports, so that a step takes only what
 * it uses. One table of DynamoDB holds them all (src/aws/ledger/).
 */

/** What is known of each hour partition: whether it is stale, who builds it, which build is published. */
export interface PartitionStates {
  /** `landed`: by events of the stream; else somebody else wants it built. */
  markStale(partition: Partition, at: Date, why?: { landed: boolean }): Promise<void>;
  /**
   * Marks the hour stale, and notes that these raw objects are taken back on purpose: fewer rows are then no loss.
   * Called before they are removed and again after it; the note goes with the build that has not seen them.
   */
  withdraw(partition: Partition, keys: readonly string[], at: Date): Promise<void>;
  /**
   * Clears the stale mark of an hour that was never built and has no raw object, unless something landed since
   * `seenLandings`.
   */
  forgetEmpty(partition: Partition, seenLandings: number): Promise<void>;
  /**
   * Oldest hour first. Where there are more than `limit`, half of it are the newest, which come first then, and the
   * rest the oldest: imported history never keeps today waiting.
   */
  stale(limit: number): Promise<{ partitions: Partition[]; more: boolean }>;
  entry(partition: Partition): Promise<LedgerEntry | undefined>;
  /** Hour by hour: for ranges of some days. `to` is exclusive. */
  entries(from: Partition, to: Partition): Promise<LedgerEntry[]>;
  /** Every partition there is, ascending: reads the whole table (a year of hours is about 10 MB). */
  allEntries(): Promise<LedgerEntry[]>;
  /**
   * Takes the lock for `owner` or renews it; throws Conflict when another owner's lease runs. Returns the entry as it
   * is then.
   */
  lock(partition: Partition, owner: string, now: Date, leaseMs: number): Promise<LedgerEntry>;
  /**
   * Begins a new lease of a lock that is still the owner's, be its lease over or not. False if somebody has had it
   * since: what the owner built may be older than what is there now.
   */
  renew(partition: Partition, owner: string, now: Date, leaseMs: number): Promise<boolean>;
  /** The lock as it is, be its lease over or not. */
  heldLock(partition: Partition): Promise<HeldLock | undefined>;
  unlock(partition: Partition, owner: string): Promise<void>;
  /** Frees the partition of another's lock, if that is still as it was seen: neither renewed since nor given back. */
  breakLock(partition: Partition, seen: HeldLock): Promise<void>;
  /**
   * Marks the partition's day pending, then in one step: records the published build, notes the build before for
   * removal, releases the lock, and clears the stale mark if `landings` is still what the build saw. Throws Conflict
   * if the lock is lost.
   */
  commit(partition: Partition, owner: string, seenLandings: number, build: CommittedBuild): Promise<void>;
  recordFailure(partition: Partition, failure: NonNullable<LedgerEntry['lastFailure']>): Promise<void>;
  /**
   * Puts back what a lost ledger knew of a partition: its published build, how often something landed, builds whose
   * files may go. Marks its day pending. Leaves a stale mark as it is; does nothing, and gives false, when the
   * ledger knows a build of this partition or somebody holds its lock.
   */
  restore(partition: Partition, known: RestoredPartition): Promise<boolean>;
}

/** Days that wait for their checks and marts. PartitionStates marks them; this lists and clears them. */
export interface PendingDays {
  /** With their counters, and the hours that made these move; in the order of `PartitionStates.stale`. */
  list(limit: number): Promise<PendingDay[]>;
  /**
   * The counters, and no hours, of these days, be they pending or not; 0 for a day of which nothing was ever published.
   */
  counters(days: readonly string[]): Promise<PendingDay[]>;
  /** Clears mark and hours of each day whose counter has not moved. */
  clear(days: readonly PendingDay[]): Promise<void>;
  /**
   * Marks each day whose counter has moved as pending, and moves it once more, so that nobody else clears it either.
   * Its hours are not known from then on.
   */
  reopen(days: readonly PendingDay[]): Promise<void>;
  /** Marks these days as pending, be anything published of them or not. Their hours are not known from then on. */
  mark(days: readonly string[]): Promise<void>;
  /** Which time zone's days the marts are written for; UTC as long as nobody has said so. */
  timeZone(): Promise<string>;
  setTimeZone(timeZone: string): Promise<void>;
}

/** Files that were replaced, and when: Sweep removes them once no query can be reading them. */
export interface RetiredFiles {
  /** Notes for removal what a publication leaves behind; `shown` anew, `others` unless they are noted already. */
  retireBuilds(partition: Partition, left: LeftOver): Promise<void>;
  /** Builds last noted before `before`: their files may go, if readers are not sent there. */
  retiredBuilds(before: Date, limit: number): Promise<{ partition: Partition; build: string }[]>;
  forgetBuild(partition: Partition, build: string): Promise<void>;
  /** The same for the files that runs wrote of a mart's day. */
  retireMartRuns(mart: string, day: string, left: LeftOver): Promise<void>;
  retiredMartRuns(before: Date, limit: number): Promise<RetiredMartRun[]>;
  forgetMartRun(run: RetiredMartRun): Promise<void>;
}

/** How far a check has come that asks of each hour once: of the archive, and of what speed was from batch. */
export interface HourChecks {
  /** The first hour that was not; undefined when none ever was. */
  checkedUntil(): Promise<Partition | undefined>;
  /** Never goes back. */
  setCheckedUntil(partition: Partition): Promise<void>;
}

/** Which properties each event name was seen with, and the crawls that new ones ask for. */
export interface ObservedSchemas {
  /**
   * Adds properties (`name:type`) of an event name; returns those not seen before and asks for a crawl if there are
   * any.
   */
  note(eventName: string, properties: readonly string[]): Promise<string[]>;
  /** Crawls asked for minus crawls done: > 0 means the crawler should run. `wanted` goes back into crawlDone. */
  crawlWanted(): Promise<{ pending: boolean; wanted: number }>;
  /** The same, but pending only if none was taken since `before`; it is taken then, by one caller of several. */
  takeCrawl(now: Date, before: Date): Promise<{ pending: boolean; wanted: number }>;
  crawlDone(wanted: number): Promise<void>;
}
