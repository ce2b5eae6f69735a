import { prices } from './prices.ts';

/** What a backfill would do. */
export interface Work {
  partitions: number;
  /** raw objects and their gzipped bytes */
  objects: number;
  bytes: number;
  /** runs of the etl */
  chunks: number;
}

export interface Estimate {
  usd: number;
  stepFunctions: { transitions: number; usd: number };
  lambda: { gbSeconds: number; requests: number; usd: number };
  s3: { writes: number; reads: number; usd: number };
  athena: { bytes: number; usd: number };
  prices: { region: string; asOf: string };
}

/** functions/build.yml's memorySize; a test compares them. */
export const BUILD_MEMORY_MB = 3_008;

/**
 * Gzipped bytes a second that build turns into Parquet. DuckDB alone reads 26 MB a second on two cores (95 MB, a
 * million events, in 3.6 s); unpacking, uploading and Lambda's 1.7 vCPUs are taken for a third of that. Not measured on
 * AWS.
 */
export const BUILD_BYTES_PER_SECOND = 8_000_000;

/**
 * The same of an hour that is built in parts: its events go to the disk and come back. docs/reference/performance.md
 * has both.
 */
export const PARTS_SHARE = 0.75;

/** functions/build.yml's BUILD_PART_BYTES; a test compares them. */
export const BUILD_PART_BYTES = 167_772_160;

/** Before and after the bytes: the clients, the lock, DuckDB's start, a share of a cold start. */
export const BUILD_FIXED_SECONDS = 1.5;

/** Seconds that one build of so many gzipped bytes takes. */
export const buildSeconds = (bytes: number, partBytes = BUILD_PART_BYTES): number =>
  BUILD_FIXED_SECONDS + bytes / (BUILD_BYTES_PER_SECOND * (bytes > partBytes ? PARTS_SHARE : 1));

/** publish of a partition, and a run's other functions: 256 to 512 MB for a moment each. */
const PUBLISH_GB_SECONDS = 0.25 * 0.5;
const RUN_GB_SECONDS = 6 * 0.5 * 2;
export const RUN_FUNCTIONS = 8;

/**
 * PUT and LIST requests: a partition is planned twice, its raw objects, quarantine and old builds listed, its file put.
 */
export const S3_WRITES = { partition: 6, run: 20 };

/** Athena bills no query below this. */
export const LEAST_SCAN = 10_000_000;

/**
 * As the machines have them: states of a partition, a check, a warning, a mart; of a run beside those, its start counted;
 * of the backfill.
 */
export const TRANSITIONS = { partition: 2, check: 4, warning: 3, mart: 2, run: 15, chunk: 1, backfill: 5 };

/** How many of each kind a run has. */
export interface QueryCounts {
  checks: number;
  warnings: number;
  marts: number;
}

const cents = (usd: number): number => Math.round(usd * 10_000) / 10_000;

/** State transitions of one run of the etl that is not idle, without those of its partitions. */
export const transitionsOfRun = ({ checks, warnings, marts }: QueryCounts): number =>
  TRANSITIONS.run + checks * TRANSITIONS.check + warnings * TRANSITIONS.warning + marts * TRANSITIONS.mart;

/** Every query may read all of what its run has built; Parquet is taken to be as large as the gzipped lines. */
const scanned = ({ bytes, chunks }: Work, queries: number): number =>
  queries * chunks * Math.max(LEAST_SCAN, bytes / Math.max(1, chunks));

/**
 * About what a backfill costs at list prices: an estimate, rather too high than too low. Left out, for they are small
 * or cannot be known before: DynamoDB and Glue requests, logs, the crawler when properties are new, retries, storage.
 */
export const estimateCost = (work: Work, queries: QueryCounts): Estimate => {
  const { partitions, objects, bytes, chunks } = work;
  const { checks, warnings, marts } = queries;
  const transitions =
    partitions * TRANSITIONS.partition +
    chunks * (transitionsOfRun(queries) + TRANSITIONS.chunk) +
    TRANSITIONS.backfill;
  const gbSeconds = Math.ceil(
    (partitions * buildSeconds(bytes / Math.max(1, partitions)) * BUILD_MEMORY_MB) / 1024 +
      partitions * PUBLISH_GB_SECONDS +
      chunks * RUN_GB_SECONDS,
  );
  const requests = partitions * 2 + chunks * RUN_FUNCTIONS + 2;
  const writes = partitions * S3_WRITES.partition + chunks * S3_WRITES.run;
  const reads = objects + chunks * 20;
  const athenaBytes = scanned(work, checks + warnings + marts);
  const parts = {
    stepFunctions: { transitions, usd: cents(transitions * prices.stateTransition) },
    lambda: {
      gbSeconds,
      requests,
      usd: cents(gbSeconds * prices.lambdaGbSecond + requests * prices.lambdaRequest),
    },
    s3: { writes, reads, usd: cents(writes * prices.s3Write + reads * prices.s3Read) },
    athena: { bytes: Math.ceil(athenaBytes), usd: cents(athenaBytes * prices.athenaByte) },
  };
  const usd = Object.values(parts).reduce((sum, part) => sum + part.usd, 0);
  return { usd: cents(usd), ...parts, prices: { region: prices.region, asOf: prices.asOf } };
};
