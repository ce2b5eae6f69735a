import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { freshnessOf } from '../src/etl/freshness.ts';
import { planRun } from '../src/etl/planning.ts';
import { martNames } from '../src/etl/queries.ts';
import { parseRunInput } from '../src/etl/runInput.ts';
import { clock, lakeStore, partitionStates, pendingDays } from '../src/lambda/environment.ts';
import { metrics } from '../src/lambda/log.ts';
import { step } from '../src/lambda/step.ts';
import * as z from '../src/schema.ts';

// The run's own input is parsed by the step, which can say what is wrong with it to the person who started the run.
const input = z.object({ execution: z.string(), input: z.unknown() });

/** Only a run over everything sees all that waits; what a range leaves out says nothing of freshness. */
const measure = async (partitions: readonly { partition: string }[]): Promise<void> => {
  const waiting = partitions.map(({ partition }) => partition);
  const { stale, oldestSeconds } = await freshnessOf(waiting, { partitionStates: partitionStates(), clock });
  metrics().addMetric('DirtyPartitions', MetricUnit.Count, stale);
  metrics().addMetric('OldestDirtySeconds', MetricUnit.Seconds, oldestSeconds);
};

/** State Plan: which partitions to build. Throws InvalidInput, UnknownMart, RangeTooLarge. Leaves nothing behind. */
export const handler = step(
  input,
  async ({ execution, input: run }) => {
    const plan = await planRun(execution, run, martNames, {
      store: lakeStore(),
      partitionStates: partitionStates(),
      pendingDays: pendingDays(),
    });
    if (parseRunInput(run, martNames).range === undefined) await measure(plan.partitions);
    return plan;
  },
  (plan) => ({ ...plan, partitions: plan.partitions.length }),
);
