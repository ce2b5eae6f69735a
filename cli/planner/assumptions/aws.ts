import { LEAST_SCAN } from '../../../src/backfill/cost.ts';
import type { Assumption } from './assumption.ts';

/** AWS's default quotas, how its services scale, and its smallest billing units. */
export const aws = {
  accountRequestsPerSecond: {
    value: 10_000,
    unit: 'requests/s',
    what: "what an account's APIs take together in a region; some regions have 2,500",
    source: 'Amazon API Gateway Developer Guide, "Amazon API Gateway quotas"',
  },
  accountBurst: {
    value: 5_000,
    unit: 'requests',
    what: 'what they take at once; not adjustable',
    source: 'Amazon API Gateway Developer Guide, "Amazon API Gateway quotas"',
  },
  lambdaConcurrency: {
    value: 1_000,
    unit: 'executions',
    what: 'executions of all functions at once; a new account may begin with 10',
    source: 'AWS Lambda Developer Guide, "Lambda quotas"; the 10 are from memory',
  },
  environmentsPerTenSeconds: {
    value: 1_000,
    unit: 'environments',
    what: 'new execution environments that each function may have in ten seconds',
    source: 'AWS Lambda Developer Guide, "Understanding Lambda function scaling"',
  },
  requestsPerEnvironmentSecond: {
    value: 10,
    unit: 'requests/s',
    what: 'what one execution environment takes, however short the requests are',
    source: 'AWS Lambda Developer Guide, "Understanding Lambda function scaling"',
  },
  batchBytes: {
    value: 4_500_000,
    unit: 'B',
    what: 'records of one batch for `land`: 6 MB of base64',
    source: 'AWS Lambda Developer Guide, "Lambda quotas": 6 MB a call',
  },
  shardReadBytesPerSecond: {
    value: 2_097_152,
    unit: 'B/s',
    what: 'what a shard gives to all consumers that share it',
    source: 'Amazon Kinesis Data Streams Developer Guide, "Quotas and limits"',
  },
  shardReadsPerSecond: {
    value: 5,
    unit: 'calls/s',
    what: 'GetRecords calls of a shard; Lambda and Firehose make one a second each',
    source:
      'Amazon Kinesis Data Streams Developer Guide, "Quotas and limits"; AWS Lambda and Firehose Developer Guides',
  },
  onDemandShards: {
    value: 4,
    unit: 'shards',
    what: 'shards that an on-demand stream begins with',
    source: 'Amazon Kinesis Data Streams Developer Guide, "Choose the right mode": 4 MB/s at first',
  },
  bytesPerShardSecond: {
    value: 1_000_000,
    unit: 'B/s',
    what: 'what a shard of an on-demand stream takes; the stream keeps room for twice its peak',
    source: 'Amazon Kinesis Data Streams Developer Guide, "Choose the right mode"',
  },
  onDemandCeilingBytesPerSecond: {
    value: 200_000_000,
    unit: 'B/s',
    what: "how far an on-demand stream grows by default; 1 GB/s when asked for, and some regions' default is higher",
    source: 'AWS Big Data Blog, 2023',
  },
  onDemandScalingSeconds: {
    value: 300,
    unit: 's',
    what: 'how long an on-demand stream takes to double',
    source: 'assumed: AWS says minutes, and that more than double within 15 minutes may be throttled',
  },
  onDemandWatchSeconds: {
    value: 60,
    unit: 's',
    what: 'the time whose mean an on-demand stream follows',
    source: 'assumed: AWS does not say',
  },
  provisionedShardBytesPerSecond: {
    value: 1_048_576,
    unit: 'B/s',
    what: 'what a provisioned shard takes: 1 MiB',
    source: 'Amazon Kinesis Data Streams Developer Guide, "Quotas and limits"',
  },
  shardRecordsPerSecond: {
    value: 1_000,
    unit: 'records/s',
    what: 'records that any shard takes',
    source: 'Amazon Kinesis Data Streams Developer Guide, "Quotas and limits"',
  },
  putsPerPrefixSecond: {
    value: 3_500,
    unit: 'requests/s',
    what: 'PUTs that a prefix takes at least; then S3 splits it',
    source: 'Amazon S3 User Guide, "Best practices design patterns: optimizing Amazon S3 performance"',
  },
  getsPerPrefixSecond: {
    value: 5_500,
    unit: 'requests/s',
    what: 'GETs that a prefix takes at least',
    source: 'Amazon S3 User Guide, "Best practices design patterns: optimizing Amazon S3 performance"',
  },
  itemWritesPerSecond: {
    value: 1_000,
    unit: 'writes/s',
    what: 'writes that one item of DynamoDB takes',
    source: 'Amazon DynamoDB Developer Guide (from memory)',
  },
  historyEvents: {
    value: 25_000,
    unit: 'events',
    what: "events that the history of a state machine's execution takes",
    source: 'AWS Step Functions Developer Guide, "Service quotas"',
  },
  athenaQueries: {
    value: 20,
    unit: 'queries',
    what: 'active DML queries of an account; the default of large regions is higher',
    source: 'Amazon Athena User Guide, "Service Quotas" (from memory)',
  },
  leastScanBytes: {
    value: LEAST_SCAN,
    unit: 'B',
    what: 'the least that Athena bills for a query',
    source: 'src/backfill/cost.ts: the pricing page of Amazon Athena',
  },
  gluePartitions: {
    value: 10_000_000,
    unit: 'partitions',
    what: 'partitions of a table',
    source: 'AWS General Reference, "AWS Glue endpoints and quotas" (from memory)',
  },
  tracesPerSecond: {
    value: 1,
    unit: 'requests/s',
    what: 'requests that X-Ray traces in any case',
    source: 'AWS X-Ray Developer Guide, "Configuring sampling rules": the default rule',
  },
  tracedShare: {
    value: 0.05,
    unit: 'share',
    what: 'requests above those that X-Ray traces',
    source: 'AWS X-Ray Developer Guide, "Configuring sampling rules": the default rule',
  },
} as const satisfies Record<string, Assumption>;
