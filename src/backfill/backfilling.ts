import { createHash } from 'node:crypto';
import { mapAtMost } from '../atMost.ts';
import { HeadraceError } from '../errors.ts';
import { emptiedIn, landedIn, unbuilt } from '../etl/landed.ts';
import { MAX_PARTITIONS, mostDays } from '../etl/planning.ts';
import { faultIn, hoursOf } from '../etl/runInput.ts';
import { partitionOfKey, rawDay, rawFolder } from '../lake/layout.ts';
import { dayOf, hourAfter, type Partition } from '../lake/partition.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { PartitionStates } from '../ports/ledger.ts';
import * as z from '../schema.ts';
import { type Estimate, estimateCost, type QueryCounts } from './cost.ts';

/** Hours with raw objects between a chunk's ends: what a run takes, less room for hours that land before it begins. */
export const MAX_LANDED = MAX_PARTITIONS - 50;

/** Chunks a backfill: what its history and its state have room for. 400 are twenty years of full hours. */
export const MAX_CHUNKS = 400;

/** Runs of the etl at a time. Each has five builds at a time, and the scheduled run has five more. */
const MAX_CONCURRENCY = 5;

interface Chunk {
  /** of the etl's execution: a start that is tried again finds the run instead of beginning a second one */
  name: string;
  /** the etl's whole input */
  input: { from: Partition; to: Partition; force?: true; builtBefore?: string };
  partitions: number;
}

interface BackfillPorts {
  store: ObjectStore;
  partitionStates: PartitionStates;
  /** what a mart's day is a day of */
  timeZone: string;
}

interface BackfillPlan {
  execution: string;
  from: Partition;
  to: Partition;
  force: boolean;
  /** with force: what was built since stays. Given to another backfill, it goes on where this one stopped. */
  builtBefore: string | null;
  concurrency: number;
  /** there are chunks, and they are to be run */
  hasWork: boolean;
  /** hours of the range that have raw objects */
  landed: number;
  /** of those, the ones to build, with their raw objects and gzipped bytes */
  partitions: number;
  objects: number;
  bytes: number;
  estimate: Estimate;
  chunks: Chunk[];
}

const shape = z.strictObject({
  from: z.string(),
  to: z.string(),
  force: z._default(z.boolean(), false),
  concurrency: z._default(z.int().check(z.minimum(1), z.maximum(MAX_CONCURRENCY)), 1),
  plan: z._default(z.boolean(), false),
  builtBefore: z.optional(z.iso.datetime({ offset: true })),
});

const KNOWN = '"from", "to", "force", "concurrency", "plan" and "builtBefore"';

const invalid = (what: string): HeadraceError =>
  new HeadraceError(
    'InvalidInput',
    `The input of the backfill is not valid: ${what}. Give a range such as {"from":"2026-01-01","to":"2027-01-01"}, and {"plan":true} beside it to see first what it would do.`,
  );

const parse = (input: unknown, startedAt: string) => {
  const parsed = shape.safeParse(input);
  if (!parsed.success) throw invalid(faultIn(parsed.error, KNOWN));
  const { from, to, force, builtBefore, ...rest } = parsed.data;
  if (builtBefore !== undefined && !force) throw invalid('"builtBefore" needs "force": true');
  const since = force ? new Date(builtBefore ?? startedAt).toISOString() : undefined;
  return { ...rest, ...hoursOf(from, to, invalid), force, builtBefore: since };
};

/**
 * Groups the wanted hours, in order, so that one run takes each group. A run is given a range and counts every hour
 * in it that has landed, wanted or not, so those count here as well. Exported for its test.
 */
export const cut = (
  landed: readonly Partition[],
  wanted: readonly Partition[],
  maxDays: number,
): Partition[][] => {
  const want = new Set(wanted);
  const groups: Partition[][] = [];
  let group: Partition[] = [];
  let days = new Set<string>();
  let first = 0;
  for (const [at, partition] of landed.entries()) {
    if (!want.has(partition)) continue;
    const tooMany = at - first >= MAX_LANDED || (days.size >= maxDays && !days.has(dayOf(partition)));
    if (group.length === 0 || tooMany) {
      group = [];
      groups.push(group);
      days = new Set();
      first = at;
    }
    group.push(partition);
    days.add(dayOf(partition));
  }
  return groups;
};

const chunkOf = (execution: string, group: readonly Partition[], builtBefore?: string): Chunk => {
  const [from = '', last = from] = [group[0], group.at(-1)];
  const hash = createHash('sha256').update(`${execution} ${from}`).digest('hex').slice(0, 12);
  return {
    name: `backfill-${from.replaceAll('-', '')}-${hash}`,
    input: {
      from,
      to: hourAfter(last),
      ...(builtBefore === undefined ? {} : { force: true, builtBefore }),
    },
    partitions: group.length,
  };
};

/**
 * Hours of a day from which on its raw objects are listed together: those of a sparse day are one page of a listing.
 */
const LISTED_TOGETHER = 6;

/** The folders to list for all raw objects of these hours. */
const rawFoldersOf = (partitions: readonly Partition[]): string[] =>
  [...Map.groupBy(partitions, dayOf)].flatMap(([day, hours]) =>
    hours.length < LISTED_TOGETHER ? hours.map(rawFolder) : [rawDay(day)],
  );

const measure = async (store: ObjectStore, partitions: readonly Partition[]) => {
  const wanted = new Set(partitions);
  const sizes = await mapAtMost(16, rawFoldersOf(partitions), async (folder) => {
    const listed = await store.list(folder);
    const objects = listed.filter(({ key }) => wanted.has(partitionOfKey(key) ?? ''));
    return { objects: objects.length, bytes: objects.reduce((sum, object) => sum + object.bytes, 0) };
  });
  return sizes.reduce((sum, one) => ({ objects: sum.objects + one.objects, bytes: sum.bytes + one.bytes }), {
    objects: 0,
    bytes: 0,
  });
};

/**
 * What a backfill will do: the hours of a range of any length that have raw objects and want building, cut into
 * chunks that one run of the etl takes, with what they hold and about cost. What is clean and built is nothing to do,
 * or with force what was built since the backfill began: so the plan of one that was stopped is what is left of it.
 *
 * A chunk has so few days that all chunks that run together have no more than one run writes marts of, in the stage's
 * time zone: whichever of them ends last leaves none pending. Throws InvalidInput, RangeTooLarge.
 */
export const planBackfill = async (
  run: { execution: string; startedAt: string; input: unknown },
  queries: QueryCounts,
  { store, partitionStates, timeZone }: BackfillPorts,
): Promise<BackfillPlan> => {
  const { execution } = run;
  const { from, to, force, builtBefore, concurrency, plan } = parse(run.input, run.startedAt);
  const raw = await landedIn(store, { from, to });
  const emptied = await emptiedIn(store, partitionStates, { from, to }, raw);
  const landed = [...raw, ...emptied].sort();
  const wanted = await unbuilt(partitionStates, landed, builtBefore);
  const groups = cut(landed, wanted, Math.floor(mostDays(timeZone) / concurrency));
  if (groups.length > MAX_CHUNKS) {
    const message = `From ${from} to ${to} there are ${wanted.length} partitions to build, in ${groups.length} runs; a backfill has at most ${MAX_CHUNKS}. Give a shorter range, and the rest after it.`;
    throw new HeadraceError('RangeTooLarge', message);
  }
  const size = { partitions: wanted.length, ...(await measure(store, wanted)) };
  return {
    execution,
    from,
    to,
    force,
    builtBefore: builtBefore ?? null,
    concurrency,
    hasWork: groups.length > 0 && !plan,
    landed: landed.length,
    ...size,
    estimate: estimateCost({ ...size, chunks: groups.length }, queries),
    chunks: groups.map((group) => chunkOf(execution, group, builtBefore)),
  };
};
