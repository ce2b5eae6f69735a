import { buildSeconds, type QueryCounts, TRANSITIONS, transitionsOfRun } from '../../../src/backfill/cost.ts';
import { assumptions } from '../assumptions.ts';
import type { StageLimits } from './limits.ts';

interface EtlOptions {
  limits: Pick<
    StageLimits,
    'buildMaxBytes' | 'buildPartBytes' | 'buildTimeout' | 'buildsAtOnce' | 'scanBudgetBytes'
  >;
  queries: QueryCounts;
  /** how often the checks, marts and warnings of a run read a day */
  readings: number;
  /** of raw objects and Parquet files by the bytes of their lines */
  gzipRatio: number;
  parquetRatio: number;
  /** earlier hours that a run builds for what came late */
  lateHours: number;
}

/** Runs of the state machine over the hours that have changed since the run before. */
export class Etl {
  runs = 0;
  builds = 0;
  transitions = 0;
  mostHistoryEvents = 0;
  longestBuildSeconds = 0;
  longestRunSeconds = 0;
  /** builds refused because the hour is too large, or stopped because they take too long */
  refused = { tooLarge: 0, tooSlow: 0 };
  /** hours that no build could take, and the second in which the first was met */
  readonly hoursTooLarge = new Set<number>();
  firstTooLargeAt: number | undefined;
  mostScanPlanned = 0;
  /** runs whose checks and marts were refused by the budget */
  overBudget = 0;
  readonly #options: EtlOptions;
  #builtBytes: number[] = [];
  #busyUntil = 0;
  #atOnce = 0;

  constructor(options: EtlOptions) {
    this.#options = options;
  }

  /** Executions of build at a moment. */
  busy(now: number): number {
    return now < this.#busyUntil ? this.#atOnce : 0;
  }

  /** What the schedule starts at `now`, with the unzipped bytes of each hour so far. */
  run(now: number, hourBytes: readonly number[]): void {
    const { limits, lateHours } = this.#options;
    const isStale = (bytes: number, hour: number): boolean => bytes > (this.#builtBytes[hour] ?? 0);
    const stale = hourBytes.flatMap((bytes, hour) => (isStale(bytes, hour) ? [hour] : []));
    if (stale.length === 0) return;
    const upToDate = hourBytes.flatMap((bytes, hour) => (isStale(bytes, hour) ? [] : [hour]));
    const chosen = [...upToDate.slice(Math.max(0, upToDate.length - lateHours)), ...stale];
    const seconds = chosen.map((hour) => this.#build(hour, hourBytes[hour] ?? 0, now));
    this.#builtBytes = [...hourBytes];
    this.runs += 1;
    this.#atOnce = Math.min(limits.buildsAtOnce, chosen.length);
    const length = Math.max(...seconds, seconds.reduce((sum, one) => sum + one, 0) / this.#atOnce);
    this.#busyUntil = now + length;
    this.longestRunSeconds = Math.max(this.longestRunSeconds, length);
    this.#count(chosen.length);
    this.#plan(hourBytes);
  }

  /** Returns the seconds it takes. */
  #build(hour: number, bytes: number, now: number): number {
    const { limits, gzipRatio } = this.#options;
    this.builds += 1;
    const tooLarge = bytes > limits.buildMaxBytes;
    // It stops unpacking at the limit.
    const read = Math.min(bytes, limits.buildMaxBytes) * gzipRatio;
    const wanted = buildSeconds(read, limits.buildPartBytes);
    const seconds = Math.min(limits.buildTimeout, wanted);
    this.longestBuildSeconds = Math.max(this.longestBuildSeconds, seconds);
    if (tooLarge) {
      this.refused.tooLarge += 1;
      this.firstTooLargeAt ??= now;
      this.hoursTooLarge.add(hour);
    } else if (wanted > limits.buildTimeout) this.refused.tooSlow += 1;
    return seconds;
  }

  #count(partitions: number): void {
    const { queries } = this.#options;
    const ofRun = transitionsOfRun(queries);
    this.transitions += ofRun + partitions * TRANSITIONS.partition;
    const events =
      partitions * assumptions.eventsPerPartition.value + ofRun * assumptions.eventsPerState.value;
    this.mostHistoryEvents = Math.max(this.mostHistoryEvents, events);
  }

  /** What Tally weighs against the budget: the published Parquet of the day, once for each reading of it. */
  #plan(hourBytes: readonly number[]): void {
    const { limits, readings, parquetRatio } = this.#options;
    const today = hourBytes.slice(Math.floor((hourBytes.length - 1) / 24) * 24);
    const published = today.filter((bytes) => bytes <= limits.buildMaxBytes);
    const planned = readings * parquetRatio * published.reduce((sum, bytes) => sum + bytes, 0);
    this.mostScanPlanned = Math.max(this.mostScanPlanned, planned);
    if (planned > limits.scanBudgetBytes) this.overBudget += 1;
  }
}
