import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';

/** An object as listings show it; its bytes stand in a file of their own. */
export interface ListedObject {
  key: string;
  /** name of the file */
  file: string;
  bytes: number;
  /** with its quotes */
  etag: string;
  modifiedMs: number;
}

export interface ObjectRow extends ListedObject {
  /** response headers stored with it: content-type, x-amz-meta-… */
  headers: Record<string, string>;
}

// Keys are compared as UTF-8 bytes (BINARY): S3's order of listing, which is not JavaScript's.
const schema = `
  CREATE TABLE IF NOT EXISTS s3_buckets (name TEXT PRIMARY KEY, created_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS s3_objects (
    bucket TEXT NOT NULL REFERENCES s3_buckets(name), key TEXT NOT NULL, file TEXT NOT NULL,
    bytes INTEGER NOT NULL, etag TEXT NOT NULL, modified_ms INTEGER NOT NULL, headers TEXT NOT NULL,
    PRIMARY KEY (bucket, key)) STRICT, WITHOUT ROWID;
`;

const listedRow = z
  .object({ key: z.string(), file: z.string(), bytes: z.number(), etag: z.string(), modified_ms: z.number() })
  .transform(({ modified_ms, ...rest }): ListedObject => ({ ...rest, modifiedMs: modified_ms }));

const headersRow = z.object({ headers: z.string() });

const headersOf = z.record(z.string(), z.string());

const placeRow = z.object({ bucket: z.string(), key: z.string(), file: z.string() });

const bucketRow = z.object({ name: z.string(), created_ms: z.number() });

/** Sorts after every key that begins with the prefix. */
export const pastPrefix = (prefix: string): string => `${prefix}\u{10ffff}`;

/** The tables of buckets and objects. Knows nothing of files but their names. */
export class Metadata {
  readonly #db: DatabaseSync;
  readonly #find: StatementSync;
  readonly #upsert: StatementSync;
  readonly #remove: StatementSync;
  readonly #scan: StatementSync;

  constructor(db: DatabaseSync) {
    db.exec(schema);
    this.#db = db;
    this.#find = db.prepare('SELECT * FROM s3_objects WHERE bucket = ? AND key = ?');
    this.#upsert = db.prepare(
      'INSERT OR REPLACE INTO s3_objects (bucket, key, file, bytes, etag, modified_ms, headers) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#remove = db.prepare('DELETE FROM s3_objects WHERE bucket = ? AND key = ? RETURNING file');
    this.#scan = db.prepare(
      'SELECT key, file, bytes, etag, modified_ms FROM s3_objects WHERE bucket = ? AND key > ? AND key >= ? AND key < ? ORDER BY key LIMIT ?',
    );
  }

  buckets(): { name: string; createdMs: number }[] {
    const rows = this.#db.prepare('SELECT name, created_ms FROM s3_buckets ORDER BY name').all();
    return rows
      .map((found) => bucketRow.parse(found))
      .map((b) => ({ name: b.name, createdMs: b.created_ms }));
  }

  hasBucket(bucket: string): boolean {
    return this.#db.prepare('SELECT 1 FROM s3_buckets WHERE name = ?').get(bucket) !== undefined;
  }

  createBucket(bucket: string, nowMs: number): void {
    this.#db.prepare('INSERT OR IGNORE INTO s3_buckets (name, created_ms) VALUES (?, ?)').run(bucket, nowMs);
  }

  deleteBucket(bucket: string): void {
    this.#db.prepare('DELETE FROM s3_buckets WHERE name = ?').run(bucket);
  }

  get(bucket: string, key: string): ObjectRow | undefined {
    const found = this.#find.get(bucket, key);
    if (found === undefined) return undefined;
    const headers = headersOf.parse(JSON.parse(headersRow.parse(found).headers));
    return { ...listedRow.parse(found), headers };
  }

  put(bucket: string, object: ObjectRow): void {
    const { key, file, bytes, etag, modifiedMs, headers } = object;
    this.#upsert.run(bucket, key, file, bytes, etag, modifiedMs, JSON.stringify(headers));
  }

  /** The file the object had, undefined when there was no such object. */
  delete(bucket: string, key: string): string | undefined {
    const found = this.#remove.get(bucket, key);
    return found === undefined ? undefined : String(found.file);
  }

  /** Forgets the objects whose file is none of these. Returns where they were: `s3://bucket/key`. */
  forgetAllBut(files: ReadonlySet<string>): string[] {
    const rows = this.#db.prepare('SELECT bucket, key, file FROM s3_objects').all();
    const gone = rows.map((found) => placeRow.parse(found)).filter(({ file }) => !files.has(file));
    for (const { bucket, key } of gone) this.delete(bucket, key);
    return gone.map(({ bucket, key }) => `s3://${bucket}/${key}`);
  }

  /** Objects of a prefix in key order, after a key. */
  *after(bucket: string, prefix: string, after: string, limit = -1): Generator<ListedObject> {
    for (const found of this.#scan.iterate(bucket, after, prefix, pastPrefix(prefix), limit)) {
      yield listedRow.parse(found);
    }
  }

  /** Names of all files in use by objects. */
  files(): Set<string> {
    return new Set(
      this.#db
        .prepare('SELECT file FROM s3_objects')
        .all()
        .map((found) => String(found.file)),
    );
  }
}
