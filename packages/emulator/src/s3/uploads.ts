import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AwsError } from '../contracts.ts';
import { transaction } from '../database.ts';

export interface Part {
  number: number;
  file: string;
  bytes: number;
  /** hex MD5 */
  md5: string;
  modifiedMs: number;
}

export interface Upload {
  id: string;
  bucket: string;
  key: string;
  createdMs: number;
  headers: Record<string, string>;
}

const schema = `
  CREATE TABLE IF NOT EXISTS s3_uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, created_ms INTEGER NOT NULL,
    headers TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS s3_parts (
    upload TEXT NOT NULL REFERENCES s3_uploads(id) ON DELETE CASCADE, number INTEGER NOT NULL, file TEXT NOT NULL,
    bytes INTEGER NOT NULL, md5 TEXT NOT NULL, modified_ms INTEGER NOT NULL,
    PRIMARY KEY (upload, number)) STRICT, WITHOUT ROWID;
`;

const uploadRow = z
  .object({
    id: z.string(),
    bucket: z.string(),
    key: z.string(),
    created_ms: z.number(),
    headers: z.string(),
  })
  .transform(({ created_ms, headers, ...rest }): Upload => {
    return {
      ...rest,
      createdMs: created_ms,
      headers: z.record(z.string(), z.string()).parse(JSON.parse(headers)),
    };
  });

const partRow = z
  .object({
    number: z.number(),
    file: z.string(),
    bytes: z.number(),
    md5: z.string(),
    modified_ms: z.number(),
  })
  .transform(({ modified_ms, ...rest }): Part => ({ ...rest, modifiedMs: modified_ms }));

/** Multipart uploads on their way. */
export class Uploads {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    db.exec(schema);
    this.#db = db;
  }

  create(upload: Upload): void {
    this.#db
      .prepare('INSERT INTO s3_uploads (id, bucket, key, created_ms, headers) VALUES (?, ?, ?, ?, ?)')
      .run(upload.id, upload.bucket, upload.key, upload.createdMs, JSON.stringify(upload.headers));
  }

  /** Throws NoSuchUpload, also when the upload is of another bucket or key. */
  get(id: string, bucket: string, key: string): Upload {
    const found = this.#db
      .prepare('SELECT * FROM s3_uploads WHERE id = ? AND bucket = ? AND key = ?')
      .get(id, bucket, key);
    if (found === undefined) {
      throw new AwsError(
        'NoSuchUpload',
        'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
        404,
      );
    }
    return uploadRow.parse(found);
  }

  ofBucket(bucket: string): Upload[] {
    const rows = this.#db.prepare('SELECT * FROM s3_uploads WHERE bucket = ? ORDER BY key, id').all(bucket);
    return rows.map((row) => uploadRow.parse(row));
  }

  parts(id: string): Part[] {
    const rows = this.#db.prepare('SELECT * FROM s3_parts WHERE upload = ? ORDER BY number').all(id);
    return rows.map((row) => partRow.parse(row));
  }

  /** Stores a part; returns the file it replaces. */
  putPart(id: string, part: Part): string | undefined {
    return transaction(this.#db, () => {
      const before = this.#db
        .prepare('SELECT file FROM s3_parts WHERE upload = ? AND number = ?')
        .get(id, part.number);
      this.#db
        .prepare(
          'INSERT OR REPLACE INTO s3_parts (upload, number, file, bytes, md5, modified_ms) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(id, part.number, part.file, part.bytes, part.md5, part.modifiedMs);
      return before === undefined ? undefined : String(before.file);
    });
  }

  delete(id: string): void {
    this.#db.prepare('DELETE FROM s3_uploads WHERE id = ?').run(id);
  }

  /** Names of all files in use by parts. */
  files(): string[] {
    return this.#db
      .prepare('SELECT file FROM s3_parts')
      .all()
      .map((row) => String(row.file));
  }
}
