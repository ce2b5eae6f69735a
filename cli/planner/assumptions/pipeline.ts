import {
  BUILD_BYTES_PER_SECOND,
  BUILD_FIXED_SECONDS,
  PARTS_SHARE,
  RUN_FUNCTIONS,
  S3_WRITES,
} from '../../../src/backfill/cost.ts';
import { BUDGET_MS } from '../../../src/collect/accepting.ts';
import { RETRY_AFTER } from '../../../src/collect/answers.ts';
import { RECORD_BYTES } from '../../../src/collect/packing.ts';
import type { Assumption } from './assumption.ts';

/**
 * How long the pipeline's own functions take, and how much they write. Values of other files are imported, not
 * repeated.
 */
export const pipeline = {
  collectSeconds: {
    value: 0.03,
    unit: 's',
    what: 'one call of `collect`: parsing, one PutRecords, its share of cold starts',
    source: 'assumed: not measured on AWS',
  },
  landBytesPerSecond: {
    value: 10_000_000,
    unit: 'B/s',
    what: 'lines that `land` takes a second, on the CPU that its memory brings',
    source: 'assumed: not measured on AWS',
  },
  landFixedSeconds: {
    value: 0.3,
    unit: 's',
    what: 'one call of `land`, besides its bytes',
    source: 'assumed: a few calls of S3 and DynamoDB, not measured on AWS',
  },
  windowsFixedSeconds: {
    value: 0.05,
    unit: 's',
    what: 'one call of `windows`, besides its bytes, a part written in one of several among them',
    source: 'assumed: not measured on AWS',
  },
  windowPartBytes: {
    value: 2_500,
    unit: 'B',
    what: 'a part of the windows: a line for each of its groups',
    source: 'assumed: the three windows of the shop, some ten groups of 200 bytes',
  },
  hoursPerBatch: {
    value: 1.2,
    unit: 'hours',
    what: 'hours that the lines of one batch belong to; each is a raw object and a mark in the ledger',
    source: 'assumed: most events are of the current hour, some come late',
  },
  publishSeconds: {
    value: 0.5,
    unit: 's',
    what: 'one call of `publish`',
    source: 'assumed: a few calls of DynamoDB, Glue and S3, not measured on AWS',
  },
  stepSeconds: {
    value: 1,
    unit: 's',
    what: 'one call of another function of the ETL',
    source: 'assumed: not measured on AWS',
  },
  unnamedFunctionGb: {
    value: 0.25,
    unit: 'GB',
    what: 'memory of a function that the template does not have',
    source: 'assumed: the least memory of the functions in functions/',
  },
  buildBytesPerSecond: {
    value: BUILD_BYTES_PER_SECOND,
    unit: 'B/s',
    what: 'gzipped bytes that `build` turns into Parquet a second',
    source: 'src/backfill/cost.ts: a third of what DuckDB reads on two cores; not measured on AWS',
  },
  buildInPartsShare: {
    value: PARTS_SHARE,
    unit: 'share',
    what: 'the speed of a build in parts, compared with a whole one',
    source: 'src/backfill/cost.ts: both are measured in docs/reference/performance.md',
  },
  buildFixedSeconds: {
    value: BUILD_FIXED_SECONDS,
    unit: 's',
    what: 'one build, besides its bytes',
    source: "src/backfill/cost.ts: the lock, DuckDB's start, a share of a cold start",
  },
  callsPerPartition: {
    value: 2,
    unit: 'calls',
    what: 'calls of functions for each partition that is built',
    source: 'statemachines/etl.asl.yml: `build` and `publish`',
  },
  callsPerRun: {
    value: RUN_FUNCTIONS,
    unit: 'calls',
    what: 'calls of other functions in a run of the ETL',
    source: 'src/backfill/cost.ts',
  },
  s3WritesPerPartition: {
    value: S3_WRITES.partition,
    unit: 'requests',
    what: 'PUT and LIST requests for each partition that is built',
    source: 'src/backfill/cost.ts',
  },
  s3WritesPerRun: {
    value: S3_WRITES.run,
    unit: 'requests',
    what: 'PUT and LIST requests of a run of the ETL, besides its partitions',
    source: 'src/backfill/cost.ts',
  },
  ledgerWritesPerPartition: {
    value: 6,
    unit: 'writes',
    what: 'writes of the ledger for each partition that is built',
    source: 'assumed: not measured',
  },
  ledgerReadsPerPartition: {
    value: 4,
    unit: 'reads',
    what: 'reads of the ledger for each partition that is built',
    source: 'assumed: not measured',
  },
  glueCallsPerPartition: {
    value: 4,
    unit: 'calls',
    what: 'calls of the Glue catalog for each partition that is built',
    source: 'assumed: not measured',
  },
  logBytesPerCall: {
    value: 1_100,
    unit: 'B',
    what: 'logs of one call of a function: its START, END and REPORT lines, a line of its own and its metrics',
    source: 'assumed: the length of those lines',
  },
  logBytesPerRequest: {
    value: 610,
    unit: 'B',
    what: 'logs of one request to `collect`: its line and its metrics, and 26 B that CloudWatch adds to each',
    source:
      'docs/decisions/176-what-the-collector-writes-of-a-request.md: the lines of a demo on the emulator',
  },
  logBytesPerPart: {
    value: 1_100,
    unit: 'B',
    what: 'logs of `windows` for each part that it writes; a call that only counts writes none',
    source:
      'docs/decisions/176-what-the-collector-writes-of-a-request.md: the lines of a demo on the emulator',
  },
  logBytesOfLambda: {
    value: 430,
    unit: 'B',
    what: 'lines that Lambda itself writes of one call, where it does: START, END and REPORT',
    source: 'assumed: the length of those lines',
  },
  logStoredShare: {
    value: 0.15,
    unit: 'share',
    what: 'of the bytes of a log what is stored: it is compressed',
    source: 'assumed: lines of JSON that are much alike',
  },
  logBytesPerRun: {
    value: 20_000,
    unit: 'B',
    what: 'logs of one run of the ETL: the lines of its steps',
    source: 'assumed: the length of those lines',
  },
  curatedReadDays: {
    value: 30,
    unit: 'days',
    what: 'days back that queries read as a rule: files of older days lie in cheaper tiers',
    source: 'assumed: dashboards and marts show the last weeks',
  },
  requestsPerKeyLookup: {
    value: 50,
    unit: 'requests',
    what: 'requests for which one look-up of a write key is enough',
    source: 'assumed: each execution environment of `collect` caches keys',
  },
  metrics: {
    value: 25,
    unit: 'metrics',
    what: "custom metrics that a stage writes in most hours, those of the shop's windows among them",
    source: 'src/etl/runMetrics.ts and functions/: counted',
  },
  metricsPerMapping: {
    value: 5,
    unit: 'metrics',
    what: 'metrics of an event source mapping that counts events',
    source:
      'assumed: those of a Kinesis stream, billed as custom metrics; AWS does not say which are published',
  },
  metricsPerRoute: {
    value: 6,
    unit: 'metrics',
    what: 'metrics of a route of the HTTP API, where it has its own',
    source: 'Amazon API Gateway Developer Guide, "Working with metrics for HTTP APIs"',
  },
  dpuHoursPerCrawl: {
    value: 0.5,
    unit: 'DPU hours',
    what: 'one crawl of raw/',
    source: 'assumed: not measured on AWS',
  },
  eventsPerPartition: {
    value: 12,
    unit: 'events',
    what: 'history events of a partition: two Lambda tasks of five, and the iteration',
    source: 'statemachines/etl.asl.yml',
  },
  eventsPerState: {
    value: 6,
    unit: 'events',
    what: 'history events of a `.sync` task of Athena: entered, scheduled, started, submitted, ended, exited',
    source: 'statemachines/etl.asl.yml',
  },
  archiveCheckReadings: {
    value: 12.5,
    unit: 'readings',
    what: "how often the check of the archive reads an hour's lines: three times in the archive and twice in raw, each time two and a half hours",
    source:
      'src/etl/archiveCheckSql.ts: how often it names each side, since Athena reads a WITH query anew for each; src/etl/archiveCheck.ts: the hour, the one before, and what there is of the one after',
  },
  recordBytes: {
    value: RECORD_BYTES,
    unit: 'B',
    what: 'a record of the stream at most',
    source: 'src/collect/packing.ts',
  },
  collectorPatienceSeconds: {
    value: BUDGET_MS / 1_000,
    unit: 's',
    what: 'how long `collect` tries to put what the stream does not take',
    source: 'src/collect/accepting.ts',
  },
  retryAfterSeconds: {
    value: Number(RETRY_AFTER),
    unit: 's',
    what: "the pause that the collector's 503 asks for; API Gateway asks for none with its 429",
    source: 'src/collect/answers.ts',
  },
  emulatorLandSeconds: {
    value: 0.03,
    unit: 's',
    what: 'one call of `land` on the emulator, besides its bytes',
    source: 'assumed: no network lies between its parts',
  },
} as const satisfies Record<string, Assumption>;
