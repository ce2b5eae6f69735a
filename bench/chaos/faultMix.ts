import { createHash } from 'node:crypto';
import type { FaultKind, FaultRule } from 'headrace-emulator/faults';

/** Past the collector's patience with the stream (3 s a call, src/lambda/environment.ts), and with the table of keys (1.5 s). */
const PAST_STREAM_MS = 3_500;
const PAST_KEYS_MS = 1_800;

/** Long enough for a run of the ETL to go by before a call takes effect that nobody waits for any more. */
const RUN_LATER_MS = 8_000;

const later = (service: string, operations: readonly string[], probability: number): FaultRule[] =>
  operations.map((operation) => ({
    service,
    operation,
    kind: 'droppedEffectLate',
    ms: RUN_LATER_MS,
    probability,
  }));

/**
 * Calls that change what readers see, or what is counted, take effect when others have come in between. A run makes few of
 * them, but for those that write objects.
 */
const effectsLater: readonly FaultRule[] = [
  ...later('glue', ['CreatePartition', 'UpdatePartition', 'DeletePartition'], 0.25),
  ...later('glue', ['BatchCreatePartition', 'BatchUpdatePartition', 'BatchDeletePartition'], 0.25),
  // PutObject and CopyObject
  ...later('s3', ['PUT object'], 0.03),
  // CompleteMultipartUpload, DeleteObject, DeleteObjects
  ...later('s3', ['POST object', 'DELETE object', 'POST bucket'], 0.15),
];

/**
 * Everything that can go wrong, each with the share of its calls. Rare where a call is made often, and where the
 * pipeline has to wait long for its next try: a run shall meet many faults, not one for ever.
 */
const rules: readonly FaultRule[] = [
  ...effectsLater,
  { service: 'httpApi', kind: 'droppedBefore', probability: 0.02 },
  { service: 'httpApi', kind: 'droppedAfter', probability: 0.04 },
  { service: 'kinesis', operation: 'PutRecords', kind: 'throttled', probability: 0.05 },
  { service: 'kinesis', operation: 'PutRecords', kind: 'partlyThrottled', probability: 0.08 },
  { service: 'kinesis', operation: 'PutRecords', kind: 'serverError', probability: 0.04 },
  { service: 'kinesis', operation: 'PutRecords', kind: 'droppedBefore', probability: 0.02 },
  { service: 'kinesis', operation: 'PutRecords', kind: 'droppedAfter', probability: 0.04 },
  { service: 'kinesis', operation: 'PutRecords', kind: 'answerLate', ms: PAST_STREAM_MS, probability: 0.015 },
  { service: 'kinesis', operation: 'PutRecords', kind: 'effectLate', ms: PAST_STREAM_MS, probability: 0.015 },
  { service: 's3', kind: 'throttled', probability: 0.03 },
  { service: 's3', kind: 'serverError', probability: 0.02 },
  { service: 's3', kind: 'droppedBefore', probability: 0.01 },
  { service: 's3', kind: 'droppedAfter', probability: 0.02 },
  { service: 'dynamodb', operation: 'UpdateItem', kind: 'conditionFailed', probability: 0.06 },
  { service: 'dynamodb', kind: 'throttled', probability: 0.03 },
  { service: 'dynamodb', kind: 'serverError', probability: 0.02 },
  { service: 'dynamodb', kind: 'droppedBefore', probability: 0.01 },
  { service: 'dynamodb', kind: 'droppedAfter', probability: 0.02 },
  { service: 'dynamodb', operation: 'GetItem', kind: 'answerLate', ms: PAST_KEYS_MS, probability: 0.01 },
  { service: 'dynamodb', operation: 'UpdateItem', kind: 'effectLate', ms: PAST_KEYS_MS, probability: 0.005 },
  { service: 'firehose', kind: 'throttled', probability: 0.1 },
  { service: 'firehose', kind: 'serverError', probability: 0.05 },
  { service: 'firehose', kind: 'droppedBefore', probability: 0.05 },
  { service: 'firehose', kind: 'droppedAfter', probability: 0.1 },
  ...later('firehose', ['DeliverToS3'], 0.1),
  { service: 'rds', operation: 'Connect', kind: 'droppedBefore', probability: 0.1 },
  { service: 'rds', operation: 'COMMIT', kind: 'droppedBefore', probability: 0.05 },
  { service: 'rds', operation: 'COMMIT', kind: 'droppedAfter', probability: 0.1 },
  { service: 'glue', operation: 'StartCrawler', kind: 'crawlerRunning', probability: 0.4 },
  { service: 'glue', operation: 'CreatePartition', kind: 'alreadyExists', probability: 0.08 },
  { service: 'glue', operation: 'UpdatePartition', kind: 'concurrentModification', probability: 0.08 },
  { service: 'glue', kind: 'throttled', probability: 0.03 },
  { service: 'glue', kind: 'serverError', probability: 0.02 },
  { service: 'glue', kind: 'droppedBefore', probability: 0.01 },
  { service: 'glue', kind: 'droppedAfter', probability: 0.03 },
  { service: 'athena', operation: 'StartQueryExecution', kind: 'throttled', probability: 0.15 },
  { service: 'athena', operation: 'StartQueryExecution', kind: 'serverError', probability: 0.05 },
  { service: 'athena', operation: 'StartQueryExecution', kind: 'queryFailedTransient', probability: 0.05 },
  {
    service: 'athena',
    operation: 'StartQueryExecution',
    kind: 'queryFailedDeterministic',
    probability: 0.015,
  },
  { service: 'athena', operation: 'StartQueryExecution', kind: 'queryCancelled', probability: 0.03 },
  { service: 'athena', operation: 'StartQueryExecution', kind: 'droppedAfter', probability: 0.015 },
  { service: 'lambda', operation: 'collect', kind: 'functionKilled', ms: 40, probability: 0.015 },
  { service: 'lambda', operation: 'collect', kind: 'functionTwice', probability: 0.02 },
  { service: 'lambda', operation: 'collect', kind: 'functionThrottled', probability: 0.02 },
  { service: 'lambda', operation: 'land', kind: 'functionKilled', ms: 300, probability: 0.12 },
  { service: 'lambda', operation: 'land', kind: 'functionTimedOut', ms: 300, probability: 0.06 },
  { service: 'lambda', operation: 'land', kind: 'functionTwice', probability: 0.12 },
  { service: 'lambda', operation: 'land', kind: 'functionThrottled', probability: 0.04 },
  { service: 'lambda', operation: 'postgres', kind: 'functionKilled', ms: 300, probability: 0.12 },
  { service: 'lambda', operation: 'postgres', kind: 'functionTimedOut', ms: 300, probability: 0.06 },
  { service: 'lambda', operation: 'postgres', kind: 'functionTwice', probability: 0.12 },
  { service: 'lambda', kind: 'functionKilled', ms: 500, probability: 0.03 },
  { service: 'lambda', kind: 'functionTimedOut', ms: 500, probability: 0.02 },
  { service: 'lambda', kind: 'functionTwice', probability: 0.06 },
  { service: 'lambda', kind: 'functionThrottled', probability: 0.03 },
  { service: 'lambda', kind: 'serverError', probability: 0.02 },
];

/** What must happen to some call of every run, because few calls can suffer it. */
const RARE = new Set<FaultKind>([
  'queryFailedTransient',
  'queryFailedDeterministic',
  'queryCancelled',
  'concurrentModification',
  'alreadyExists',
]);

/** One of the first calls: a run of the ETL makes some six queries. */
const FIRST_CALLS = 9;

/** The rules of a seed: all of them, some kinds half as likely, some twice; rare ones at one call for certain. */
export const everything = (seed: number): FaultRule[] =>
  rules
    .map((rule) => {
      const dice = diceOf(seed, rule);
      const probability = (rule.probability ?? 0) * 2 ** (2 * dice - 1);
      if (!RARE.has(rule.kind)) return { ...rule, probability };
      return { ...rule, probability, calls: [1 + Math.floor(dice * FIRST_CALLS)] };
    })
    // First, so that no other rule takes their call.
    .sort((a, b) => Number(RARE.has(b.kind)) - Number(RARE.has(a.kind)));

const diceOf = (seed: number, { service, kind }: FaultRule): number =>
  createHash('sha256').update(`${seed} ${service} ${kind}`).digest().readUInt32BE(0) / 2 ** 32;
