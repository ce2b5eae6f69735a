import type { StageFacts } from '../facts.ts';
import type { PriceFile } from '../prices.ts';
import { profileOf } from '../profile.ts';
import { countsOf, readingsOfRun, runQueries } from '../runQueries.ts';
import { MONTH_SECONDS } from '../time.ts';
import type { StageLimits } from './limits.ts';
import type { DayOptions } from './options.ts';
import { resultOf, type SimulationResult } from './result.ts';
import { simulate } from './run.ts';

/**
 * `headrace simulate`: the day that the options ask for, of a stage with such limits and facts.
 *
 * To read the model, follow a request: traffic.ts (how many come), clients.ts (who sends, and again), gate.ts (API
 * Gateway and Lambda), stream.ts (shards), landing.ts (batches), etl.ts (builds). run.ts moves them all a step at a
 * time. limits.ts reads the template, result.ts and limitsMet.ts say what the day came to, report.ts shows it. check.ts
 * holds the model against a measured run (measure.ts, agreement.ts).
 */
export const dayOf = (
  options: DayOptions,
  limits: StageLimits,
  facts: StageFacts,
  prices: PriceFile,
): SimulationResult => {
  const { gzipRatio, parquetRatio, lateHoursPerRun } = profileOf('1eps');
  const given = {
    seed: options.seed,
    traffic: options.traffic,
    limits: options.changed(limits),
    queries: countsOf(runQueries()),
    readings: readingsOfRun(limits.timeZone),
    etlEvery: facts.runs > 0 ? MONTH_SECONDS / facts.runs : undefined,
    gzipRatio,
    parquetRatio,
    lateHours: lateHoursPerRun,
    seenBefore: !options.newStream,
  };
  // A stream that was given on the command line is the one to pay for.
  const { onDemand, shards } = given.limits.stream;
  const paid = { ...facts, stream: { ...facts.stream, onDemand, shards } };
  return resultOf(given, simulate(given), paid, prices);
};
