import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { transaction } from '../database.ts';

const row = z.object({ name: z.string(), config: z.string(), version: z.number(), created_ms: z.number() });

/** A delivery stream as the template has it: `config` is its properties as JSON. */
export interface DeliveryStream {
  name: string;
  config: string;
  version: number;
  createdMs: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS firehose_streams (
    name TEXT PRIMARY KEY, config TEXT NOT NULL, version INTEGER NOT NULL, created_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS firehose_positions (
    name TEXT NOT NULL REFERENCES firehose_streams(name) ON DELETE CASCADE,
    shard TEXT NOT NULL, sequence TEXT NOT NULL, PRIMARY KEY (name, shard)) STRICT, WITHOUT ROWID;
`;

const prepared = (db: DatabaseSync) => ({
  all: db.prepare('SELECT * FROM firehose_streams ORDER BY name'),
  put: db.prepare(
    `INSERT INTO firehose_streams VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET config = excluded.config, version = excluded.version`,
  ),
  remove: db.prepare('DELETE FROM firehose_streams WHERE name = ?'),
  position: db.prepare('SELECT sequence FROM firehose_positions WHERE name = ? AND shard = ?'),
  reach: db.prepare('INSERT OR REPLACE INTO firehose_positions VALUES (?, ?, ?)'),
});

/** The delivery streams, and how far each has delivered its shards. */
export class DeliveryStore {
  readonly #db: DatabaseSync;
  readonly #statements: ReturnType<typeof prepared>;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(schema);
    this.#statements = prepared(db);
  }

  all(): DeliveryStream[] {
    return z
      .array(row)
      .parse(this.#statements.all.all())
      .map(({ created_ms, ...stream }) => ({ ...stream, createdMs: created_ms }));
  }

  find(name: string): DeliveryStream | undefined {
    return this.all().find((stream) => stream.name === name);
  }

  put({ name, config, version, createdMs }: DeliveryStream): void {
    this.#statements.put.run(name, config, version, createdMs);
  }

  /** Its positions go with it. */
  remove(name: string): void {
    this.#statements.remove.run(name);
  }

  /** The last record of the shard that is delivered; undefined for a shard that is read from its beginning. */
  position(name: string, shardId: string): string | undefined {
    const found = this.#statements.position.get(name, shardId)?.sequence;
    return typeof found === 'string' ? found : undefined;
  }

  /** All at once: what one object holds is delivered in all its shards, or in none. */
  reach(name: string, positions: Iterable<readonly [shardId: string, sequence: string]>): void {
    transaction(this.#db, () => {
      for (const [shardId, sequence] of positions) this.#statements.reach.run(name, shardId, sequence);
    });
  }
}
