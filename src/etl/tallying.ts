import { UTC } from '../json/instants.ts';
import { martRunFolder } from '../lake/layout.ts';
import { once } from '../once.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { HourChecks, PartitionStates, PendingDay, PendingDays } from '../ports/ledger.ts';
import * as z from '../schema.ts';
import { archiveCheckOf } from './archiveCheck.ts';
import { dueDays } from './daysThatWait.ts';
import { checkedHours } from './hoursToCheck.ts';
import { changedHours, countsLocalDays, fillMacros } from './macros.ts';
import { martDay, martDaysOf, touchingAtMost } from './martDays.ts';
import { MAX_DAYS, type Plan } from './planning.ts';
import { readingsOf, withinScanBudget } from './scanBudget.ts';
import { speedCheckOf, speedHours } from './speedCheck.ts';

/** Entries of a list that stands in a state of the machine, which holds 256 KB in all. */
const MAX_FAILED = 20;
const MAX_DRIFT = 50;

export const buildCounts = /* @__PURE__ */ once(() =>
  z.object({
    raw: z.number(),
    curated: z.number(),
    duplicates: z.number(),
    rejected: z.number(),
  }),
);

const published = /* @__PURE__ */ once(() =>
  z.object({
    partition: z.string(),
    status: z.enum(['created', 'moved', 'unchanged']),
    counts: buildCounts(),
    rawBytes: z.number(),
    parquetBytes: z.number(),
    newShapes: z.array(z.string()),
  }),
);

const failed = /* @__PURE__ */ once(() =>
  z.object({ partition: z.string(), failed: z.literal(true), error: z.string() }),
);

/** What an item of the Map over partitions ends with: publish's output, or recordFailure's. */
export const partitionResult = /* @__PURE__ */ once(() => z.union([failed(), published()]));

export type PartitionResult = z.infer<ReturnType<typeof partitionResult>>;

type Published = z.infer<ReturnType<typeof published>>;

type Failed = z.infer<ReturnType<typeof failed>>;

const pendingDay = /* @__PURE__ */ once(() => z.object({ day: z.string(), changes: z.number() }));

export const tally = /* @__PURE__ */ once(() =>
  z.object({
    built: z.number(),
    /** left to other runs, which build them at the same time */
    locked: z._default(z.number(), 0),
    failed: z.array(z.object({ partition: z.string(), error: z.string() })),
    failedCount: z.number(),
    counts: buildCounts(),
    /** gzipped raw objects read, Parquet written */
    bytes: z.object({ rawGz: z.number(), parquet: z.number() }),
    drift: z.array(z.string()),
    days: z.array(pendingDay()),
    /** days that wait for a run of their own, at least so many: together they would have been too much */
    daysLeft: z._default(z.number(), 0),
    checks: z.array(z.object({ name: z.string(), sql: z.string() })),
    warnings: z.array(z.object({ name: z.string(), sql: z.string() })),
    /** hours of receipt that the check of the archive is about; not there without an archive */
    archive: z.optional(checkedHours()),
    /** hours of which speed and batch are compared; not there without windows */
    speed: z.optional(speedHours()),
    marts: z.array(
      z.object({ name: z.string(), sql: z.string(), location: z.string(), days: z.array(martDay()) }),
    ),
  }),
);

export type Tally = z.infer<ReturnType<typeof tally>>;

/** A query of queries/, by name: its SQL with the macros of macros.ts. */
export interface Query {
  name: string;
  sql: string;
}

export interface Queries {
  /** a row they find fails the run; its first column says what is wrong with it */
  checks: readonly Query[];
  /** rows they find stand in its report */
  warnings: readonly Query[];
  /** only the SELECT, with dt as its last column: a day of UTC, or of the time zone where it names `:localDay` */
  marts: readonly Query[];
}

interface TallyingPorts {
  store: ObjectStore;
  partitionStates: PartitionStates;
  pendingDays: PendingDays;
  /** bytes that the queries of one run may read */
  scanBudget: number;
  /** when the run began, in ISO 8601: what `:now` is in its queries */
  startedAt: string;
  /** undefined: the stage has no archive */
  archiveChecks?: Pick<HourChecks, 'checkedUntil'> | undefined;
  /** undefined: the stage has no windows */
  speedChecks?: Pick<HourChecks, 'checkedUntil'> | undefined;
}

const unload = (select: string, location: string): string =>
  `UNLOAD (\n${select}\n)\nTO '${location}'\nWITH (format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY['dt'])`;

/** The time zone of the marts' days: UTC where none of them counts local ones, and then no other days are read. */
const zoneOf = (marts: readonly Query[], { timeZone }: Plan): string =>
  marts.some(({ sql }) => countsLocalDays(sql)) ? timeZone : UTC;

/** The SQL and the days of each mart of the run. */
const martsFor = async (
  marts: readonly Query[],
  taken: readonly PendingDay[],
  plan: Plan,
  { store, pendingDays, startedAt }: TallyingPorts,
): Promise<Tally['marts']> => {
  const { execution } = plan;
  const timeZone = zoneOf(marts, plan);
  const [utc, local] = await Promise.all([
    martDaysOf(taken, UTC, pendingDays),
    martDaysOf(taken, timeZone, pendingDays),
  ]);
  return marts.map(({ name, sql }) => {
    const { written, days } = countsLocalDays(sql) ? local : utc;
    const location = store.uri(martRunFolder(name, execution));
    const select = fillMacros(sql, { days: written, now: startedAt, timeZone });
    return { name, sql: unload(select, location), location, days };
  });
};

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

/**
 * Another run has the partition just now, a backfill say, and it stays stale until it is built: no failure of a run
 * that takes whatever is stale. Of one that was asked for these hours it is.
 */
const leftToOthers = (plan: Plan, result: PartitionResult): boolean =>
  !plan.asked && 'failed' in result && result.error === 'Conflict';

/**
 * The days asked for by name, then pending ones: one more than a run takes, if there are, to know that some are left.
 */
const daysFor = async (
  plan: Plan,
  { pendingDays, startedAt }: Pick<TallyingPorts, 'pendingDays' | 'startedAt'>,
): Promise<PendingDay[]> => {
  const named = await pendingDays.counters(plan.days);
  const listed = await pendingDays.list(MAX_DAYS + 1);
  const pending = dueDays(listed, plan.pastDaysEveryHours, new Date(startedAt));
  return [...named, ...pending.filter(({ day }) => !plan.days.includes(day))];
};

/** A run of a range is about history, and there may be many at once. */
const archiveOf = async (plan: Plan, { partitionStates, archiveChecks, startedAt }: TallyingPorts) =>
  archiveChecks === undefined || plan.asked
    ? undefined
    : archiveCheckOf(Date.parse(startedAt), { partitionStates, archiveChecks });

const speedOf = async (plan: Plan, { partitionStates, speedChecks, startedAt }: TallyingPorts) =>
  speedChecks === undefined || plan.asked
    ? undefined
    : speedCheckOf(Date.parse(startedAt), { partitionStates, speedChecks });

/**
 * What the builds of a run came to, and what is to be run after them: checks, marts and warnings over the days that
 * have changed. Partitions that failed hold back neither: a damaged hour must not keep the marts of other days waiting.
 * The run fails at its end, after the report. Throws ScanBudgetExceeded.
 */
export const tallyRun = async (
  plan: Plan,
  results: readonly PartitionResult[],
  queries: Queries,
  ports: TallyingPorts,
): Promise<Tally> => {
  const { partitionStates, scanBudget, startedAt } = ports;
  const built = results.filter((result): result is Published => !('failed' in result));
  const locked = results.filter((result) => leftToOthers(plan, result)).length;
  const failures = results.filter(
    (result): result is Failed => 'failed' in result && !leftToOthers(plan, result),
  );
  const marts = queries.marts.filter(({ name }) => plan.marts.includes(name));
  const { checks, warnings } = queries;
  const readings = readingsOf([...checks, ...marts, ...warnings], plan.timeZone);
  const candidates = await daysFor(plan, ports);
  // UNLOAD writes no more days than a run takes.
  const fitting = touchingAtMost(candidates, MAX_DAYS, zoneOf(marts, plan));
  const taken = await withinScanBudget(fitting, plan.days, readings, scanBudget, partitionStates);
  const names = taken.map(({ day }) => day);
  const hours = changedHours(taken);
  // Their hours stand in the checks, and nobody else asks for them.
  const days = taken.map(({ day, changes }) => ({ day, changes }));
  // A list of no days is not SQL, and nothing changed that could be checked.
  const wanted = names.length === 0 ? { checks: [], warnings: [], marts: [] } : { checks, warnings, marts };
  const [archive, speed] = await Promise.all([archiveOf(plan, ports), speedOf(plan, ports)]);
  const rendered = ({ name, sql }: Query) => ({
    name,
    sql: fillMacros(sql, { days: names, hours, now: startedAt }),
  });
  return {
    built: built.length,
    locked,
    failed: failures.slice(0, MAX_FAILED).map(({ partition, error }) => ({ partition, error })),
    // One without a result, if there can be any, was not built either.
    failedCount: Math.max(failures.length, plan.partitions.length - built.length - locked),
    ...total(built),
    drift: [...new Set(built.flatMap(({ newShapes }) => newShapes))].slice(0, MAX_DRIFT),
    days,
    daysLeft: candidates.length - days.length,
    checks: wanted.checks.map(rendered),
    warnings: [...wanted.warnings.map(rendered), ...(archive?.queries ?? []), ...(speed?.queries ?? [])],
    ...(archive === undefined ? {} : { archive: archive.hours }),
    ...(speed === undefined ? {} : { speed: speed.hours }),
    marts: await martsFor(wanted.marts, taken, plan, ports),
  };
};
