import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { freshnessOf } from '../src/etl/freshness.ts';
import { mendAll } from '../src/etl/mendingMarts.ts';
import { planRun } from '../src/etl/planning.ts';
import { martNames } from '../src/etl/queries.ts';
import { parseRunInput } from '../src/etl/runInput.ts';
import { adoptTimeZone } from '../src/etl/timeZone.ts';
import { readConfig } from '../src/lambda/config.ts';
import {
  catalog,
  clock,
  lakeStore,
  partitionStates,
  pendingDays,
  retiredFiles,
} from '../src/lambda/environment.ts';
import { logger, metrics } from '../src/lambda/log.ts';
import { step } from '../src/lambda/step.ts';
import * as z from '../src/schema.ts';

const input = z.object({ execution: z.string(), input: z.unknown() }); // the step says what is wrong with it

const ports = () => ({
  store: lakeStore(),
  partitionStates: partitionStates(),
  pendingDays: pendingDays(),
  retiredFiles: retiredFiles(),
  catalog: catalog(),
  marts: martNames,
  clock,
  timeZone: readConfig(['TIME_ZONE']).TIME_ZONE,
});

/** Only a run over everything sees all that waits; what a range leaves out says nothing of freshness. */
const measure = async (waiting: readonly string[]): Promise<void> => {
  const { stale, oldestSeconds } = await freshnessOf(waiting, { partitionStates: partitionStates(), clock });
  metrics().addMetric('DirtyPartitions', MetricUnit.Count, stale);
  metrics().addMetric('OldestDirtySeconds', MetricUnit.Seconds, oldestSeconds);
};

/**
 * State Plan: which partitions to build. Throws InvalidInput, UnknownMart, RangeTooLarge. Marks hours as stale, and
 * days as pending, whose readers do not see what was published last; all days when the time zone has changed.
 */
export const handler = step(
  input,
  async ({ execution, input: run }) => {
    const all = ports();
    const isOfAll = parseRunInput(run, martNames).range === undefined;
    const adopted = await adoptTimeZone(all.timeZone, all);
    if (adopted.length > 0) logger().info('the time zone has changed', { pendingDays: adopted.length });
    // Before the plan, so that this run publishes what is found again, or the next one: the index of stale hours lags.
    const found = isOfAll ? await mendAll(all) : undefined;
    if (found) logger().warn('readers were shown what was replaced', found);
    const plan = await planRun(execution, run, martNames, all);
    if (isOfAll) await measure(plan.partitions.map(({ partition }) => partition));
    return plan;
  },
  (plan) => ({ ...plan, partitions: plan.partitions.length }),
);
