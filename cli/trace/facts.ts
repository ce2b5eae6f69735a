import type { StageAccess } from '../../client/access.ts';
import type { Lakehouse } from '../../client/lakehouse.ts';
import { mapAtMost } from '../../src/atMost.ts';
import { landedIn, unbuilt } from '../../src/etl/landed.ts';
import { DAY_MS, utcDay } from '../../src/json/instants.ts';
import { nextDay, type Partition } from '../../src/lake/partition.ts';
import { daysWithMarks, type Mark, readMarks } from '../quarantine/marks.ts';
import type { Days } from './days.ts';
import type { QuarantineSighting, RawSighting, Sightings, TableSighting } from './sightings.ts';
import { type DayState, dayStates, type HourState, hourState } from './state.ts';

/** Everything that is stored of one event: ids belong to their source, so the same id of two sources is two events. */
export interface Facts {
  /** null of a rejected text that does not say its source */
  source: string | null;
  raw: RawSighting[];
  table: TableSighting[];
  quarantine: QuarantineSighting[];
  /** replays of rows of quarantine as this event */
  replays: Mark[];
  /** when each raw or quarantine object was written */
  written: ReadonlyMap<string, string>;
  hours: HourState[];
  days: DayState[];
}

/** An object's time is asked for one by one; an id in more objects than this is not an event's. */
const MAX_OBJECTS = 50;
const MAX_HOURS = 24;
const PARALLEL = 8;
/** Quarantine lies by the day of receipt, and is looked through at most so many days on. */
const MAX_DAYS = 366;

interface Sighted {
  raw: RawSighting[];
  table: TableSighting[];
  quarantine: QuarantineSighting[];
  replays: Mark[];
}

/**
 * The table first, of which only the columns asked for are read. Raw objects are read whole, so only those of hours
 * where it was seen, or may wait: all of them only if it was seen nowhere.
 */
const rawOf = async (
  sightings: Sightings,
  days: Days,
  table: readonly TableSighting[],
  { store, partitionStates }: Lakehouse,
): Promise<RawSighting[]> => {
  const range = { from: `${days.from}T00`, to: `${nextDay(days.to)}T00` };
  const waiting = await unbuilt(partitionStates, await landedIn(store, range));
  const hours = [...new Set([...table.map(({ partition }) => partition), ...waiting])];
  const found = hours.length === 0 ? [] : await sightings.raw(hours);
  return found.length > 0 || table.length > 0 ? found : sightings.raw(days);
};

const daysUpTo = (from: string, now: Date): string[] => {
  const last = utcDay(now.getTime() + DAY_MS);
  const days: string[] = [];
  for (let day = from; day <= last && days.length < MAX_DAYS; day = nextDay(day)) days.push(day);
  return days;
};

const sight = async (
  sightings: Sightings,
  days: Days,
  eventId: string,
  lakehouse: Lakehouse,
): Promise<Sighted> => {
  const table = await sightings.inTable(days);
  const raw = await rawOf(sightings, days, table, lakehouse);
  // Received on some day since then; what a build rejected lies at the event's own hour.
  const since = daysUpTo(days.from, lakehouse.clock.now());
  const quarantine = await sightings.quarantined({ from: days.from, to: since.at(-1) ?? days.to });
  const { store } = lakehouse;
  const marks = await readMarks(store, await daysWithMarks(store, since));
  return { table, raw, quarantine, replays: [...marks.values()].filter((mark) => mark.event_id === eventId) };
};

const writtenAt = async (
  { store }: Lakehouse,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const found = await mapAtMost(PARALLEL, keys.slice(0, MAX_OBJECTS), (key) => store.list(key));
  return new Map(found.flat().map(({ key, lastModified }) => [key, lastModified.toISOString()]));
};

const distinct = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];

/** Looks for the event in everything that is stored. One entry a source; none if it was seen nowhere. */
export const gatherFacts = async (
  access: StageAccess,
  lakehouse: Lakehouse,
  sightings: Sightings,
  eventId: string,
  days: Days,
): Promise<Facts[]> => {
  const seen = await sight(sightings, days, eventId, lakehouse);
  const all = [...seen.raw, ...seen.table];
  const partitions: Partition[] = distinct(all.map(({ partition }) => partition)).sort();
  const hours = await mapAtMost(PARALLEL, partitions.slice(0, MAX_HOURS), (partition) =>
    hourState(access, lakehouse, partition),
  );
  const states = await dayStates(lakehouse, distinct(hours.map(({ partition }) => partition.slice(0, 10))));
  const written = await writtenAt(
    lakehouse,
    distinct([...seen.raw, ...seen.quarantine].map(({ key }) => key)),
  );
  const sources = distinct([...all, ...seen.quarantine, ...seen.replays].map(({ source }) => source));
  return sources.map((source) => {
    const own = <One extends { source: string | null }>(of: readonly One[]) =>
      of.filter((one) => one.source === source);
    const ofSource = { raw: own(seen.raw), table: own(seen.table) };
    const at = new Set([...ofSource.raw, ...ofSource.table].map(({ partition }) => partition));
    const ownHours = hours.filter(({ partition }) => at.has(partition));
    const ownDays = new Set(ownHours.map(({ partition }) => partition.slice(0, 10)));
    return {
      source,
      ...ofSource,
      quarantine: own(seen.quarantine),
      replays: own(seen.replays),
      written,
      hours: ownHours,
      days: states.filter(({ day }) => ownDays.has(day)),
    };
  });
};
