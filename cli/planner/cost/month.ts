import { SETTLED_HOURS } from '../../../src/etl/daysThatWait.ts';
import { assumptions } from '../assumptions.ts';
import type { StageFacts } from '../facts.ts';
import type { Profile } from '../profile.ts';
import type { RunQueries, RunQuery } from '../runQueries.ts';
import { MONTH_DAYS, MONTH_HOURS, MONTH_SECONDS } from '../time.ts';
import { bytesRead } from './columnBytes.ts';

const KIB = 1_024;

/** Traffic and work of a month, which all the services' bills follow from. */
export interface Month {
  events: number;
  requests: number;
  lineBytes: number;
  recordBytes: number;
  shards: number;
  batches: number;
  rawObjects: number;
  /** builds of a partition, and the gzipped bytes they read */
  builds: number;
  builtBytes: number;
  /** Parquet bytes that the queries of the runs read */
  scanned: Record<keyof RunQueries, number>;
}

/** Calls of the consumer that counts windows, and the parts it writes: none of a shard in which nothing comes. */
export const windowCallsOf = (
  { shards, requests }: Pick<Month, 'shards' | 'requests'>,
  { windows }: StageFacts,
): { calls: number; parts: number } => {
  if (windows === undefined) return { calls: 0, parts: 0 };
  const inTime = (seconds: number): number => Math.min((shards * MONTH_SECONDS) / seconds, requests);
  const parts = inTime(windows.seconds);
  return { calls: inTime(windows.gather) + parts, parts };
};

/** The current hour is built again by each run that falls into it, and once more after its end; late hours besides. */
const buildsOf = (profile: Profile, { runs }: StageFacts): { builds: number; hoursBuilt: number } => {
  const perHour = Math.max(1, runs / MONTH_HOURS);
  const late = runs * profile.lateHoursPerRun;
  // The n-th of an hour's runs reads n/perHour of it; late ones read it whole.
  return { builds: runs + late, hoursBuilt: Math.min(runs, MONTH_HOURS) * ((perHour + 1) / 2) + late };
};

/** Of the runs those that also take the day before: see daysThatWait.ts. */
const shareWithDayBefore = ({ runs, pastDaysEveryHours }: StageFacts): number => {
  if (pastDaysEveryHours === 0) return 1;
  const runsOfDay = Math.max(1, runs / MONTH_DAYS);
  const whileItSettles = (SETTLED_HOURS / 24) * runsOfDay;
  return Math.min(1, (24 / pastDaysEveryHours + whileItSettles) / runsOfDay);
};

/** Hours of events that a query looks at, by what it reads of the days that changed. */
const hoursRead = (profile: Profile, facts: StageFacts): Record<RunQuery['period'], number> => {
  const { runs } = facts;
  const perHour = Math.max(1, runs / MONTH_HOURS);
  const late = profile.lateHoursPerRun;
  // A run looks at the days it touched: today, half full on the mean, and as a rule one more of late events.
  const daysBefore = Math.min(1, late) * shareWithDayBefore(facts);
  const days = (0.5 + daysBefore) * 24;
  // Of today the hour that goes on, as far as it has come, and those that are late elsewhere if they are over here; of
  // the day before the hours of both: two lists, of days and of hours, choose what is read.
  // Late hours that are gathered are counted as if they were not: an hour is read once at most for each time it is late.
  const hours = (perHour + 1) / (2 * perHour) + late / 2 + Math.min(1, late) * (1 + late);
  // The day before and after each as well: one day more, since tomorrow is empty.
  return { hours: Math.min(days, hours), days, neighbourDays: days + 24 };
};

/** Athena reads the columns a query names, and bills no query below its least. */
const scannedBy = (
  queries: readonly RunQuery[],
  eventsOf: (query: RunQuery) => number,
  eventBytes: number,
): number =>
  queries.reduce((sum, query) => {
    const events = eventsOf(query);
    const bytes = query.scans.reduce(
      (scanned, columns) => scanned + events * bytesRead(columns, eventBytes),
      0,
    );
    return sum + Math.max(assumptions.leastScanBytes.value, bytes);
  }, 0);

/** What the traffic of a month comes to at every stage of the way. */
export const monthOf = (profile: Profile, facts: StageFacts, queries: RunQueries): Month => {
  const events = profile.eventsPerSecond * MONTH_SECONDS;
  const requests = events / profile.eventsPerRequest;
  const lineBytes = events * profile.eventBytes;
  const perRecord = profile.eventsPerRequest * profile.eventBytes;
  const peakBytes = profile.eventsPerSecond * profile.eventBytes * profile.peak;
  const shards = facts.stream.onDemand
    ? Math.max(
        assumptions.onDemandShards.value,
        Math.ceil((2 * peakBytes) / assumptions.bytesPerShardSecond.value),
      )
    : facts.stream.shards;
  // A batch is full at 6 MB, as base64, or when the window ends; a shard without records makes none.
  const perShardSecond = lineBytes / MONTH_SECONDS / shards;
  const seconds = Math.min(facts.landWindow, assumptions.batchBytes.value / perShardSecond);
  const batches = Math.min(requests, (MONTH_SECONDS / seconds) * shards);
  const { builds, hoursBuilt } = buildsOf(profile, facts);
  const hourBytes = lineBytes / MONTH_HOURS;
  const hours = hoursRead(profile, facts);
  const scanned = (kind: keyof RunQueries): number =>
    facts.runs *
    scannedBy(
      queries[kind],
      ({ period }) => hours[period] * (events / MONTH_HOURS),
      profile.eventBytes * profile.parquetRatio,
    );
  return {
    events,
    requests,
    lineBytes,
    recordBytes: requests * Math.ceil(perRecord / KIB) * KIB,
    shards,
    batches,
    rawObjects: batches * assumptions.hoursPerBatch.value,
    builds,
    builtBytes: hoursBuilt * hourBytes * profile.gzipRatio,
    scanned: { checks: scanned('checks'), marts: scanned('marts'), warnings: scanned('warnings') },
  };
};
