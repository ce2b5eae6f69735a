import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { readConfig } from '../src/lambda/config.ts';
import { catalog, clock, lakeStore, partitionStates } from '../src/lambda/environment.ts';
import { metrics } from '../src/lambda/log.ts';
import { step } from '../src/lambda/step.ts';
import { assertBalanced } from '../src/recovery/reconciling.ts';
import { reconcileLastDays } from '../src/recovery/reconcilingDays.ts';
import * as z from '../src/schema.ts';

/**
 * Called by the clock (resources/schedule.yml), not by a run: counts what is stored of all hours of the last days, and
 * compares it with ledger and table. Throws BalanceBroken naming stage and partition, which rings reconcile-failed, and
 * so does whatever keeps it from its end. Reads names only; leaves nothing behind and mends nothing.
 */
export const handler = step(z.object({}), async () => {
  const days = readConfig(['RECONCILE_DAYS']).RECONCILE_DAYS;
  const ports = { store: lakeStore(), partitionStates: partitionStates(), catalog: catalog(), clock };
  const { hours, differences } = await reconcileLastDays(days, ports);
  metrics().addMetric('BalanceDifferences', MetricUnit.Count, differences.length);
  assertBalanced(differences);
  return { days, hours };
});
