import { projectFolder } from '../../compiler/folder.ts';
import { type QueryKind, queryTexts } from '../../compiler/queries/read.ts';
import usEast1 from '../../resources/prices/us-east-1.json' with { type: 'json' };
import { MAX_LANDED } from '../../src/backfill/backfilling.ts';
import { estimateCost } from '../../src/backfill/cost.ts';
import { prices } from '../../src/backfill/prices.ts';
import { HOUR_MS } from '../../src/json/instants.ts';
import { partitionOf } from '../../src/lake/partition.ts';

/** What is reckoned from a sample of the input, before anything is written. All but the sample's own figures are guesses. */
export interface Estimate {
  events: number;
  hours: number;
  /** gzipped raw objects */
  bytes: number;
  usd: { objects: number; storageMonth: number; build: number };
  prices: { region: string; asOf: string };
}

/** Of canonical lines, gzipped by hours: small objects shrink less. */
const GZIP_SHARE = 0.2;

/**
 * Hours that all events fall into, from those of the first ones. A file in the order of time has as many hours an event everywhere; in
 * one that is not, the first events span about what all do.
 */
const hoursOf = (times: readonly string[], events: number): number => {
  const distinct = new Set(times.map(partitionOf)).size;
  // None of the sample is an event: nothing is known of the others.
  if (distinct === 0 || times.length >= events) return distinct;
  const sorted = times.toSorted();
  const span = (Date.parse(sorted.at(-1) ?? '') - Date.parse(sorted[0] ?? '')) / HOUR_MS + 1;
  const inOrder = times.filter((time, index) => time >= (times[index - 1] ?? '')).length > 0.9 * times.length;
  const scaled = (distinct * events) / Math.max(1, times.length);
  return Math.ceil(inOrder ? scaled : Math.min(scaled, span));
};

/** How many queries of each kind a run of the etl has. */
const queryCounts = () => {
  const count = (kind: QueryKind): number => queryTexts(projectFolder(), kind).length;
  return { checks: count('checks'), warnings: count('warnings'), marts: count('marts') };
};

const GB = 1e9;

export const estimate = (sample: {
  times: readonly string[];
  lineBytes: number;
  events: number;
}): Estimate => {
  const { times, lineBytes, events } = sample;
  const hours = hoursOf(times, events);
  const bytes = Math.ceil(events * lineBytes * GZIP_SHARE);
  const work = { partitions: hours, objects: hours, bytes, chunks: Math.ceil(hours / MAX_LANDED) };
  return {
    events,
    hours,
    bytes,
    usd: {
      objects: hours * prices.s3Write,
      storageMonth: (bytes / GB) * usEast1.prices.s3GbMonth,
      build: estimateCost(work, queryCounts()).usd,
    },
    prices: { region: prices.region, asOf: prices.asOf },
  };
};
