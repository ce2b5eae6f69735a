import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { partitionResult } from '../src/etl/tallying.ts';
import { catalog, clock, lakeStore, partitionStates } from '../src/lambda/environment.ts';
import { metrics } from '../src/lambda/log.ts';
import { step } from '../src/lambda/step.ts';
import { assertBalanced, reconcilePartitions } from '../src/recovery/reconciling.ts';
import * as z from '../src/schema.ts';

const input = z.object({ execution: z.string(), results: z.array(partitionResult()) });

/**
 * State Reconcile, after the Map over partitions: counts what is stored of each hour the run has built, from raw
 * objects to the files that readers see. Throws BalanceBroken naming stage and partition; leaves nothing behind.
 * Partitions that failed are not among them: their own error says more, and they are still stale.
 */
export const handler = step(input, async ({ results }) => {
  const built = results.filter((result) => !('failed' in result)).map(({ partition }) => partition);
  const ports = { store: lakeStore(), partitionStates: partitionStates(), catalog: catalog(), clock };
  const { balances, differences } = await reconcilePartitions(built, ports);
  // Zero as well: the dashboard shows that somebody looked.
  metrics().addMetric('BalanceDifferences', MetricUnit.Count, differences.length);
  assertBalanced(differences);
  return { checked: balances.length, pending: balances.reduce((sum, { pending }) => sum + pending, 0) };
});
