import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import type { LocalObject } from '../contracts.ts';
import { IN_MEMORY } from '../database.ts';
import { createBucketNamed } from './actions/buckets.ts';
import { type Core, requireBucket, requireKey } from './core.ts';
import { Files } from './files.ts';
import { routeS3 } from './router.ts';
import { type ListedObject, Metadata } from './store.ts';
import type { ObjectService } from './types.ts';
import { Uploads } from './uploads.ts';

interface ObjectOptions {
  db: DatabaseSync;
  /** The files go to `<dataDir>/s3/`; in memory, where DuckDB could not read them, to a temporary folder. */
  dataDir: string;
  /** Epoch milliseconds; the emulator's clock. */
  now: () => number;
}

/** S3 over the emulator's database and a folder of files. */
export const openObjects = ({ db, dataDir, now }: ObjectOptions): ObjectService => {
  const parent = dataDir === IN_MEMORY ? mkdtempSync(join(tmpdir(), 'emulator-')) : dataDir;
  const files = new Files(join(parent, 's3'), now);
  const core: Core = { db, now, files, metadata: new Metadata(db), uploads: new Uploads(db) };
  const there = files.removeAllBut(new Set([...core.metadata.files(), ...core.uploads.files()]));
  // Somebody has removed the bytes by hand: an object that can be listed and not read is nothing that S3 has.
  for (const uri of core.metadata.forgetAllBut(there))
    process.stderr.write(`headrace-emulator: the file of ${uri} is gone, and so is the object\n`);
  const seen = (object: ListedObject): LocalObject => ({
    key: object.key,
    bytes: object.bytes,
    etag: object.etag,
    lastModified: new Date(object.modifiedMs),
    path: files.path(object.file),
  });
  return {
    list: (bucket, prefix) => {
      requireBucket(core, bucket);
      return [...core.metadata.after(bucket, prefix, '')].map(seen);
    },
    get: (bucket, key) => {
      const object = core.metadata.get(bucket, key);
      return object === undefined ? undefined : seen(object);
    },
    put: (bucket, key, body) => putInProcess(core, bucket, key, body),
    putFile: (bucket, key, path) => putFileInProcess(core, bucket, key, path),
    remove: (bucket, key) => {
      const file = core.metadata.delete(bucket, key);
      if (file !== undefined) files.release(file);
    },
    createBucket: (bucket) => createBucketNamed(core, bucket),
    hasBucket: (bucket) => core.metadata.hasBucket(bucket),
    handle: (request, response, permit) => routeS3(core, request, response, permit),
  };
};

const putInProcess = (core: Core, bucket: string, key: string, body: Uint8Array): void => {
  requireBucket(core, bucket);
  requireKey(key);
  const file = core.files.newName();
  writeFileSync(core.files.path(file), body, { flag: 'wx' });
  commit(core, bucket, { key, file, bytes: body.length, md5: createHash('md5').update(body).digest('hex') });
};

const putFileInProcess = async (core: Core, bucket: string, key: string, path: string): Promise<void> => {
  requireBucket(core, bucket);
  requireKey(key);
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  const file = core.files.newName();
  const target = core.files.path(file);
  try {
    await rename(path, target);
  } catch {
    await copyFile(path, target); // another disk
  }
  commit(core, bucket, { key, file, bytes: statSync(target).size, md5: hash.digest('hex') });
};

const commit = (
  core: Core,
  bucket: string,
  { key, file, bytes, md5 }: { key: string; file: string; bytes: number; md5: string },
): void => {
  const before = core.metadata.get(bucket, key);
  const headers = { 'content-type': 'binary/octet-stream' };
  core.metadata.put(bucket, { key, file, bytes, etag: `"${md5}"`, modifiedMs: core.now(), headers });
  if (before !== undefined) core.files.release(before.file);
};
