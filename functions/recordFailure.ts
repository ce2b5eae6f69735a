import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type * as z from 'zod';
import { clock, lakeStore, ledger } from '../src/environment.ts';
import { metrics } from '../src/log.ts';
import { step } from '../src/step.ts';
import { failureInput, recordFailure } from '../src/steps/failing.ts';

const metricOf = ({ partition, error }: z.infer<typeof failureInput>): string => {
  if (partition === undefined) return 'RunsFailed';
  return error.Error === 'Conflict' ? 'PartitionsLocked' : 'PartitionFailures';
};

/**
 * State PartitionFailed (in the Map, with a partition) or RecordFailure (of the whole run, without). The failure is
 * data here. Leaves it in the ledger and gives the lock back, or leaves reports/<execution>.json with status FAILED.
 */
export const handler = step(failureInput, async (input) => {
  const recorded = await recordFailure(input, { store: lakeStore(), ledger: ledger(), clock });
  metrics().addMetric(metricOf(input), MetricUnit.Count, 1);
  return recorded;
});
