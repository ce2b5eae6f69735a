import { createHash } from 'node:crypto';
import { isPartition, type Partition, partitionOfValues, partitionValues } from './partition.ts';

/**
 * Where everything lies in the lake. This is the only file that spells a key or reads one, so whatever the lake holds
 * can be found, counted and removed by what stands here. A reader gives undefined for a key of another kind.
 */

/** The folders of the lake bucket. Lifecycle rules, roles and tables name them too: test/lake/template.test.ts. */
export const RAW = 'raw/';
export const QUARANTINE = 'quarantine/';
export const EVENTS = 'events/';
export const MARTS = 'marts/';
export const REPORTS = 'reports/';
/** Lines that builds reject, until Publish shows them in quarantine. */
export const REJECTED = 'rejected/';
/** Of which raw objects each build was made. */
export const BUILD_INPUTS = 'reports/builds/';
/** Where Lambda puts the batches that a consumer gave up: it allows no other prefix, and names the objects itself. */
export const FAILED_BATCHES = 'aws/lambda/';
/** Where a failed batch lies once it has landed after all. */
export const REPLAYED_BATCHES = 'aws-lambda-replayed/';
/** What became of the rows of quarantine that were replayed. */
export const REPLAY_MARKS = 'quarantine-replayed/';

/** What was counted of the stream in windows, until a build replaces it. */
export const LIVE = 'live/';

/** What was imported, and every object that it became: what `headrace import undo` takes back. */
export const IMPORTS = 'imports/';

/** What Firehose copies of the stream, by the hour of its arrival. It names the objects itself. */
export const ARCHIVE = 'archive/';

/** `dt=2026-11-01/` */
export const dayFolder = (day: string): string => `dt=${day}/`;

/** `dt=2026-11-01/hr=05/` */
export const hourFolder = (day: string, hour: string): string => `${dayFolder(day)}hr=${hour}/`;

/** `dt=2026-11-01/hr=05/`, of an hour. */
const partitionFolder = (partition: Partition): string => {
  const [day = '', hour = ''] = partitionValues(partition);
  return hourFolder(day, hour);
};

/** `raw/dt=2026-11-01/` */
export const rawDay = (day: string): string => `${RAW}${dayFolder(day)}`;
/** `raw/dt=2026-11-01/hr=05/` */
export const rawFolder = (partition: Partition): string => `${RAW}${partitionFolder(partition)}`;

/** `quarantine/dt=2026-11-01/hr=05/` */
export const quarantineFolder = (partition: Partition): string =>
  `${QUARANTINE}${partitionFolder(partition)}`;
/** `quarantine/dt=2026-11-01/` */
export const quarantineDay = (day: string): string => `${QUARANTINE}${dayFolder(day)}`;
/** `events/dt=2026-11-01/hr=05/`, the folder of an hour's builds. */
export const eventsFolder = (partition: Partition): string => `${EVENTS}${partitionFolder(partition)}`;

/** `0001-n20000.ndjson.gz`: the name of a file says how many rows it holds, so that listings can be summed. */
export const linesName = (stem: string, rows: number): string => `${stem}-n${rows}.ndjson.gz`;

/** `shardId-000000000003-4959…`: a batch of the stream is named by what it was cut from and where it begins. */
export const batchName = ({ shard, sequence }: { shard: string; sequence: string }): string =>
  `${shard}-${sequence}`;

/** `raw/dt=2026-11-01/hr=05/shardId-000000000003-4959…-n120.ndjson.gz`: what a batch has for an hour. */
export const rawKey = (partition: Partition, batch: string, rows: number): string =>
  `${rawFolder(partition)}${linesName(batch, rows)}`;

/**
 * `quarantine/dt=2026-11-01/hr=05/shardId-000000000003-4959…-n3.ndjson.gz`: the lines of a batch that are not events.
 * What another consumer than `land` rejects has its name before it, for its batches are cut differently:
 * `quarantine/dt=2026-11-01/hr=05/postgres.shardId-000000000003-4959…-n1.ndjson.gz`.
 */
export const quarantineKey = (
  partition: Partition,
  batch: string,
  rows: number,
  consumer: string | null = null,
): string =>
  `${quarantineFolder(partition)}${linesName(consumer === null ? batch : `${consumer}.${batch}`, rows)}`;

/** `events/dt=2026-11-01/hr=05/build=0f3a…/` */
export const buildFolder = (partition: Partition, build: string): string =>
  `${eventsFolder(partition)}build=${build}/`;

/** `events/dt=2026-11-01/hr=05/build=0f3a…/events-0-n9000.parquet` */
export const parquetKey = (partition: Partition, build: string, name: string, rows: number): string =>
  `${buildFolder(partition, build)}${name}-n${rows}.parquet`;

const BUILD = 'build-';

/** `quarantine/dt=2026-11-01/hr=05/build-`: begins the keys of what builds have rejected of an hour. */
export const rejectedByBuilds = (partition: Partition): string => `${quarantineFolder(partition)}${BUILD}`;

/**
 * The lines that a build has rejected. `built` is where Build leaves them, which no table shows:
 * `rejected/dt=2026-11-01/hr=05/build-0f3a…-n3.ndjson.gz`. `shown` is where Publish puts them, in the table quarantine:
 * `quarantine/dt=2026-11-01/hr=05/build-0f3a…-n3.ndjson.gz`.
 */
export const rejectedKeys = (partition: Partition, build: string, rows: number) => {
  const name = `${partitionFolder(partition)}${linesName(`${BUILD}${build}`, rows)}`;
  return { built: `${REJECTED}${name}`, shown: `${QUARANTINE}${name}` };
};

/** `reports/builds/dt=2026-11-01/hr=05/0f3a….json` */
export const buildInputsKey = (partition: Partition, build: string): string =>
  `${BUILD_INPUTS}${partitionFolder(partition)}${build}.json`;

const plainName = /^[\w.-]+$/;

/**
 * Names of executions may hold characters that a key should not, letters of any script among them. Such a name has a
 * digest of itself behind the rest, so that two names never share a key: `수동실행` → `----~1c7e…`. No name of an
 * execution may hold a tilde, so none looks like that by itself.
 */
const inKey = (execution: string): string => {
  if (plainName.test(execution)) return execution;
  const digest = createHash('sha256').update(execution).digest('hex').slice(0, 20);
  return `${execution.replaceAll(/[^\w.-]/gu, '-')}~${digest}`;
};

/** `reports/3c1f….json`: what a run has done. */
export const reportKey = (execution: string): string => `${REPORTS}${inKey(execution)}.json`;

/** `marts/daily_sales/` */
export const martFolder = (mart: string): string => `${MARTS}${mart}/`;
/** `marts/daily_sales/run=3c1f…/`: what one run wrote of a mart. Athena names the files in it. */
export const martRunFolder = (mart: string, execution: string): string =>
  `${martFolder(mart)}run=${inKey(execution)}/`;
/** `marts/daily_sales/run=3c1f…/dt=2026-11-01/`; `run` as `martRunOfKey` gives it. */
export const martDayFolder = (mart: string, run: string, day: string): string =>
  `${martFolder(mart)}${run}/${dayFolder(day)}`;

/** `aws/lambda/a/b.json` → `aws-lambda-replayed/a/b.json` */
export const replayedBatchKey = (failedBatch: string): string =>
  `${REPLAYED_BATCHES}${failedBatch.slice(FAILED_BATCHES.length)}`;

/** `quarantine-replayed/dt=2026-11-01/` */
export const replayMarksDay = (day: string): string => `${REPLAY_MARKS}${dayFolder(day)}`;
/** `quarantine-replayed/dt=2026-11-01/20261102T080000000Z-9f3c21aa-n7.ndjson.gz` */
export const replayMarksKey = (day: string, name: string, rows: number): string =>
  `${replayMarksDay(day)}${linesName(name, rows)}`;

/** `live/dt=2026-11-01/` */
export const liveDay = (day: string): string => `${LIVE}${dayFolder(day)}`;

/** `051000`: what the name of a part of a window begins with, so that a listing may start there. */
const clockOf = (at: Date): string => at.toISOString().slice(11, 19).replaceAll(':', '');

/** `live/dt=2026-11-01/05`: begins the keys of all windows that begin in an hour. */
export const liveHour = (partition: Partition): string => {
  const [day = '', hour = ''] = partitionValues(partition);
  return `${liveDay(day)}${hour}`;
};

/** `live/dt=2026-11-01/051000-shardId-000000000003-4959….tsv`: a part of a window, by where it begins. */
export const livePartKey = (windowStart: Date, shard: string, sequence: string): string =>
  `${liveDay(windowStart.toISOString().slice(0, 10))}${clockOf(windowStart)}-${shard}-${sequence}.tsv`;

/** `imports/3f2a9c01d2e4/` */
export const importFolder = (id: string): string => `${IMPORTS}${id}/`;
/** `imports/3f2a9c01d2e4/import.json`: what was imported, how, and how far it has come. */
export const importKey = (id: string): string => `${importFolder(id)}import.json`;
/** `imports/3f2a9c01d2e4/0003-n7300.ndjson.gz`: keys of objects, noted before they are written. */
export const importedKeysKey = (id: string, part: number, keys: number): string =>
  `${importFolder(id)}${linesName(String(part).padStart(4, '0'), keys)}`;

/**
 * `import-3f2a9c01d2e4-000300007`: what an import has for an hour, where a batch of the stream has its shard and
 * sequence number. The number is that of its part of the input, and of the object within it.
 */
export const importBatch = (id: string, part: number, object: number): string =>
  `import-${id}-${String(part * 100_000 + object).padStart(9, '0')}`;

/** Consoles leave an empty object as the mark of a folder they made. */
export const isFolderMark = (key: string): boolean => key.endsWith('/');

const folders = [
  RAW,
  QUARANTINE,
  EVENTS,
  MARTS,
  BUILD_INPUTS,
  REPORTS,
  REJECTED,
  FAILED_BATCHES,
  REPLAYED_BATCHES,
  REPLAY_MARKS,
  IMPORTS,
  ARCHIVE,
  LIVE,
];

/** `raw/…` → `raw/`: what an object of the lake is. */
export const kindOfKey = (key: string): string | undefined =>
  folders.find((folder) => key.startsWith(folder));

const ofHour = /^(?:raw|quarantine|events|rejected|reports\/builds)\/dt=([^/]*)\/hr=([^/]*)\//;

/** `raw/dt=2026-11-01/hr=05/…` → `2026-11-01T05`, of an object or a folder; undefined for what is in no hour. */
export const partitionOfKey = (key: string): Partition | undefined => {
  const [, ...values] = ofHour.exec(key) ?? [];
  const partition = partitionOfValues(values);
  return isPartition(partition) ? partition : undefined;
};

/** `raw/dt=2026-11-01/…`, `marts/daily_sales/run=3c1f…/dt=2026-11-01/…` → `2026-11-01` */
export const dayOfKey = (key: string): string | undefined => {
  const day = /\/dt=([^/]*)\//.exec(key)?.[1];
  return day !== undefined && isPartition(`${day}T00`) ? day : undefined;
};

const counted =
  /^(?:(?:raw|quarantine|rejected|quarantine-replayed|imports)\/.*-n(\d{1,15})\.ndjson\.gz|events\/.*-n(\d{1,15})\.parquet)$/;

/** `…-n120.ndjson.gz`, `…-n120.parquet` → 120; undefined for a key without a count: none of ours is its writer. */
export const rowsOfKey = (key: string): number | undefined => {
  const [, lines, rows = lines] = counted.exec(key) ?? [];
  return rows === undefined ? undefined : Number(rows);
};

const ofBatch = /^(?:raw|quarantine)\/dt=[^/]*\/hr=[^/]*\/(?!build-)([^/.]+-\d+)-n\d+\.ndjson\.gz$/;

/**
 * The batch that `land` made this object of: `raw/…/<shard>-<first sequence>-n9.ndjson.gz`. Of an import what it has
 * instead.
 */
export const batchOfKey = (key: string): string | undefined => ofBatch.exec(key)?.[1];

const ofImport = /^import-([0-9a-f]+)-\d+$/;

/** `raw/…/import-3f2a9c01d2e4-000300007-n9.ndjson.gz` → `3f2a9c01d2e4`; undefined for what came through the stream. */
export const importOfKey = (key: string): string | undefined => ofImport.exec(batchOfKey(key) ?? '')?.[1];

const ofBuild =
  /(?:^|\/)(?:events\/dt=[^/]*\/hr=[^/]*\/build=([\w-]+)\/|(?:quarantine|rejected)\/dt=[^/]*\/hr=[^/]*\/build-([\w-]+)-n\d+\.ndjson\.gz$|reports\/builds\/dt=[^/]*\/hr=[^/]*\/([\w-]+)\.json$)/;

/**
 * The build whose file, folder or location this is: `events/…/build=<id>/events-0-n9.parquet`,
 * `s3://…/events/…/build=<id>/`, `quarantine/…/build-<id>-n3.ndjson.gz`.
 */
export const buildOfKey = (key: string): string | undefined => {
  const [, ...ids] = ofBuild.exec(key) ?? [];
  return ids.find((id) => id !== undefined);
};

/** `marts/daily_sales/run=3c1f…/…` → `run=3c1f…`; also of a location. */
export const martRunOfKey = (key: string): string | undefined =>
  /(?:^|\/)marts\/[^/]+\/(run=[^/]+)\//.exec(key)?.[1];

/** `s3://…/marts/daily_sales/run=3c1f…/dt=2026-11-01/` → `3c1f…`: whose run wrote it. */
export const executionOfKey = (key: string): string | undefined => martRunOfKey(key)?.slice('run='.length);

/** `s3://lake/raw/…` → `lake` */
export const bucketOfLocation = (location: string): string | undefined =>
  /^s3:\/\/([^/]+)\//.exec(location)?.[1];
