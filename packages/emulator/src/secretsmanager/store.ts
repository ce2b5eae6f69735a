import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { secretArn } from './arn.ts';

const secret = z.object({ name: z.string(), text: z.string(), version: z.string(), createdMs: z.number() });

/** A secret with its one version. */
export type Secret = z.infer<typeof secret>;

/** The secrets of the emulator, in its database. */
export class SecretStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(
      'CREATE TABLE IF NOT EXISTS secrets_secret (name TEXT PRIMARY KEY, text TEXT NOT NULL, version TEXT NOT NULL, createdMs REAL NOT NULL)',
    );
  }

  /** By name or ARN. */
  find(id: string): Secret | undefined {
    const rows = z.array(secret).parse(this.#db.prepare('SELECT * FROM secrets_secret').all());
    return rows.find(({ name }) => id === name || id === secretArn(name));
  }

  add({ name, text, version, createdMs }: Secret): void {
    this.#db.prepare('INSERT INTO secrets_secret VALUES (?, ?, ?, ?)').run(name, text, version, createdMs);
  }
}
