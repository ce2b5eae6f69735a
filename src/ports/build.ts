import type { Partition } from '../lake/partition.ts';

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
  /** the observed schema: top-level properties by event name with their JSON types, each once */
  observed: { eventName: string; name: string; type: string }[];
}

/** Raw objects as they come, some at a time; the engine removes the files of a batch before it asks for the next. */
export type RawBatches = AsyncIterable<readonly RawFile[]>;

/** How large an hour is, by the zipped bytes of its raw objects. */
export interface BuildSize {
  /** how many files to make, each of the events whose ids fall into it; one at least is made */
  parts: number;
  /** so few events that to make ready for them takes longer than to build them; never of several parts */
  small: boolean;
}

/** Turns the lines of a partition into Parquet files. */
export interface BuildEngine {
  /** name and version, as PartitionStates keeps it */
  readonly name: string;
  /**
   * Works in `folder`, which is the caller's to remove. The same lines and parts give the same files, whatever the
   * batches and whatever was built before. Throws what reading the batches throws, and BalanceBroken if its own counts
   * do not add up.
   */
  build(partition: Partition, batches: RawBatches, size: BuildSize, folder: string): Promise<BuiltFiles>;
}

/** Rows of an hour whose keys begin alike: how many, and the sum of what their keys go on with. */
export interface CuratedBucket {
  bucket: string;
  rows: number;
  digest: string;
}

/** The events of one hour that are published, by their keys: the MD5 of source and id. */
export interface Curated {
  /** Takes the keys of a Parquet file. */
  add(path: string): Promise<void>;
  buckets(): Promise<CuratedBucket[]>;
  keysOf(buckets: readonly string[]): Promise<string[]>;
  /** Events of a Parquet file as lines, in the collector's form. */
  linesOf(path: string, keys: readonly string[]): Promise<string[]>;
  close(): void;
}
