import { createReadStream, type Stats } from 'node:fs';
import { glob, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, matchesGlob, relative, resolve, sep } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { isNativeError } from 'node:util/types';
import { CliError, messageOf } from '../failure.ts';
import type { Chunks } from './peek.ts';

/** A file of events, wherever it lies. */
export interface InputFile {
  /** as it is named in messages */
  name: string;
  /** as it lies; undefined of standard input and of pipes */
  bytes: number | undefined;
  /** Its bytes from the beginning; each call reads it anew. */
  open(signal?: AbortSignal, chunkBytes?: number): Chunks;
  /** what tells this content from any other without reading it, where there is something (an ETag) */
  identity?: string;
  /** where it lies on this machine */
  path?: string;
}

/** Objects of S3, as far as reading events out of them goes. */
export interface Buckets {
  list(bucket: string, prefix: string): Promise<{ key: string; bytes: number; etag: string }[]>;
  read(bucket: string, key: string): Promise<Readable>;
}

const codeOf = (error: unknown): string =>
  isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : '';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'there is no such file or folder',
  EACCES: 'you may not read it (permission denied)',
  EPERM: 'you may not read it (permission denied)',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
};

/** What the file system said, in words. */
export const cannotRead = (name: string, error: unknown): CliError =>
  new CliError(`Cannot read ${name}: ${reasons[codeOf(error)] ?? messageOf(error)}.`, undefined, {
    cause: error,
  });

async function* chunksOf(name: string, stream: Readable, signal?: AbortSignal): AsyncGenerator<Buffer> {
  // Whoever waits for the next bytes of a terminal or a pipe has to hear of Ctrl-C as well.
  if (signal) addAbortSignal(signal, stream);
  try {
    for await (const chunk of stream) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
  } catch (error) {
    signal?.throwIfAborted();
    throw cannotRead(name, error);
  }
}

const CHUNK_BYTES = 1 << 18;

/** A pipe has no size and is read once, as standard input is. */
const localFile = (path: string, found: Stats): InputFile => ({
  name: path,
  bytes: found.isFile() ? found.size : undefined,
  ...(found.isFile() ? { path } : {}),
  open: (signal, chunkBytes = CHUNK_BYTES) =>
    chunksOf(path, createReadStream(path, { highWaterMark: chunkBytes }), signal),
});

const standardInput = (): InputFile => ({
  name: 'standard input',
  bytes: undefined,
  open: (signal) => chunksOf('standard input', process.stdin, signal),
});

/** Hidden files, and what Spark and Hadoop leave beside data. */
const isData = (path: string): boolean =>
  !path.split(sep).some((part) => part.startsWith('.') || part.startsWith('_')) && !path.endsWith('.crc');

const folderFiles = async (folder: string): Promise<InputFile[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter(isData)
    .sort();
  const found = await Promise.all(paths.map((path) => fileAt(join(folder, path))));
  return found.filter(({ bytes = 0 }) => bytes > 0);
};

const statOf = (path: string) =>
  stat(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });

const fileAt = async (path: string): Promise<InputFile> => {
  const found = await statOf(path);
  if (found.isDirectory()) throw new CliError(`${path} is a folder.`, 'Give its files.');
  return localFile(path, found);
};

const isPattern = (text: string): boolean => /[*?[{]/.test(text);

const matching = async (pattern: string): Promise<InputFile[]> => {
  const paths: string[] = [];
  for await (const path of glob(pattern)) paths.push(path);
  const found = await Promise.all(
    paths.sort().map(async (path) => ((await statOf(path)).isDirectory() ? [] : [await fileAt(path)])),
  );
  if (found.flat().length === 0) throw new CliError(`No file matches ${pattern}.`);
  return found.flat();
};

const ofBucket = async (uri: string, buckets: Buckets): Promise<InputFile[]> => {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  const prefix = path.replace(/[*?[{].*$/s, '');
  const listed = await buckets.list(bucket, prefix);
  const exact = listed.filter(({ key, bytes }) => key === path && bytes > 0);
  const found = (exact.length > 0 ? exact : listed)
    .filter(({ key, bytes }) => bytes > 0 && isData(key.slice(prefix.lastIndexOf('/') + 1)))
    .filter(({ key }) => exact.length > 0 || !isPattern(path) || matchesGlob(key, path));
  if (found.length === 0) throw new CliError(`There is no object at ${uri}.`);
  return found
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, bytes, etag }) => {
      const name = `s3://${bucket}/${key}`;
      const open = async function* (signal?: AbortSignal): AsyncGenerator<Buffer> {
        yield* chunksOf(name, await buckets.read(bucket, key), signal);
      };
      return { name, bytes, identity: `${etag} ${bytes}`, open };
    });
};

const expand = async (given: string, buckets: Buckets | undefined): Promise<InputFile[]> => {
  if (given === '-') return [standardInput()];
  if (given.startsWith('s3://')) {
    if (buckets !== undefined) return ofBucket(given, buckets);
    throw new CliError(`${given} lies in S3.`, '`headrace import` reads from S3.');
  }
  const found = await stat(given).catch((error: unknown) => {
    if (!isPattern(given)) throw cannotRead(given, error);
    return undefined;
  });
  if (found === undefined) return matching(given);
  if (!found.isDirectory()) return [localFile(given, found)];
  const files = await folderFiles(given);
  if (files.length === 0) throw new CliError(`The folder ${given} holds no files.`);
  return files;
};

/**
 * The files that are meant by what somebody gives: files, folders (with all below them), patterns, `s3://bucket/prefix`, `-`.
 * In the order in which they are given, those of a folder or a pattern by name. Each once.
 */
export const inputFiles = async (given: readonly string[], buckets?: Buckets): Promise<InputFile[]> => {
  const found: InputFile[] = [];
  for (const one of given) found.push(...(await expand(one, buckets)));
  const once = new Map<string, InputFile>();
  for (const file of found) {
    const place = file.path === undefined ? file.name : resolve(file.path);
    if (!once.has(place)) once.set(place, file);
  }
  return [...once.values()];
};

/**
 * Runs work on the file as it lies on this machine; one that lies elsewhere is copied for so long. `bytes` are those of the
 * file, opened already.
 */
export async function* onDisk<Result>(
  file: InputFile,
  bytes: Chunks,
  work: (path: string) => AsyncGenerator<Result>,
): AsyncGenerator<Result> {
  if (file.path !== undefined) {
    await bytes[Symbol.asyncIterator]().return?.();
    yield* work(file.path);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'headrace-input-'));
  try {
    const path = join(folder, basename(file.name));
    await writeFile(path, bytes);
    yield* work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
