import { isPartition, type Partition, partitionPath } from '../events/envelope.ts';

/** What the keys of the lake say of what is in them, so that a listing can be summed without opening anything. */

/** `raw/dt=2026-11-01/hr=05/…` → `2026-11-01T05`; undefined for a key that is in no hour. */
export const partitionOfKey = (key: string): Partition | undefined => {
  const partition = key.replace(/^[a-z]+\/dt=([^/]*)\/hr=([^/]*)\/.*$/, '$1T$2');
  return isPartition(partition) ? partition : undefined;
};

/** `…-n120.ndjson.gz` → 120; undefined for a key without a count. */
export const rowsOfKey = (key: string): number | undefined => {
  const found = /-n(\d+)\.(?:ndjson\.gz|parquet)$/.exec(key)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** The batch of the stream that land made this object of: `raw/…/<shard>-<first sequence>-n9.ndjson.gz`. */
export const batchOfKey = (key: string): string | undefined =>
  /\/([^/]+-\d+)-n\d+\.ndjson\.gz$/.exec(key)?.[1];

/** The build whose file this is: `events/…/build=<id>/events-n9.parquet`, `quarantine/…/build-<id>-n3.ndjson.gz`. */
export const buildOfKey = (key: string): string | undefined =>
  /\/build[=-]([\w-]+?)(?:\/|-n\d+\.)/.exec(key)?.[1];

export const daysOf = (partitions: readonly Partition[]): string[] =>
  [...new Set(partitions.map((partition) => partition.slice(0, 10)))].sort();

/** The folder of an hour's builds. */
export const buildsFolder = (partition: Partition): string => `events/${partitionPath(partition)}/`;

/**
 * The lines a build has rejected: `built` is where Build leaves them, which no table shows; `shown`, in the table
 * quarantine, is where Publish puts them.
 */
export const rejectedKeys = (partition: Partition, build: string, rows: number) => {
  const name = `${partitionPath(partition)}/build-${build}-n${rows}.ndjson.gz`;
  return { built: `rejected/${name}`, shown: `quarantine/${name}` };
};
