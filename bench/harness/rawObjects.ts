import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import { linesName } from '../../src/lake/layout.ts';
import { streamLines } from './events.ts';

const gzip = promisify(gzipCallback);

/** What a shard lands in a minute at 330 events a second. */
export const ROWS_PER_OBJECT = 20_000;

const SEED = 11_000;

/** Goes up when the lines change, so that nobody measures yesterday's. */
const VERSION = 2;

/** The hour that builds are measured on. */
export const HOUR = '2026-11-01T12';

interface Wanted {
  path: string;
  hour: string;
  seed: number;
}

const RECEIVED = '"received_at":"';
const receivedAt = (line: string): string => {
  const at = line.indexOf(RECEIVED) + RECEIVED.length;
  return line.slice(at, at + 24);
};

const write = async ({ path, hour, seed }: Wanted): Promise<void> => {
  const text = streamLines(seed, hour)
    .take(ROWS_PER_OBJECT)
    // As they come in: the visits of many people at once, not one after the other, which gzip would like better.
    .toArray()
    .sort((a, b) => (receivedAt(a) < receivedAt(b) ? -1 : 1));
  writeFileSync(`${path}.part`, await gzip(`${text.join('\n')}\n`));
  renameSync(`${path}.part`, path);
};

/** Makes those that are not there from the last time. */
const made = async (wanted: readonly Wanted[]): Promise<string[]> => {
  const writing: Promise<void>[] = [];
  for (const one of wanted.filter(({ path }) => !existsSync(path))) {
    writing.push(write(one));
    // Two at once: more would only fill the memory.
    if (writing.length >= 2) await writing.shift();
  }
  await Promise.all(writing);
  return wanted.map(({ path }) => path);
};

const folderIn = (dataDir: string): string => {
  const folder = join(dataDir, `raw-${VERSION}`);
  mkdirSync(folder, { recursive: true });
  return folder;
};

/**
 * The raw objects of HOUR, as landing writes them, of at least so many rows; made once and kept in `dataDir`. Returns
 * their paths, in order; each ends in `-n20000.ndjson.gz`.
 */
export const rawObjects = (dataDir: string, rows: number): Promise<string[]> => {
  const folder = folderIn(dataDir);
  return made(
    Array.from({ length: Math.ceil(rows / ROWS_PER_OBJECT) }, (_, at) => ({
      path: join(folder, linesName(String(at).padStart(4, '0'), ROWS_PER_OBJECT)),
      hour: HOUR,
      // Two of chance a stream: see streamLines.
      seed: SEED + at * 2,
    })),
  );
};

/** One raw object for each hour of a day's beginning. */
export const rawHours = async (
  dataDir: string,
  hours: readonly string[],
): Promise<{ hour: string; path: string }[]> => {
  const folder = folderIn(dataDir);
  const paths = await made(
    hours.map((hour, at) => ({
      path: join(folder, linesName(hour, ROWS_PER_OBJECT)),
      hour,
      seed: SEED + 100_000 + at * 2,
    })),
  );
  return hours.map((hour, at) => ({ hour, path: paths[at] ?? '' }));
};

export const bytesOf = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + statSync(path).size, 0);
