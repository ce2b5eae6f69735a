import { createReadStream } from 'node:fs';
import { type Duplex, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { LocalObject, LocalObjects } from '../contracts.ts';
import { QueryError } from './failure.ts';
import { asFolder, dataFiles, parseS3 } from './location.ts';
import { PlainLines } from './plainLines.ts';
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

/** Files read to their end, by path and etag, and whether their lines are plain: an object never changes under its etag. */
const read = new Map<string, boolean>();
const REMEMBERED = 50_000;

const unpackers: Record<Compression, () => Duplex[]> = {
  gzip: () => [createGunzip()],
  zstd: () => [createZstdDecompress()],
  uncompressed: () => [],
};

const into = (lines: PlainLines): Writable =>
  new Writable({
    write: (chunk, _encoding, done) => {
      lines.add(chunk);
      done();
    },
  });

/** Whether the lines of a file are plain (plainLines.ts). Throws for one that cannot be unpacked to its end. */
export const hasPlainLines = async (file: ScanFile): Promise<boolean> => {
  const mark = `${file.path}\u0000${file.etag}`;
  const known = read.get(mark);
  if (known !== undefined) return known;
  const lines = new PlainLines();
  try {
    await pipeline([createReadStream(file.path), ...unpackers[compressionOf(file.key)](), into(lines)]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new QueryError('HIVE_CURSOR_ERROR', `Failed to read file at ${file.uri}: ${why}`);
  }
  if (read.size >= REMEMBERED) read.delete(read.keys().next().value ?? '');
  read.set(mark, lines.isPlain());
  return lines.isPlain();
};

/**
 * Throws for a file that cannot be unpacked to its end: DuckDB reads a gzip that ends too early as if it were all. So each
 * is read once before it is asked.
 */
export const mustBeWhole = async (file: ScanFile): Promise<void> => {
  if (compressionOf(file.key) === 'gzip') await hasPlainLines(file);
};
