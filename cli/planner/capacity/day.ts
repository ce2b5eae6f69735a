import { type Facts, HOURS } from '../cost/facts.ts';
import type { PriceFile } from '../cost/prices.ts';
import { profileOf } from '../cost/profile.ts';
import { countsOf, runQueries } from '../cost/runQueries.ts';
import type { Limits } from './limits.ts';
import { type Options, trafficOf, withGiven } from './options.ts';
import { resultOf, type SimulationResult } from './result.ts';
import { simulate } from './run.ts';

/** The day that the options ask for, of a stage with such limits and facts. */
export const dayOf = (
  options: Options,
  limits: Limits,
  facts: Facts,
  prices: PriceFile,
): SimulationResult => {
  const { gzipRatio, parquetRatio, lateHoursPerRun } = profileOf('1eps');
  const given = {
    seed: options.seed,
    traffic: trafficOf(options),
    limits: withGiven(limits, options),
    queries: countsOf(runQueries()),
    etlEvery: facts.runs > 0 ? (HOURS * 3_600) / facts.runs : undefined,
    gzipRatio,
    parquetRatio,
    lateHours: lateHoursPerRun,
    seenBefore: !options['new-stream'],
  };
  // A stream that was given on the command line is the one to pay for.
  const { onDemand, shards } = given.limits.stream;
  const paid = { ...facts, stream: { ...facts.stream, onDemand, shards } };
  return resultOf(given, simulate(given), paid, prices);
};
