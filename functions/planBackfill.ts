import { lakeStore, ledger } from '../src/environment.ts';
import * as z from '../src/schema.ts';
import { step } from '../src/step.ts';
import { planBackfill } from '../src/steps/backfilling.ts';
import { queries } from '../src/steps/queries.ts';

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
    return planBackfill(run, counts, { store: lakeStore(), ledger: ledger() });
  },
  // The names of the runs, by which their own lines are found.
  (plan) => ({ ...plan, chunks: plan.chunks.map(({ name }) => name) }),
);
