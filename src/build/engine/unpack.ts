import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import { createGunzip } from 'node:zlib';
import { HeadraceError } from '../../errors.ts';
import { rowsOfKey } from '../../lake/layout.ts';
import type { RawFile } from '../../ports/build.ts';
import type { ObjectStore, StoredObject } from '../../ports/lake.ts';
import { readAhead } from '../../readAhead.ts';

/** S3 and zlib's threads are busy with a few; more would only hold memory. */
const CONCURRENCY = 4;

/** zlib's own 16 KiB makes a call into JavaScript for every 30 lines. */
const CHUNK_BYTES = 1 << 18;

const NEWLINE = 0x0a;

const damaged = (key: string, what: string, cause?: unknown): HeadraceError =>
  new HeadraceError(
    'RawObjectDamaged',
    `${key} ${what}. Put a whole copy of it back; or remove it, let its batch land again while the stream has it, and run etl for this hour with "force": true.`,
    { cause },
  );

/** Rows that a raw object's name promises. Throws RawObjectDamaged for another name. */
const promisedRows = (key: string): number => {
  const rows = rowsOfKey(key);
  if (rows === undefined) throw damaged(key, 'has no row count in its name: it was not written by landing');
  return rows;
};

const isGzipFailure = (error: unknown): boolean =>
  isNativeError(error) && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');

/** Lines and bytes counted as they pass; a last line without its newline counts too. */
const lineCounter = () => {
  let newlines = 0;
  let last = NEWLINE;
  let bytes = 0;
  return {
    add(chunk: Uint8Array): void {
      bytes += chunk.byteLength;
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) newlines += 1;
      last = chunk.at(-1) ?? last;
    },
    lines: (): number => newlines + (last === NEWLINE ? 0 : 1),
    bytes: (): number => bytes,
  };
};

const unpackObject = async (
  store: ObjectStore,
  object: StoredObject,
  path: string,
  take: (bytes: number) => void,
): Promise<RawFile> => {
  const promised = promisedRows(object.key);
  const counter = lineCounter();
  let received = 0;
  const source: AsyncIterable<Uint8Array> = await store.read(object.key);
  // Iterated here, not given to the pipeline as a stream: so that what breaks is known to be the reading.
  const download = async function* () {
    try {
      for await (const chunk of source) {
        received += chunk.byteLength;
        yield chunk;
      }
    } catch (error) {
      const message = `Reading ${object.key} broke off after ${received} of ${object.bytes} bytes.`;
      throw new HeadraceError('Transient', message, { cause: error });
    }
  };
  try {
    await pipeline(
      download,
      createGunzip({ chunkSize: CHUNK_BYTES }),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          take(chunk.byteLength);
          counter.add(chunk);
          yield chunk;
        }
      },
      createWriteStream(path),
    );
  } catch (error) {
    if (!isGzipFailure(error)) throw error;
    if (received < object.bytes) {
      const message = `Reading ${object.key} ended after ${received} of ${object.bytes} bytes.`;
      throw new HeadraceError('Transient', message, { cause: error });
    }
    throw damaged(
      object.key,
      `is not a complete gzip file (${isNativeError(error) ? error.message : ''})`,
      error,
    );
  }
  // A truncated gzip member, or garbage behind one, can also end in silence: the name knows better.
  if (counter.lines() !== promised) {
    throw damaged(object.key, `has ${counter.lines()} lines although its name says ${promised}`);
  }
  return { key: object.key, path, rows: promised, bytes: counter.bytes(), writtenAt: object.lastModified };
};

/** Unzipped bytes that wait on the disk until they are staged, or are being staged. */
const READ_AHEAD_BYTES = 256 * 2 ** 20;

/**
 * Unpacks raw objects to plain files in `folder`, each verified whole: DuckDB would read a truncated gzip file as if it
 * ended there. Hands them over in the objects' order, as many at once as are ready, and unpacks the next meanwhile;
 * files may be removed before the next ones are asked for.
 *
 * Throws RawObjectDamaged naming the object, and PartitionTooLarge once `maxBytes` unzipped bytes are passed.
 */
export const unpackObjects = (
  store: ObjectStore,
  objects: readonly StoredObject[],
  folder: string,
  maxBytes: number,
): AsyncGenerator<RawFile[], void, undefined> => {
  let bytes = 0;
  const take = (more: number): void => {
    bytes += more;
    if (bytes <= maxBytes) return;
    throw new HeadraceError(
      'PartitionTooLarge',
      `The ${objects.length} raw objects of this hour are more than ${maxBytes} bytes unzipped (BUILD_MAX_BYTES). Raise it together with the build function's memory, which brings more CPU: docs/reference/scaling.md.`,
    );
  };
  return readAhead(objects, { workers: CONCURRENCY, bytes: READ_AHEAD_BYTES }, (object, index) =>
    unpackObject(store, object, join(folder, `${index}.ndjson`), take),
  );
};
