/** What one shard takes a second, in AWS. */
const RECORDS_PER_SECOND = 1_000;
const BYTES_PER_SECOND = 1024 * 1024;

interface Bucket {
  records: number;
  bytes: number;
  atMs: number;
}

/** The write limits of shards: one second's worth may come at once, then it fills again as time passes. */
export class ShardLimits {
  readonly #buckets = new Map<number, Bucket>();

  /** Takes room for one record, or says there is none. */
  take(shard: number, bytes: number, nowMs: number): boolean {
    const bucket = this.#refilled(shard, nowMs);
    if (bucket.records < 1 || bucket.bytes < bytes) return false;
    bucket.records -= 1;
    bucket.bytes -= bytes;
    return true;
  }

  #refilled(shard: number, nowMs: number): Bucket {
    const known = this.#buckets.get(shard);
    const bucket = known ?? { records: RECORDS_PER_SECOND, bytes: BYTES_PER_SECOND, atMs: nowMs };
    const seconds = Math.max(0, nowMs - bucket.atMs) / 1000;
    bucket.records = Math.min(RECORDS_PER_SECOND, bucket.records + seconds * RECORDS_PER_SECOND);
    bucket.bytes = Math.min(BYTES_PER_SECOND, bucket.bytes + seconds * BYTES_PER_SECOND);
    bucket.atMs = nowMs;
    if (known === undefined) this.#buckets.set(shard, bucket);
    return bucket;
  }
}
