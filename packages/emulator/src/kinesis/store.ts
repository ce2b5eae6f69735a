import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { ACCOUNT_ID, REGION } from '../account.ts';
import { AwsError } from '../contracts.ts';
import { transaction } from '../database.ts';

/** Upper end of the hash key space: MD5's. */
const MAX_HASH = (1n << 128n) - 1n;

export interface Shard {
  /** row id: records refer to it */
  id: number;
  number: number;
  shardId: string;
  low: bigint;
  high: bigint;
  parents: string[];
  /** n of sequenceNumber(n) */
  start: number;
  /** set once the shard is closed */
  end: number | null;
  /** bytes of the records it holds */
  bytes: number;
}

export interface Stream {
  id: number;
  name: string;
  arn: string;
  mode: 'PROVISIONED' | 'ON_DEMAND';
  retentionHours: number;
  createdMs: number;
  shards: Shard[];
}

const schema = `
  CREATE TABLE IF NOT EXISTS kinesis_streams (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, mode TEXT NOT NULL,
    retention_hours INTEGER NOT NULL, created_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS kinesis_shards (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL REFERENCES kinesis_streams(id) ON DELETE CASCADE,
    number INTEGER NOT NULL, low TEXT NOT NULL, high TEXT NOT NULL, parents TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER, bytes INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE INDEX IF NOT EXISTS kinesis_shards_stream ON kinesis_shards (stream, number);
`;

const streamRow = z.object({
  id: z.number(),
  name: z.string(),
  mode: z.enum(['PROVISIONED', 'ON_DEMAND']),
  retention_hours: z.number(),
  created_ms: z.number(),
});

const shardRow = z.object({
  id: z.number(),
  number: z.number(),
  low: z.string(),
  high: z.string(),
  parents: z.string(),
  start: z.number(),
  end: z.number().nullable(),
  bytes: z.number(),
});

const shardName = (number: number): string => `shardId-${String(number).padStart(12, '0')}`;

const DEFAULT_RETENTION_HOURS = 24;

const newStream = (
  id: number,
  name: string,
  mode: Stream['mode'],
  retentionHours: number,
  createdMs: number,
): Stream => {
  const arn = `arn:aws:kinesis:${REGION}:${ACCOUNT_ID}:stream/${name}`;
  return { id, name, arn, mode, retentionHours, createdMs, shards: [] };
};

/** Streams and their shards. Kept in memory, since every put asks for them; every change is stored first. */
export class Streams {
  readonly #byName = new Map<string, Stream>();
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(schema);
    for (const row of db.prepare('SELECT * FROM kinesis_streams ORDER BY id').all()) {
      const { id, name, mode, retention_hours, created_ms } = streamRow.parse(row);
      const stream = newStream(id, name, mode, retention_hours, created_ms);
      stream.shards.push(...this.#loadShards(id));
      this.#byName.set(name, stream);
    }
  }

  names(): string[] {
    return [...this.#byName.keys()].sort();
  }

  all(): Stream[] {
    return [...this.#byName.values()];
  }

  /** By name or ARN. */
  get(reference: string): Stream {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    const stream = this.#byName.get(name);
    if (stream === undefined) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Stream ${name} under account ${ACCOUNT_ID} not found.`,
      );
    }
    return stream;
  }

  shard(stream: Stream, shardId: string): Shard {
    const shard = stream.shards.find((candidate) => candidate.shardId === shardId);
    if (shard === undefined) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Could not find shard ${shardId} in stream ${stream.name} under account ${ACCOUNT_ID}.`,
      );
    }
    return shard;
  }

  create(name: string, mode: Stream['mode'], shardCount: number, nowMs: number, start: number): void {
    if (this.#byName.has(name)) {
      throw new AwsError(
        'ResourceInUseException',
        `Stream ${name} under account ${ACCOUNT_ID} already exists.`,
      );
    }
    const created = transaction(this.#db, () => {
      const { lastInsertRowid } = this.#db
        .prepare('INSERT INTO kinesis_streams (name, mode, retention_hours, created_ms) VALUES (?, ?, ?, ?)')
        .run(name, mode, DEFAULT_RETENTION_HOURS, nowMs);
      const stream = newStream(Number(lastInsertRowid), name, mode, DEFAULT_RETENTION_HOURS, nowMs);
      this.#addShards(stream, shardCount, start, []);
      return stream;
    });
    this.#byName.set(name, created);
  }

  delete(stream: Stream): void {
    this.#db.prepare('DELETE FROM kinesis_streams WHERE id = ?').run(stream.id);
    this.#byName.delete(stream.name);
  }

  setMode(stream: Stream, mode: Stream['mode']): void {
    this.#db.prepare('UPDATE kinesis_streams SET mode = ? WHERE id = ?').run(mode, stream.id);
    stream.mode = mode;
  }

  setRetention(stream: Stream, hours: number): void {
    this.#db.prepare('UPDATE kinesis_streams SET retention_hours = ? WHERE id = ?').run(hours, stream.id);
    stream.retentionHours = hours;
  }

  /** Closes the open shards and opens `count` new ones over the whole hash space. `at`: n of the cut's sequence number. */
  reshard(stream: Stream, count: number, at: number): void {
    transaction(this.#db, () => {
      const closing = stream.shards.filter((shard) => shard.end === null);
      for (const shard of closing) {
        this.#db.prepare('UPDATE kinesis_shards SET "end" = ? WHERE id = ?').run(at, shard.id);
        shard.end = at;
      }
      this.#addShards(stream, count, at, closing);
    });
  }

  setBytes(shard: Shard, bytes: number): void {
    this.#db.prepare('UPDATE kinesis_shards SET bytes = ? WHERE id = ?').run(bytes, shard.id);
    shard.bytes = bytes;
  }

  #addShards(stream: Stream, count: number, start: number, closed: readonly Shard[]): void {
    const width = (MAX_HASH + 1n) / BigInt(count);
    for (let i = 0; i < count; i += 1) {
      const low = BigInt(i) * width;
      const high = i === count - 1 ? MAX_HASH : low + width - 1n;
      const parents = closed.filter((shard) => shard.low <= high && shard.high >= low);
      const names = parents.slice(0, 2).map((shard) => shard.shardId);
      const number = stream.shards.length;
      const { lastInsertRowid } = this.#db
        .prepare(
          'INSERT INTO kinesis_shards (stream, number, low, high, parents, start) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(stream.id, number, String(low), String(high), names.join(','), start);
      const id = Number(lastInsertRowid);
      const shardId = shardName(number);
      stream.shards.push({ id, number, shardId, low, high, parents: names, start, end: null, bytes: 0 });
    }
  }

  #loadShards(streamId: number): Shard[] {
    const rows = this.#db
      .prepare('SELECT * FROM kinesis_shards WHERE stream = ? ORDER BY number')
      .all(streamId);
    return rows.map((row) => {
      const shard = shardRow.parse(row);
      const parents = shard.parents === '' ? [] : shard.parents.split(',');
      const range = { low: BigInt(shard.low), high: BigInt(shard.high) };
      return { ...shard, ...range, parents, shardId: shardName(shard.number) };
    });
  }
}
