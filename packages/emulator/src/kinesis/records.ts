import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { Shard } from './store.ts';

interface StoredRecord {
  /** n of sequenceNumber(n) */
  n: number;
  arrivalMs: number;
  partitionKey: string;
  data: Uint8Array;
}

// AUTOINCREMENT never gives a number twice, not even after the last record was trimmed and the emulator restarted.
const schema = `
  CREATE TABLE IF NOT EXISTS kinesis_records (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    shard INTEGER NOT NULL REFERENCES kinesis_shards(id) ON DELETE CASCADE,
    arrival_ms INTEGER NOT NULL, partition_key TEXT NOT NULL, data BLOB NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS kinesis_records_shard ON kinesis_records (shard, n);
`;

const recordRow = z.object({
  n: z.number(),
  arrival_ms: z.number(),
  partition_key: z.string(),
  data: z.instanceof(Uint8Array),
});

const numberRow = z.object({ n: z.number().nullable() });

const removedRow = z.object({ n: z.number(), bytes: z.number() });

/** Bytes a record counts for, against the limits and the bound of storage. */
export const recordBytes = (data: Uint8Array, partitionKey: string): number =>
  data.length + Buffer.byteLength(partitionKey);

/** Rows removed in one statement, so that a long backlog does not stop the emulator for seconds. */
const TRIM_ROWS = 5_000;

/** The records of all shards. Everything here is one statement; callers make the transactions. */
export class Records {
  readonly #insertRow: StatementSync;
  readonly #rowsAfter: StatementSync;
  readonly #lastOfShard: StatementSync;
  readonly #lastEver: StatementSync;
  readonly #firstSince: StatementSync;
  readonly #oldest: StatementSync;
  readonly #removeRows: StatementSync;

  constructor(db: DatabaseSync) {
    db.exec(schema);
    this.#insertRow = db.prepare(
      'INSERT INTO kinesis_records (shard, arrival_ms, partition_key, data) VALUES (?, ?, ?, ?)',
    );
    this.#rowsAfter = db.prepare(
      'SELECT n, arrival_ms, partition_key, data FROM kinesis_records WHERE shard = ? AND n > ? ORDER BY n LIMIT ?',
    );
    this.#lastOfShard = db.prepare('SELECT max(n) AS n FROM kinesis_records WHERE shard = ?');
    this.#lastEver = db.prepare("SELECT seq AS n FROM sqlite_sequence WHERE name = 'kinesis_records'");
    this.#firstSince = db.prepare(
      'SELECT min(n) AS n FROM kinesis_records WHERE shard = ? AND arrival_ms >= ?',
    );
    this.#oldest = db.prepare(
      `SELECT n, arrival_ms, length(data) + length(CAST(partition_key AS BLOB)) AS bytes
       FROM kinesis_records WHERE shard = ? ORDER BY n LIMIT ${TRIM_ROWS}`,
    );
    this.#removeRows = db.prepare('DELETE FROM kinesis_records WHERE shard = ? AND n <= ?');
  }

  /** Returns the n of its sequence number. */
  append(shard: Shard, arrivalMs: number, partitionKey: string, data: Uint8Array): number {
    return Number(this.#insertRow.run(shard.id, arrivalMs, partitionKey, data).lastInsertRowid);
  }

  /** Records after n: the first always, more while they fit. */
  after(shard: Shard, n: number, maxRecords: number, maxBytes: number): StoredRecord[] {
    const found: StoredRecord[] = [];
    let bytes = 0;
    for (const row of this.#rowsAfter.iterate(shard.id, n, maxRecords)) {
      const record = recordRow.parse(row);
      bytes += recordBytes(record.data, record.partition_key);
      if (found.length > 0 && bytes > maxBytes) break;
      const { arrival_ms: arrivalMs, partition_key: partitionKey, data } = record;
      found.push({ n: record.n, arrivalMs, partitionKey, data });
    }
    return found;
  }

  /** n of the newest record of a shard, 0 when it holds none. */
  last(shard: Shard): number {
    return numberRow.parse(this.#lastOfShard.get(shard.id)).n ?? 0;
  }

  /** n of the newest record ever stored anywhere, 0 before the first. */
  lastOfAll(): number {
    return numberRow.parse(this.#lastEver.get() ?? { n: 0 }).n ?? 0;
  }

  /** n of the first record that arrived at or after the instant, if there is one. */
  since(shard: Shard, instantMs: number): number | undefined {
    return numberRow.parse(this.#firstSince.get(shard.id, instantMs)).n ?? undefined;
  }

  /** Removes oldest records while `mayGo` says so; returns the bytes freed. */
  removeOldest(shard: Shard, mayGo: (n: number, arrivalMs: number, freed: number) => boolean): number {
    let freed = 0;
    let last = 0;
    for (const row of this.#oldest.iterate(shard.id)) {
      const { n, bytes } = removedRow.parse(row);
      if (!mayGo(n, Number(row.arrival_ms), freed)) break;
      freed += bytes;
      last = n;
    }
    if (last > 0) this.#removeRows.run(shard.id, last);
    return freed;
  }
}
