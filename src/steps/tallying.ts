import * as z from 'zod';
import { HeadraceError } from '../errors.ts';
import type { Ledger, ObjectStore, PendingDay } from '../ports.ts';
import { MAX_DAYS, type Plan } from './planning.ts';

/** Entries of a list that stands in a state of the machine, which holds 256 KB in all. */
const MAX_FAILED = 20;
const MAX_DRIFT = 50;

export const buildCounts = z.object({
  raw: z.number(),
  curated: z.number(),
  duplicates: z.number(),
  rejected: z.number(),
});

const published = z.object({
  partition: z.string(),
  status: z.enum(['created', 'moved', 'unchanged']),
  counts: buildCounts,
  rawBytes: z.number(),
  parquetBytes: z.number(),
  newShapes: z.array(z.string()),
});

const failed = z.object({ partition: z.string(), failed: z.literal(true), error: z.string() });

/** What an item of the Map over partitions ends with: publish's output, or recordFailure's. */
export const partitionResult = z.union([failed, published]);

export type PartitionResult = z.infer<typeof partitionResult>;

type Published = z.infer<typeof published>;

export const pendingDay = z.object({ day: z.string(), changes: z.number() });

export const tally = z.object({
  built: z.number(),
  failed: z.array(z.object({ partition: z.string(), error: z.string() })),
  failedCount: z.number(),
  counts: buildCounts,
  /** gzipped raw objects read, Parquet written */
  bytes: z.object({ rawGz: z.number(), parquet: z.number() }),
  crawl: z.object({ pending: z.boolean(), wanted: z.number() }),
  drift: z.array(z.string()),
  days: z.array(pendingDay),
  checks: z.array(z.object({ name: z.string(), sql: z.string() })),
  marts: z.array(
    // With its counter: publishing has to know whether the day changed since this run looked.
    z.object({ name: z.string(), sql: z.string(), location: z.string(), days: z.array(pendingDay) }),
  ),
});

export type Tally = z.infer<typeof tally>;

/** A query of queries/, by name: its SQL with the placeholder `:days`. */
export interface Query {
  name: string;
  sql: string;
}

export interface Queries {
  checks: readonly Query[];
  /** only the SELECT, with dt as its last column */
  marts: readonly Query[];
}

export interface TallyingPorts {
  store: ObjectStore;
  ledger: Ledger;
}

const isDay = (day: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(day);

/** The SQL for these days. They come from the ledger, and are checked because they become part of a statement. */
export const renderDays = (sql: string, days: readonly string[]): string => {
  const odd = days.find((day) => !isDay(day));
  if (odd !== undefined) throw new HeadraceError('InvalidInput', `${JSON.stringify(odd)} is no day.`);
  const list = days.map((day) => `'${day}'`).join(', ');
  return sql
    .replaceAll(/:days\b/g, list)
    .replace(/;\s*$/, '')
    .trim();
};

/** Names of executions may hold more than a folder or a quoted text should. */
export const runFolder = (mart: string, execution: string): string =>
  `marts/${mart}/run=${execution.replaceAll(/[^\w.-]/g, '-')}/`;

const unload = (select: string, location: string): string =>
  `UNLOAD (\n${select}\n)\nTO '${location}'\nWITH (format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY['dt'])`;

const total = (built: readonly Published[]) => ({
  counts: {
    raw: built.reduce((sum, { counts }) => sum + counts.raw, 0),
    curated: built.reduce((sum, { counts }) => sum + counts.curated, 0),
    duplicates: built.reduce((sum, { counts }) => sum + counts.duplicates, 0),
    rejected: built.reduce((sum, { counts }) => sum + counts.rejected, 0),
  },
  bytes: {
    rawGz: built.reduce((sum, { rawBytes }) => sum + rawBytes, 0),
    parquet: built.reduce((sum, { parquetBytes }) => sum + parquetBytes, 0),
  },
});

/** The days asked for by name, then as many pending ones as a run takes; all with their counters as they are now. */
const daysFor = async (plan: Plan, ledger: Ledger): Promise<PendingDay[]> => {
  const named = await ledger.dayCounters(plan.days);
  const pending = await ledger.pendingDays(MAX_DAYS);
  return [...named, ...pending.filter(({ day }) => !plan.days.includes(day))].slice(0, MAX_DAYS);
};

/**
 * What the builds of a run came to, and what is to be run after them: checks and marts over the days that have
 * changed. Throws NothingBuilt when there were partitions and not one was built: such a run must not look green.
 */
export const tallyRun = async (
  plan: Plan,
  results: readonly PartitionResult[],
  queries: Queries,
  { store, ledger }: TallyingPorts,
): Promise<Tally> => {
  const failures = results.filter((result) => 'failed' in result);
  const built = results.filter((result): result is Published => !('failed' in result));
  if (plan.partitions.length > 0 && built.length === 0) {
    const [first] = failures;
    const why = first === undefined ? 'no result came back' : `first ${first.partition}: ${first.error}`;
    const message = `None of ${plan.partitions.length} partitions was built (${why}). Their causes are in the ledger: headrace status.`;
    throw new HeadraceError('NothingBuilt', message);
  }
  const days = await daysFor(plan, ledger);
  const names = days.map(({ day }) => day);
  // A list of no days is no SQL, and nothing changed that could be checked.
  const wanted = names.length === 0 ? { checks: [], marts: [] } : queries;
  return {
    built: built.length,
    failed: failures.slice(0, MAX_FAILED).map(({ partition, error }) => ({ partition, error })),
    failedCount: failures.length,
    ...total(built),
    crawl: await ledger.crawlWanted(),
    drift: [...new Set(built.flatMap(({ newShapes }) => newShapes))].slice(0, MAX_DRIFT),
    days,
    checks: wanted.checks.map(({ name, sql }) => ({ name, sql: renderDays(sql, names) })),
    marts: wanted.marts
      .filter(({ name }) => plan.marts.includes(name))
      .map(({ name, sql }) => {
        const location = store.uri(runFolder(name, plan.execution));
        return { name, sql: unload(renderDays(sql, names), location), location, days };
      }),
  };
};
