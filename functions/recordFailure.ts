import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { clock, lakeStore, ledger } from '../src/environment.ts';
import { metrics } from '../src/log.ts';
import { step } from '../src/step.ts';
import { failureInput, recordFailure } from '../src/steps/failing.ts';

/**
 * State PartitionFailed (in the Map, with a partition) or RecordFailure (of the whole run, without). The failure is
 * data here. Leaves it in the ledger and gives the lock back, or leaves reports/<execution>.json with status FAILED.
 */
export const handler = step(failureInput, async (input) => {
  const recorded = await recordFailure(input, { store: lakeStore(), ledger: ledger(), clock });
  const metric = input.partition === undefined ? 'RunsFailed' : 'PartitionFailures';
  metrics().addMetric(metric, MetricUnit.Count, 1);
  return recorded;
});
