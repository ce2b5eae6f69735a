/** Which source a write key belongs to; undefined for a key that is unknown or revoked. */
export interface WriteKeys {
  sourceOf(writeKey: string): Promise<string | undefined>;
}

/** A text kept secret, the same for as long as the stage is there. Throws what its service throws. */
export interface Secret {
  value(): Promise<string>;
}

export interface StreamRecord {
  partitionKey: string;
  /** NDJSON, each line ended by \n */
  data: Uint8Array;
}

/**
 * Per record, in order: taken, and as which (`<shard>:<sequence number>`, as Kinesis calls it to its readers), or why
 * not.
 */
export type PutOutcome = { taken: true; record: string } | { taken: false; errorCode: string };

export interface EventStream {
  /** One PutRecords call: at most 500 records and 5 MiB. Throws only if the whole call failed. */
  put(records: readonly StreamRecord[]): Promise<PutOutcome[]>;
}
