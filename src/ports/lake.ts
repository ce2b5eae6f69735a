import type { Readable } from 'node:stream';

export interface StoredObject {
  key: string;
  bytes: number;
  etag: string;
  lastModified: Date;
}

/** The lake bucket. Keys have no leading slash. */
export interface ObjectStore {
  list(prefix: string): Promise<StoredObject[]>;
  /** Immediate "folders" under a prefix that ends with `/`, each with its trailing slash, whole keys. */
  listFolders(prefix: string): Promise<string[]>;
  read(key: string): Promise<Readable>;
  put(key: string, body: Uint8Array, contentType: string): Promise<void>;
  /** Upload of a local file, in parts when it is large. `metadata` stays with the object: ASCII, at most 2 KB. */
  putFile(key: string, path: string, contentType: string, metadata?: Record<string, string>): Promise<void>;
  /** Within the bucket, at most 5 GB; overwrites. */
  copy(from: string, to: string): Promise<void>;
  /** What was given along when the object was put; empty without any. */
  metadata(key: string): Promise<Record<string, string>>;
  remove(keys: readonly string[]): Promise<void>;
  /** `s3://bucket/key` */
  uri(key: string): string;
}
