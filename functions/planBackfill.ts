import { planBackfill } from '../src/backfill/backfilling.ts';
import { queries } from '../src/etl/queries.ts';
import { readConfig } from '../src/lambda/config.ts';
import { lakeStore, partitionStates } from '../src/lambda/environment.ts';
import { step } from '../src/lambda/step.ts';
import * as z from '../src/schema.ts';

const input = z.object({ execution: z.string(), startedAt: z.string(), input: z.unknown() });

/**
 * State PlanBackfill of the machine `backfill`: which hours of a range to build, in which runs of the etl, and about at
 * which cost. Throws InvalidInput, RangeTooLarge. Leaves nothing behind.
 */
export const handler = step(
  input,
  (run) => {
    const { checks, warnings, marts } = queries;
    const counts = { checks: checks.length, warnings: warnings.length, marts: marts.length };
    const timeZone = readConfig(['TIME_ZONE']).TIME_ZONE;
    return planBackfill(run, counts, { store: lakeStore(), partitionStates: partitionStates(), timeZone });
  },
  // The names of the runs, by which their own lines are found.
  (plan) => ({ ...plan, chunks: plan.chunks.map(({ name }) => name) }),
);
