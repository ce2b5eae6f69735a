import { HOUR_MS, timestampOf, utcDay } from '../../json/instants.ts';
import { daysOf, type Partition, partitionOf, startOf } from '../../lake/partition.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CommittedBuild, LedgerEntry, PartitionStates } from '../../ports/ledger.ts';
import { firstKeptDay } from '../../sinks/postgres/keeping.ts';
import type { Range } from '../reconciling.ts';
import { type ComparingPorts, compareHour, type HourComparison } from './comparing.ts';
import { listHours } from './hourSql.ts';
import { dropOldDays, makeDays, makeNextDays } from './keptDays.ts';
import { migrate, type Roles } from './migrating.ts';

export interface UpkeepPorts extends ComparingPorts {
  partitionStates: Pick<PartitionStates, 'entries'>;
  clock: Clock;
  keepDays: number;
  /** undefined: the database and its roles are the user's */
  roles(): Promise<Roles | undefined>;
}

/** What a run of upkeep came to. */
interface Upkeep {
  columnsAdded: string[];
  daysDropped: string[];
  hoursCompared: number;
  /** hours that the next run looks at */
  hoursLeft: number;
  rowsRepaired: number;
  rowsRemoved: number;
}

/** Schema, tables, roles, and the tables of the next days: all that the consumer needs to begin. */
export const prepareDatabase = async (ports: UpkeepPorts): Promise<string[]> => {
  const { database, columns, clock, roles } = ports;
  const added = await migrate(database, columns, await roles());
  await makeNextDays(database, utcDay(clock.now().getTime()));
  return added;
};

interface Counted {
  rows: number;
  build: string | null;
}

const countedHours = async ({ database }: UpkeepPorts): Promise<Map<Partition, Counted>> => {
  const hours = await database.query(listHours);
  return new Map(
    hours.map(({ dt, hr, rows, refused, build }) => [
      `${dt}T${String(hr).padStart(2, '0')}`,
      { rows: Number(rows) + Number(refused), build: build ?? null },
    ]),
  );
};

type Published = LedgerEntry & { committed: CommittedBuild };

const isPublished = (entry: LedgerEntry): entry is Published => entry.committed !== null;

/** Hours that are published and whose days are kept. */
const publishedHours = async (range: Range | undefined, ports: UpkeepPorts): Promise<Published[]> => {
  const { partitionStates, clock, keepDays } = ports;
  const now = clock.now();
  const first = `${firstKeptDay(now, keepDays)}T00`;
  const from = range !== undefined && range.from > first ? range.from : first;
  // Clocks of senders may be an hour ahead.
  const last = partitionOf(timestampOf(now.getTime() + 2 * HOUR_MS));
  const to = range !== undefined && range.to < last ? range.to : last;
  return from < to ? (await partitionStates.entries(from, to)).filter(isPublished) : [];
};

/** An hour counts as over so long after its begin: until then the stream brings events faster than runs build them. */
const OPEN_MS = 2 * HOUR_MS;

/**
 * Whether an hour has to be compared. Counters say most of it: an hour whose build has been compared, and still has as many
 * rows, is passed over. One that goes on getting events may be ahead of its build, and is compared once it is over.
 */
const isDue = (
  { partition, stale, committed }: Published,
  counted: Counted | undefined,
  now: number,
): boolean => {
  const rows = counted?.rows ?? 0;
  const { curated } = committed.counts;
  if (rows === curated && counted?.build === committed.build) return false;
  const open = stale || now < startOf(partition) + OPEN_MS;
  return !open || rows < curated;
};

/** No hour is begun after this: the function has 15 minutes. */
const MOST_MS = 8 * 60_000;

const repairHours = async (ports: UpkeepPorts): Promise<Omit<Upkeep, 'columnsAdded' | 'daysDropped'>> => {
  const { clock, database } = ports;
  const began = clock.now().getTime();
  const counted = await countedHours(ports);
  const due = (await publishedHours(undefined, ports)).filter((entry) =>
    isDue(entry, counted.get(entry.partition), began),
  );
  // Imported history never went through the stream: its days have no table yet.
  await makeDays(database, daysOf(due.map(({ partition }) => partition)));
  const compared: HourComparison[] = [];
  for (const { partition, committed } of due) {
    if (clock.now().getTime() - began > MOST_MS) break;
    compared.push(await compareHour(partition, committed, true, ports));
  }
  return {
    hoursCompared: compared.length,
    hoursLeft: due.length - compared.length,
    rowsRepaired: compared.reduce((sum, { missing }) => sum + missing, 0),
    rowsRemoved: compared.reduce((sum, { extra }) => sum + extra, 0),
  };
};

/** Once a run of the ETL: schema, days, and every published hour as it is curated. */
export const runUpkeep = async (ports: UpkeepPorts): Promise<Upkeep> => {
  const columnsAdded = await prepareDatabase(ports);
  const daysDropped = await dropOldDays(ports.database, firstKeptDay(ports.clock.now(), ports.keepDays));
  return { columnsAdded, daysDropped, ...(await repairHours(ports)) };
};

/** What `headrace reconcile` says of PostgreSQL. */
export interface Comparison {
  hours: number;
  rows: number;
  missing: number;
  extra: number;
  /** the first hours that differ */
  differing: HourComparison[];
}

const MOST_DIFFERING = 100;

/** Compares, and changes nothing. */
export const compareRange = async (range: Range | undefined, ports: UpkeepPorts): Promise<Comparison> => {
  const hours: HourComparison[] = [];
  for (const { partition, committed } of await publishedHours(range, ports))
    hours.push(await compareHour(partition, committed, false, ports));
  return {
    hours: hours.length,
    rows: hours.reduce((sum, { rows }) => sum + rows, 0),
    missing: hours.reduce((sum, { missing }) => sum + missing, 0),
    extra: hours.reduce((sum, { extra }) => sum + extra, 0),
    differing: hours.filter(({ missing, extra }) => missing + extra > 0).slice(0, MOST_DIFFERING),
  };
};
