/**
 * AWS's default quotas and the times that neither the template nor cli/planner/cost/assumptions.ts says. `source` is where each
 * comes from: a page of AWS's documentation, this repository, or nobody's (`assumed`, `from memory`).
 */
export const assumptions = {
  /** requests a second that an account's APIs take together in a region, and the bucket besides */
  accountRequestsPerSecond: {
    value: 10_000,
    source: 'API Gateway quotas; some regions have 2,500',
  },
  accountBurst: { value: 5_000, source: 'API Gateway quotas; not adjustable' },
  lambdaConcurrency: {
    value: 1_000,
    source: 'Lambda quotas; a new account may begin with 10 (from memory)',
  },
  environmentsPerTenSeconds: { value: 1_000, source: 'Lambda scaling behavior, of each function' },
  requestsPerEnvironmentSecond: {
    value: 10,
    source:
      'Lambda scaling behavior: 10,000 requests a second with 1,000 environments, however short they are',
  },
  onDemandBytesPerSecond: {
    value: 4_000_000,
    source: 'Kinesis on-demand mode: what a new stream takes',
  },
  onDemandCeilingBytesPerSecond: {
    value: 200_000_000,
    source:
      "AWS Big Data Blog 2023: the default; 1 GB/s when asked for. Some regions' default is higher today",
  },
  onDemandScalingSeconds: {
    value: 300,
    source: 'assumed: AWS says minutes, and that more than double within 15 minutes may be throttled',
  },
  shardBytesPerSecond: { value: 1_048_576, source: 'Kinesis quotas: 1 MiB a shard' },
  shardRecordsPerSecond: { value: 1_000, source: 'Kinesis quotas' },
  recordBytes: { value: 131_072, source: 'src/collect/packing.ts: a record of the stream at most' },
  batchBytes: { value: 4_500_000, source: 'Lambda: 6 MB of base64 a call' },
  doorPatienceSeconds: {
    value: 8,
    source: 'functions/collect.yml: how long it tries to put what the stream refuses',
  },
  retryAfterSeconds: {
    value: 2,
    source: 'src/collect/answers.ts, of 503; API Gateway says none with its 429',
  },
  clientTries: { value: 8, source: 'client/collect/post.ts' },
  clientFirstWaitSeconds: {
    value: 0.2,
    source: 'client/collect/post.ts, doubled with each try, times a random share',
  },
  clientLongestWaitSeconds: { value: 10, source: 'client/collect/post.ts' },
  putsPerPrefixSecond: {
    value: 3_500,
    source: 'S3 performance guidelines: at least, then it splits the prefix',
  },
  historyEvents: { value: 25_000, source: 'Step Functions quotas' },
  eventsPerPartition: {
    value: 12,
    source: 'statemachines/etl.asl.yml: two Lambda tasks of five, and the iteration',
  },
  eventsPerState: {
    value: 6,
    source: 'a .sync task of Athena: entered, scheduled, started, submitted, ended, exited',
  },
  athenaQueries: {
    value: 20,
    source: 'statemachines/etl.asl.yml; the default of large regions is higher (from memory)',
  },
  gluePartitions: { value: 10_000_000, source: 'Glue quotas, a table (from memory)' },
} as const;

/** Hours of the day have from 0.4 to 1.6 times the mean, most of it at 20:00. */
export const DIURNAL = 0.6;
export const BUSIEST_HOUR = 20;

/** A campaign reaches its height so fast, and falls to a third of it in so long. */
export const BURST_RISE_SECONDS = 60;
export const BURST_DECAY_SECONDS = 600;
