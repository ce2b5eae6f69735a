import { Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { CliError, messageOf } from '../failure.ts';
import { type Chunks, peek } from './peek.ts';
import { BrokenFrames, zstdFrames } from './zstd.ts';

/** All marks below are within so many bytes. */
const MARKS_BYTES = 512;

const startsWith = (head: Buffer, bytes: readonly number[], at = 0): boolean =>
  bytes.every((byte, index) => head[at + index] === byte);

/** Bytes that no text has. */
const isBinary = (head: Buffer): boolean =>
  head.subarray(0, MARKS_BYTES).some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20));

/** Behind BZh and a digit: the mark of a block, or that of the end. */
const isBzip2 = (head: Buffer): boolean =>
  startsWith(head, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], 4) ||
  startsWith(head, [0x17, 0x72, 0x45, 0x38, 0x50, 0x90], 4);

interface Refused {
  name: string;
  begins: readonly number[];
  at?: number;
  /** what else must hold, where the header of a CSV may begin so */
  only?: (head: Buffer) => boolean;
  remedy: string;
}

/** What a file begins with, for formats that cannot be read: name and what to do. */
const refused: readonly Refused[] = [
  { name: 'bzip2', begins: [0x42, 0x5a, 0x68], only: isBzip2, remedy: 'bzip2 -dc FILE | gzip > FILE.gz' },
  { name: 'xz', begins: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], remedy: 'xz -dc FILE | gzip > FILE.gz' },
  { name: 'a zip archive', begins: [0x50, 0x4b, 0x03, 0x04], remedy: 'unzip -p FILE | gzip > FILE.gz' },
  { name: 'lz4', begins: [0x04, 0x22, 0x4d, 0x18], remedy: 'lz4 -dc FILE | gzip > FILE.gz' },
  { name: 'a 7z archive', begins: [0x37, 0x7a, 0xbc, 0xaf], remedy: '7z x -so FILE | gzip > FILE.gz' },
  { name: 'a tar archive', begins: [0x75, 0x73, 0x74, 0x61, 0x72], at: 257, remedy: 'tar -xf FILE' },
  { name: 'ORC', begins: [0x4f, 0x52, 0x43], only: isBinary, remedy: 'write it as Parquet' },
  { name: 'Avro', begins: [0x4f, 0x62, 0x6a, 0x01], remedy: 'write it as Parquet or JSON lines' },
  { name: 'UTF-32 text', begins: [0xff, 0xfe, 0x00, 0x00], remedy: 'iconv -f UTF-32 -t UTF-8 FILE > NEW' },
  { name: 'UTF-16 text', begins: [0xff, 0xfe], remedy: 'iconv -f UTF-16 -t UTF-8 FILE > NEW' },
  { name: 'UTF-16 text', begins: [0xfe, 0xff], remedy: 'iconv -f UTF-16 -t UTF-8 FILE > NEW' },
];

/** Text whose every second byte is zero: UTF-16 without a mark at its beginning. */
const looksLikeUtf16 = (head: Buffer): boolean => {
  const sample = head.subarray(0, 256);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries())
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  return sample.length >= 4 && Math.max(...zeros) > sample.length / 4 && Math.min(...zeros) === 0;
};

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
const BOM = [0xef, 0xbb, 0xbf];
const PARQUET = [0x50, 0x41, 0x52, 0x31];

/** The header of a CSV may begin with the same letters. */
export const isParquet = (head: Buffer): boolean => startsWith(head, PARQUET) && isBinary(head);

const cannotRead = (name: string, what: string, remedy: string): CliError =>
  new CliError(
    `${name} is ${what}, which cannot be read.`,
    `Convert it first: ${remedy.replaceAll('FILE', name)}`,
  );

const refuse = (name: string, head: Buffer): void => {
  const found = refused.find(
    ({ begins, at, only }) => startsWith(head, begins, at) && (only === undefined || only(head)),
  );
  if (found !== undefined) throw cannotRead(name, found.name, found.remedy);
  if (looksLikeUtf16(head)) throw cannotRead(name, 'UTF-16 text', 'iconv -f UTF-16LE -t UTF-8 FILE > NEW');
  // Brotli has no mark of its own: only the name tells.
  if (/\.br$/i.test(name))
    throw cannotRead(name, 'compressed with Brotli', 'brotli -dc FILE | gzip > OTHER.gz');
};

const damaged = (name: string, cause: unknown): CliError =>
  new CliError(
    `${name} is damaged or cut off: ${messageOf(cause)}`,
    'Get the whole file, then run the command again: events that have ids or times of their own are not counted twice.',
    { cause },
  );

async function* through(chunks: Chunks, transform: Transform, name: string): AsyncGenerator<Buffer> {
  const input = Readable.from(chunks);
  let failed: { error: unknown } | undefined;
  input.once('error', (error) => {
    failed = { error };
    transform.destroy(error);
  });
  transform.once('close', () => input.destroy());
  input.pipe(transform);
  try {
    for await (const chunk of transform) yield chunk;
  } catch (error) {
    // What the source of the bytes says (a file that cannot be read, Ctrl-C) is said as it is.
    throw failed === undefined || failed.error instanceof BrokenFrames ? damaged(name, error) : failed.error;
  }
}

/** zlib's own 16 KiB makes a call into JavaScript for every 30 lines. */
const CHUNK_BYTES = 1 << 18;

const ofGzip = (name: string, chunks: Chunks): Chunks =>
  through(chunks, createGunzip({ chunkSize: CHUNK_BYTES }), name);

async function* ofZstd(name: string, chunks: Chunks): AsyncGenerator<Buffer> {
  try {
    for await (const frame of zstdFrames(chunks))
      yield* through(frame, createZstdDecompress({ chunkSize: CHUNK_BYTES }), name);
  } catch (error) {
    throw error instanceof BrokenFrames ? damaged(name, error) : error;
  }
}

const unzipperOf = (head: Buffer) => {
  if (startsWith(head, GZIP)) return ofGzip;
  return startsWith(head, ZSTD) ? ofZstd : undefined;
};

/** A file in a file in a file: nobody means more. */
const MAX_LAYERS = 3;

/**
 * The bytes of a file as they are meant: unzipped (gzip, zstd; told by their first bytes, whatever the name says), without
 * a byte order mark. Throws CliError that names the format of what cannot be read.
 */
export const decode = async (name: string, bytes: Chunks): Promise<Chunks> => {
  let chunks = bytes;
  for (let layer = 0; ; layer += 1) {
    const { head, rest } = await peek(chunks, ({ length }) => length >= MARKS_BYTES);
    const unzip = layer < MAX_LAYERS ? unzipperOf(head) : undefined;
    if (unzip === undefined) {
      refuse(name, head);
      return startsWith(head, BOM) ? without(BOM.length, rest) : rest;
    }
    chunks = unzip(name, rest);
  }
};

async function* without(bytes: number, chunks: Chunks): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    const cut = Math.min(left, chunk.length);
    left -= cut;
    if (cut < chunk.length) yield chunk.subarray(cut);
  }
}
