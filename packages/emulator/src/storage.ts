import { type BigIntStats, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { STORE_FILE } from './database.ts';

/** Whether the data folder can take what it is given. */
export interface Storage {
  /** Why nothing would be kept now, as a sentence that says what to do; undefined when all is well. */
  trouble(): string | undefined;
  /** The same, for what cannot even be read. */
  gone(): string | undefined;
}

/** Less than this is a full disk: the log of the database alone grows by as much in a moment. */
const LEAST_FREE_BYTES = 1024 * 1024;

/** How long a look at the room holds good; the collector takes thousands of requests a second. */
const LOOK_MS = 100;

/** Watches a data folder that is open. `say` gets a sentence when something is wrong, and when all is well again. */
export const watchStorage = (
  folder: string,
  say: (sentence: string) => void,
  freeBytes: (folder: string) => number = bytesFree,
): Storage => {
  const opened = identityOf(folder);
  const removed = `The data folder ${folder} was removed while the emulator runs, so nothing can be kept. Stop the emulator and start it again.`;
  const full = `The disk that holds ${folder} is full, so nothing can be kept. Make room on it; the emulator goes on by itself then.`;
  let looked = { atMs: Number.NEGATIVE_INFINITY, full: false };
  let told: string | undefined;

  const isFull = (): boolean => {
    const atMs = performance.now();
    if (atMs - looked.atMs >= LOOK_MS) looked = { atMs, full: freeBytes(folder) < LEAST_FREE_BYTES };
    return looked.full;
  };
  const tell = (trouble: string | undefined): string | undefined => {
    if (trouble !== told) say(trouble ?? `There is room again on the disk that holds ${folder}.`);
    told = trouble;
    return trouble;
  };
  const isGone = (): boolean => identityOf(folder) !== opened;

  return {
    trouble: () => tell(isGone() ? removed : isFull() ? full : undefined),
    gone: () => (isGone() ? tell(removed) : undefined),
  };
};

/** The database file as the system knows it, whatever stands under its name now. */
const identityOf = (folder: string): string | undefined => {
  const found: BigIntStats | undefined = statSync(join(folder, STORE_FILE), {
    bigint: true,
    throwIfNoEntry: false,
  });
  return found && `${found.dev} ${found.ino}`;
};

const bytesFree = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

const coded = z.object({ code: z.string(), errcode: z.number().optional() });

/** SQLITE_FULL, and SQLITE_IOERR in all its kinds. */
const sqliteCodes = [13, 10];
const fileCodes = ['ENOSPC', 'EDQUOT', 'EROFS'];

/** Whether the disk is what failed, and not the emulator. */
export const isDiskFailure = (error: unknown): boolean => {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isDiskFailure);
  const { data } = coded.safeParse(error);
  if (data === undefined) return false;
  return data.code === 'ERR_SQLITE_ERROR'
    ? sqliteCodes.includes((data.errcode ?? 0) & 0xff)
    : fileCodes.includes(data.code);
};
