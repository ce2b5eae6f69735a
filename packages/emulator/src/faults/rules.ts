/** What can be made to go wrong. */
export type FaultKind =
  /** the service asks to slow down: each by its own name for that */
  | 'throttled'
  /** PutRecords takes some records and refuses the others as ProvisionedThroughputExceededException */
  | 'partlyThrottled'
  /** a 5xx, nothing done */
  | 'serverError'
  /** the service does it at once, its answer comes too late */
  | 'answerLate'
  /** the service does it only after the caller has given up */
  | 'effectLate'
  /** the connection breaks before the service has seen the call */
  | 'droppedBefore'
  /** the connection breaks after the service has done it */
  | 'droppedAfter'
  /** the connection breaks before the service has begun, and it does it later all the same, when nobody thinks of it */
  | 'droppedEffectLate'
  /** DynamoDB refuses a call that has a condition */
  | 'conditionFailed'
  /** Glue: somebody else changes the same thing */
  | 'concurrentModification'
  /** Glue: somebody else has just created the very thing */
  | 'alreadyExists'
  | 'crawlerRunning'
  /** the query starts, writes what it writes, and ends as FAILED for a reason that may pass, or will not, or CANCELLED */
  | 'queryFailedTransient'
  | 'queryFailedDeterministic'
  | 'queryCancelled'
  /** the function's process is killed in the middle of a call */
  | 'functionKilled'
  | 'functionTimedOut'
  /** the function runs twice with the same event */
  | 'functionTwice'
  | 'functionThrottled';

export interface FaultRule {
  kind: FaultKind;
  /**
   * As in signatures: `kinesis`, `s3`, `dynamodb`, `glue`, `athena`; `lambda` for calls of functions; `httpApi` for
   * requests of clients to the HTTP API; `firehose` for what it writes to S3;
   * `rds` for databases, whose connections know only droppedBefore and droppedAfter.
   */
  service: string;
  /**
   * `PutRecords`, `PUT object`, for `lambda` a function's key, for `httpApi` the path, for `firehose` `DeliverToS3`,
   * for `rds` `Connect` or `COMMIT`. Absent: any.
   */
  operation?: string;
  /** of each call, in [0, 1] */
  probability?: number;
  /** these calls of the operation, counted from 1 */
  calls?: readonly number[];
  /** of answerLate and effectLate; at most, of droppedEffectLate and of how long a killed function has run */
  ms?: number;
  /** of queries: one of `queryReasons` of the kind. Absent: each in its turn, by the dice. */
  reason?: string;
}

/** A rule that applies to a call, with a number in [0, 1) of its own for what is still open. */
export interface Fault {
  kind: FaultKind;
  ms: number;
  dice: number;
  reason?: string | undefined;
}

export const DEFAULT_MS = 200;
