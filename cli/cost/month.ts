import { LEAST_SCAN, type QueryCounts } from '../../src/steps/backfillCost.ts';
import { assumptions as assume } from './assumptions.ts';
import { type Facts, HOURS } from './facts.ts';
import type { Profile } from './profile.ts';

export const SECONDS = HOURS * 3_600;
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
  /** Parquet bytes that checks, marts and warnings read */
  scanned: number;
}

/** The current hour is built again by each run that falls into it, and once more after its end; late hours besides. */
const buildsOf = (profile: Profile, { runs }: Facts): { builds: number; hoursRead: number } => {
  const perHour = Math.max(1, runs / HOURS);
  const late = runs * profile.lateHoursPerRun;
  // The n-th of an hour's runs reads n/perHour of it; late ones read it whole.
  return { builds: runs + late, hoursRead: Math.min(runs, HOURS) * ((perHour + 1) / 2) + late };
};

/** What the traffic of a month comes to at every stage of the way. */
export const monthOf = (profile: Profile, facts: Facts, queries: QueryCounts): Month => {
  const events = profile.eventsPerSecond * SECONDS;
  const requests = events / profile.eventsPerRequest;
  const lineBytes = events * profile.eventBytes;
  const perRecord = profile.eventsPerRequest * profile.eventBytes;
  const peakBytes = profile.eventsPerSecond * profile.eventBytes * profile.peak;
  const shards = facts.stream.onDemand
    ? Math.max(assume.onDemandShards, Math.ceil((2 * peakBytes) / assume.bytesPerShardSecond))
    : facts.stream.shards;
  // A batch is full at 6 MB, as base64, or when the window ends; a shard without records makes none.
  const perShardSecond = lineBytes / SECONDS / shards;
  const seconds = Math.min(facts.landWindow, 4_500_000 / perShardSecond);
  const batches = Math.min(requests, (SECONDS / seconds) * shards);
  const { builds, hoursRead } = buildsOf(profile, facts);
  const hourBytes = lineBytes / HOURS;
  const dayParquet = hourBytes * 24 * profile.parquetRatio;
  // A run looks at the days it touched: today, half full on the mean, and as a rule one more of late events.
  const days = 0.5 + Math.min(1, profile.lateHoursPerRun);
  const perQuery = Math.max(LEAST_SCAN, dayParquet * days * profile.columnsRead);
  // Warnings read the day before and after as well, but little more than the ids.
  const perWarning = Math.max(LEAST_SCAN, dayParquet * (days + 2) * assume.idsRead);
  return {
    events,
    requests,
    lineBytes,
    recordBytes: requests * Math.ceil(perRecord / KIB) * KIB,
    shards,
    batches,
    rawObjects: batches * assume.hoursPerBatch,
    builds,
    builtBytes: hoursRead * hourBytes * profile.gzipRatio,
    scanned: facts.runs * ((queries.checks + queries.marts) * perQuery + queries.warnings * perWarning),
  };
};
