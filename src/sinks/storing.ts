import { gzip as gzipCallback, type ZlibOptions } from 'node:zlib';
import { mapAtMost, settleAtMost } from '../atMost.ts';
import { HeadraceError } from '../errors.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { HourLines } from './hourLines.ts';

const gzip = (bytes: Buffer, options: ZlibOptions): Promise<Buffer> =>
  // Not by promisify: importing node:util loads 30 of Node's modules, 3 ms of a cold start.
  new Promise((resolve, reject) => {
    gzipCallback(bytes, options, (error, zipped) => (error === null ? resolve(zipped) : reject(error)));
  });

/**
 * Of the output at a time. Events shrink to a ninth: the object of a whole batch comes in two pieces, not in thirty.
 */
const PIECE_BYTES = 256 * 1024;

/**
 * zlib writes no time of its own into the header, so that the same lines give the same bytes. More memory for it than
 * by default (384 KB instead of 256 KB an object) makes it some percent faster and the object 0.2 % smaller.
 */
const zip = (body: Buffer): Promise<Buffer> =>
  gzip(body, { memLevel: 9, chunkSize: Math.min(PIECE_BYTES, Math.max(1024, body.length >> 2)) });

/** Objects zipped, put and marked at once: a batch of imported history touches hundreds of hours. */
export const PARALLEL = 16;

/** An object to be written. */
export interface Target {
  key: string;
  lines: HourLines;
}

/** What could not be done, and the first record of the batch that has a line in it. */
export interface Failure {
  record: number;
  what: string;
  error: unknown;
}

/** Most often one piece of the batch as it came. */
const joined = (chunks: readonly Buffer[]): Buffer =>
  chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);

const countLines = (body: Buffer): number => {
  let lines = 0;
  for (let at = body.indexOf(0x0a); at !== -1; at = body.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
};

export const rowsOf = (targets: readonly Target[]): number =>
  targets.reduce((rows, { lines }) => rows + lines.rows, 0);

/** Conservation, from the very bytes that will be stored: as many lines as came in. */
const assertBalance = (lines: number, bodies: readonly Buffer[], targets: readonly Target[]): void => {
  const stored = bodies.reduce((sum, body) => sum + countLines(body), 0);
  const said = rowsOf(targets);
  if (stored === lines && said === lines) return;
  const message = `A batch of ${lines} lines would be stored as ${stored} (its keys say ${said}): ${targets[0]?.key}`;
  throw new HeadraceError('BalanceBroken', message);
};

/** Work on each target. What fails fails nothing else: it is told with the record to repeat from. */
export const settle = async (
  what: string,
  targets: readonly Target[],
  work: (target: Target) => Promise<void>,
): Promise<{ done: Target[]; failed: Failure[] }> => {
  const outcomes = await settleAtMost(PARALLEL, targets, work);
  return {
    done: targets.filter((_, index) => outcomes[index]?.status === 'fulfilled'),
    failed: targets.flatMap(({ key, lines }, index) => {
      const outcome = outcomes[index];
      if (outcome?.status !== 'rejected') return [];
      return [{ record: lines.firstRecord, what: `${what} ${key}`, error: outcome.reason }];
    }),
  };
};

/** Writes each target, zipped; together they hold `count` lines, or nothing is written. */
export const storeLines = async (
  targets: readonly Target[],
  count: number,
  store: Pick<ObjectStore, 'put'>,
): Promise<{ done: Target[]; failed: Failure[] }> => {
  const bodies = targets.map(({ lines }) => joined(lines.chunks));
  assertBalance(count, bodies, targets);
  const zipped = await mapAtMost(PARALLEL, bodies, zip);
  const bodyOf = new Map(targets.map((target, index) => [target, zipped[index]]));
  return settle('put', targets, (target) =>
    store.put(target.key, bodyOf.get(target) ?? Buffer.alloc(0), 'application/x-ndjson'),
  );
};
