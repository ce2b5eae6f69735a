import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const row = z.object({ id: z.string(), port: z.number(), createdMs: z.number() });

/** A cluster that was there once, by its logical id in the template. */
type KnownCluster = z.infer<typeof row>;

/** What the emulator remembers of clusters from one boot to the next, in its database. Their data is in files. */
export class ClusterStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(
      'CREATE TABLE IF NOT EXISTS rds_cluster (id TEXT PRIMARY KEY, port INTEGER NOT NULL, createdMs REAL NOT NULL)',
    );
  }

  find(id: string): KnownCluster | undefined {
    const found = this.#db.prepare('SELECT * FROM rds_cluster WHERE id = ?').get(id);
    return found === undefined ? undefined : row.parse(found);
  }

  put({ id, port, createdMs }: KnownCluster): void {
    this.#db.prepare('INSERT OR REPLACE INTO rds_cluster VALUES (?, ?, ?)').run(id, port, createdMs);
  }
}
