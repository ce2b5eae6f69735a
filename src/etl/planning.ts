import { HeadraceError } from '../errors.ts';
import { UTC } from '../json/instants.ts';
import { daysWithin, type Partition } from '../lake/partition.ts';
import { once } from '../once.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { PartitionStates, PendingDays } from '../ports/ledger.ts';
import * as z from '../schema.ts';
import { dueDays } from './daysThatWait.ts';
import { emptiedIn, landedIn, unbuilt } from './landed.ts';
import { parseRunInput, type RunInput } from './runInput.ts';

/** Partitions a run: what an inline Map's history and its results have room for. A backfill makes more runs. */
export const MAX_PARTITIONS = 500;

/** Days a run for checks and marts: their list stands in every query, and each becomes a file a mart. */
export const MAX_DAYS = 100;

export const plan = /* @__PURE__ */ once(() =>
  z.object({
    execution: z.string(),
    hasWork: z.boolean(),
    partitions: z.array(z.object({ partition: z.string(), force: z.boolean() })),
    pendingDays: z.number(),
    /** work is left over for the next run */
    more: z.boolean(),
    marts: z.array(z.string()),
    /** days whose marts were asked for by name, to be written even if nothing changed */
    days: z._default(z.array(z.string()), []),
    /** a range was given: its hours are to be built by this run, not by whoever has them just now */
    asked: z._default(z.boolean(), false),
    /** what a mart's day is a day of */
    timeZone: z._default(z.string(), UTC),
    /** what the input says of it */
    pastDaysEveryHours: z._default(z.number(), 0),
  }),
);

export type Plan = z.infer<ReturnType<typeof plan>>;

interface PlanningPorts {
  store: ObjectStore;
  partitionStates: PartitionStates;
  pendingDays: PendingDays;
  clock: Clock;
  /** UTC when none is given */
  timeZone?: string;
}

/** Days of UTC whose marts one run writes for certain: of another time zone each may touch two. */
export const mostDays = (timeZone: string): number => (timeZone === UTC ? MAX_DAYS : MAX_DAYS / 2);

/** Days of another time zone that n days of UTC touch are n + 1. */
const mostNamed = (timeZone: string): number => (timeZone === UTC ? MAX_DAYS : MAX_DAYS - 1);

const tooManyHours = ({ from, to }: { from: Partition; to: Partition }): HeadraceError =>
  new HeadraceError(
    'RangeTooLarge',
    `From ${from} to ${to} there are more than ${MAX_PARTITIONS} partitions: give a shorter range, or run \`headrace backfill --from ${from} --to ${to}\`, which cuts it up.`,
  );

/** A backfill takes no marts by name, so it is no way out here. */
const tooManyDays = (days: readonly string[], most: number): HeadraceError => {
  const first = `{"from":"${days[0]}","to":"${days[most]}","marts":[…]}`;
  return new HeadraceError(
    'RangeTooLarge',
    `Marts of ${days.length} days were asked for, more than ${most}: give the range in parts, first ${first}.`,
  );
};

/** Hours of the range that have raw objects; RangeTooLarge when a run cannot take them. */
const landedWithin = async (store: ObjectStore, range: { from: Partition; to: Partition }) => {
  const landed = await landedIn(store, range, MAX_PARTITIONS);
  if (landed.length <= MAX_PARTITIONS) return landed;
  throw tooManyHours(range);
};

const choose = async (
  input: RunInput,
  { store, partitionStates, timeZone = UTC }: PlanningPorts,
): Promise<{ partitions: Partition[]; more: boolean; days: string[] }> => {
  const { range } = input;
  if (range === undefined) return { ...(await partitionStates.stale(MAX_PARTITIONS)), days: [] };
  const days = input.marts === undefined ? [] : daysWithin(range);
  if (days.length > mostNamed(timeZone)) throw tooManyDays(days, mostNamed(timeZone));
  const landed = await landedWithin(store, range);
  const all = input.force && input.builtBefore === undefined;
  const partitions = all ? landed : await unbuilt(partitionStates, landed, input.builtBefore);
  const emptied = await emptiedIn(store, partitionStates, range, landed);
  if (landed.length + emptied.length > MAX_PARTITIONS) throw tooManyHours(range);
  return { partitions: [...partitions, ...emptied].sort(), more: false, days };
};

/**
 * What a run will do. `{}`: the stale partitions, or as many as a run takes, the newest and the oldest of them; a
 * range: those with raw objects in it, without `force` only the stale or never built, with `builtBefore` also those
 * last built before then. Days that wait for their checks and marts (a run before failed there) are work too, if they
 * are not to wait longer, and so are marts asked for by name. Throws InvalidInput, UnknownMart, RangeTooLarge.
 */
export const planRun = async (
  execution: string,
  input: unknown,
  knownMarts: readonly string[],
  ports: PlanningPorts,
): Promise<Plan> => {
  const parsed = parseRunInput(input, knownMarts);
  const { partitions, more, days } = await choose(parsed, ports);
  const { pastDaysEveryHours } = parsed;
  const listed = await ports.pendingDays.list(MAX_DAYS + 1);
  const pending = dueDays(listed, pastDaysEveryHours, ports.clock.now());
  const pendingDays = Math.min(pending.length, MAX_DAYS);
  return {
    execution,
    hasWork: partitions.length + pendingDays + days.length > 0,
    partitions: partitions.map((partition) => ({ partition, force: parsed.force })),
    pendingDays,
    more: more || pending.length + days.length > MAX_DAYS,
    marts: [...(parsed.marts ?? knownMarts)],
    days,
    asked: parsed.range !== undefined,
    timeZone: ports.timeZone ?? UTC,
    pastDaysEveryHours,
  };
};
