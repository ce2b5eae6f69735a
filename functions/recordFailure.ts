import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { failureInput, recordFailure } from '../src/etl/failing.ts';
import { failureKind } from '../src/etl/failureKind.ts';
import { clock, lakeStore, partitionStates } from '../src/lambda/environment.ts';
import { metrics } from '../src/lambda/log.ts';
import { step } from '../src/lambda/step.ts';
import type * as z from '../src/schema.ts';

/** What resources/monitoring/alarmsData.yml watches. Of a step's own errors the metrics below say enough. */
const metricsByKind = {
  checks: 'ChecksFailed',
  query: 'QueriesFailed',
  cutOff: 'QueriesCutOff',
  balance: 'BalancesBroken',
  step: undefined,
} as const;

const metricOf = ({ partition, error }: z.infer<typeof failureInput>): string => {
  if (partition === undefined) return 'RunsFailed';
  return error.Error === 'Conflict' ? 'PartitionsLocked' : 'PartitionFailures';
};

/**
 * State PartitionFailed (in the Map, with a partition) or RecordFailure (of the whole run, without). The failure is
 * data here. Leaves it in the ledger and gives the lock back, or leaves reports/<execution>.json with status FAILED.
 */
export const handler = step(
  failureInput,
  async (input) => {
    const recorded = await recordFailure(input, {
      store: lakeStore(),
      partitionStates: partitionStates(),
      clock,
    });
    const ofKind = metricsByKind[failureKind(input.error)];
    if (ofKind !== undefined) metrics().addMetric(ofKind, MetricUnit.Count, 1);
    metrics().addMetric(metricOf(input), MetricUnit.Count, 1);
    return recorded;
  },
  // A check's cause holds a row that it found, a query's the value it stumbled over: they are in ledger and report.
  ({ cause: _cause, ...recorded }) => recorded,
);
