import { gzip as gzipCallback, type ZlibOptions } from 'node:zlib';
import { mapAtMost, settleAtMost } from '../atMost.ts';
import { HeadraceError } from '../errors.ts';
import { type Partition, partitionPath } from '../events/envelope.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { PartitionStates } from '../ports/ledger.ts';
import { type Pile, type SortedBatch, type StreamedRecord, sortBatch } from './sorting.ts';

const gzip = (bytes: Buffer, options: ZlibOptions): Promise<Buffer> =>
  // Not by promisify: importing node:util loads 30 of Node's modules, 3 ms of a cold start.
  new Promise((resolve, reject) => {
    gzipCallback(bytes, options, (error, zipped) => (error === null ? resolve(zipped) : reject(error)));
  });

/** Of the output at a time. Events shrink to a ninth: the object of a whole batch comes in two pieces, not in thirty. */
const PIECE_BYTES = 256 * 1024;

/**
 * zlib writes no time of its own into the header, so that the same lines give the same bytes. More memory for it than
 * by default (384 KB instead of 256 KB an object) makes it some percent faster and the object 0.2 % smaller.
 */
const zip = (body: Buffer): Promise<Buffer> =>
  gzip(body, { memLevel: 9, chunkSize: Math.min(PIECE_BYTES, Math.max(1024, body.length >> 2)) });

/** Objects zipped, puts and marks under way at once: a batch of imported history touches hundreds of hours. */
const PARALLEL = 16;

export interface LandingPorts {
  store: ObjectStore;
  partitionStates: PartitionStates;
  clock: Clock;
}

/** What became of a batch. `rawRows` and `quarantined` count what is safely stored. */
export interface Landing {
  /** begins the name of every object of the batch; the empty text for a batch without records */
  batch: string;
  lines: number;
  rawRows: number;
  quarantined: number;
  objects: number;
  /** of the objects written, raw ones first; each ends with how many rows it holds */
  keys: string[];
  partitions: Partition[];
  failures: { what: string; error: unknown }[];
  /** first sequence whose lines are not all stored and marked: the stream delivers from there again; null if none */
  retryFrom: string | null;
}

interface Target {
  kind: 'raw' | 'quarantine';
  pile: Pile;
  key: string;
}

/** Names a batch of the stream: what it was cut from and where it begins. */
export const batchOf = ({ shard, sequence }: Pick<StreamedRecord, 'shard' | 'sequence'>): string =>
  `${shard}-${sequence}`;

const targetsOf = (sorted: SortedBatch, batch: string): Target[] => {
  const target = (kind: Target['kind'], pile: Pile): Target => {
    const name = `${batch}-n${pile.rows}.ndjson.gz`;
    return { kind, pile, key: `${kind}/${partitionPath(pile.hour)}/${name}` };
  };
  return [
    ...sorted.events.map((pile) => target('raw', pile)),
    ...sorted.quarantine.map((pile) => target('quarantine', pile)),
  ];
};

/** Most often one piece of the batch as it came. */
const joined = (chunks: readonly Buffer[]): Buffer =>
  chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);

const countLines = (body: Buffer): number => {
  let lines = 0;
  for (let at = body.indexOf(0x0a); at !== -1; at = body.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
};

/** Conservation, from the very bytes that will be stored: lines in = raw rows + quarantined lines. */
const assertBalance = (lines: number, bodies: readonly Buffer[], targets: readonly Target[]): void => {
  const stored = bodies.reduce((sum, body) => sum + countLines(body), 0);
  const said = targets.reduce((sum, { pile }) => sum + pile.rows, 0);
  if (stored === lines && said === lines) return;
  const message = `A batch of ${lines} lines would be stored as ${stored} (its keys say ${said}): ${targets[0]?.key}`;
  throw new HeadraceError('BalanceBroken', message);
};

/** Marks the partitions of raw objects that are stored, and only those: a mark without its object would be early. */
const markStale = async (
  stored: readonly Target[],
  ports: LandingPorts,
): Promise<PromiseSettledResult<void>[]> => {
  const at = ports.clock.now();
  return settleAtMost(PARALLEL, stored, ({ pile }) => ports.partitionStates.markStale(pile.hour, at));
};

const sum = (targets: readonly Target[], kind: Target['kind']): number =>
  targets.filter((target) => target.kind === kind).reduce((rows, { pile }) => rows + pile.rows, 0);

/**
 * Lands one batch of one shard: sorts its lines by event hour, writes each hour's object, then marks the hours stale.
 * Keys and bytes follow from the batch alone, so that a redelivered batch overwrites itself; a batch that is cut
 * differently the next time leaves duplicates, which builds take out. A failed put or mark fails nothing else: the
 * batch is repeated from the first record that has a line in what failed.
 */
export const landBatch = async (
  records: readonly StreamedRecord[],
  ports: LandingPorts,
): Promise<Landing> => {
  const sorted = sortBatch(records);
  const first = records[0];
  const batch = first === undefined ? '' : batchOf(first);
  const targets = targetsOf(sorted, batch);
  const bodies = targets.map(({ pile }) => joined(pile.chunks));
  assertBalance(sorted.lines, bodies, targets);

  const zipped = await mapAtMost(PARALLEL, bodies, zip);
  const numbered = targets.map((target, index) => ({ target, body: zipped[index] ?? Buffer.alloc(0) }));
  const puts = await settleAtMost(PARALLEL, numbered, ({ target, body }) =>
    ports.store.put(target.key, body, 'application/x-ndjson'),
  );
  const written = targets.filter((_, index) => puts[index]?.status === 'fulfilled');
  const raw = written.filter(({ kind }) => kind === 'raw');
  const marks = await markStale(raw, ports);

  const failed = [
    ...puts.map((outcome, index) => ({ outcome, target: targets[index], what: 'put' })),
    ...marks.map((outcome, index) => ({ outcome, target: raw[index], what: 'markStale' })),
  ].flatMap(({ outcome, target, what }) =>
    outcome.status === 'rejected' && target !== undefined ? [{ target, what, error: outcome.reason }] : [],
  );
  const safe = written.filter((target) => !failed.some((failure) => failure.target === target));
  const retry = Math.min(...failed.map(({ target }) => target.pile.firstRecord));
  return {
    batch,
    lines: sorted.lines,
    rawRows: sum(safe, 'raw'),
    quarantined: sum(safe, 'quarantine'),
    objects: written.length,
    keys: written.map(({ key }) => key),
    partitions: safe.filter(({ kind }) => kind === 'raw').map(({ pile }) => pile.hour),
    failures: failed.map(({ target, what, error }) => ({ what: `${what} ${target.key}`, error })),
    retryFrom: records[retry]?.sequence ?? null,
  };
};

/** Imported history has hundreds of hours in a batch; the names of the others follow from its id and their hours. */
const KEYS_LOGGED = 50;

/** What the log says of a batch: which records of which shard it was, and which objects it became. */
export const landingLine = (
  { failures: _told, partitions, keys, ...landing }: Landing,
  records: readonly StreamedRecord[],
) => ({
  ...landing,
  shard: records[0]?.shard,
  first: records[0]?.sequence,
  last: records.at(-1)?.sequence,
  records: records.length,
  partitions: partitions.length,
  keys: keys.slice(0, KEYS_LOGGED),
});
