import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { LocalObject, LocalObjects } from '../contracts.ts';
import { QueryError } from './failure.ts';
import { asFolder, dataFiles, parseS3 } from './location.ts';
import type { TablePartition } from './projection.ts';

export interface ScanFile extends LocalObject {
  uri: string;
  /** of the partition it belongs to */
  values: readonly string[];
}

export const filesOf = (partitions: readonly TablePartition[], objects: LocalObjects): ScanFile[] =>
  partitions.flatMap(({ values, location }) => {
    const place = asFolder(parseS3(location));
    return dataFiles(objects, place).map((object) => ({
      ...object,
      values,
      uri: `s3://${place.bucket}/${object.key}`,
    }));
  });

type Compression = 'gzip' | 'zstd' | 'uncompressed';

export const compressionOf = (key: string): Compression => {
  if (/\.(gz|gzip)$/i.test(key)) return 'gzip';
  if (/\.(zst|zstd)$/i.test(key)) return 'zstd';
  if (/\.(bz2|snappy|lz4|lzo|deflate)$/i.test(key)) {
    throw new QueryError('NOT_SUPPORTED', `the compression of ${key} is not emulated`);
  }
  return 'uncompressed';
};

/** Files found whole, by path and etag: an object never changes under its etag. Bounded, oldest out first. */
const whole = new Set<string>();
const REMEMBERED = 50_000;

/** DuckDB reads a gzip that ends too early as if it were all: so every gzip is read to its end once. */
export const checkGzip = async (file: ScanFile): Promise<void> => {
  const mark = `${file.path}\u0000${file.etag}`;
  if (whole.has(mark)) return;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(file.path), createGunzip(), nowhere);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new QueryError('HIVE_CURSOR_ERROR', `Failed to read file at ${file.uri}: ${why}`);
  }
  if (whole.size >= REMEMBERED) whole.delete(whole.values().next().value ?? '');
  whole.add(mark);
};
