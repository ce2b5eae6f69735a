import type { ShardRecord } from '../kinesis/types.ts';

/** What goes into one object: records of all shards, in the order in which they were read. */
export class Gathered {
  readonly #parts: Uint8Array[] = [];
  readonly #delimiter: Uint8Array;
  /** the last record of each shard that is in here */
  readonly #positions = new Map<string, string>();
  bytes = 0;
  records = 0;
  /** arrival of the oldest record */
  oldestMs = Number.POSITIVE_INFINITY;

  constructor(delimiter: string) {
    this.#delimiter = Buffer.from(delimiter);
  }

  add(shardId: string, records: readonly ShardRecord[]): void {
    for (const { data, arrivalMs, sequenceNumber } of records) {
      this.#parts.push(data, this.#delimiter);
      this.bytes += data.length + this.#delimiter.length;
      this.records += 1;
      this.oldestMs = Math.min(this.oldestMs, arrivalMs);
      this.#positions.set(shardId, sequenceNumber);
    }
  }

  position(shardId: string): string | undefined {
    return this.#positions.get(shardId);
  }

  positions(): Iterable<[string, string]> {
    return this.#positions;
  }

  /** Concatenated: what is between two records is what they bring along, or the delimiter. */
  content(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
