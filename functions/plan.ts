import * as z from 'zod';
import { lakeStore, ledger } from '../src/environment.ts';
import { step } from '../src/step.ts';
import { planRun } from '../src/steps/planning.ts';
import { martNames } from '../src/steps/queries.ts';

// The run's own input is parsed by the step, which can say what is wrong with it to the person who started the run.
const input = z.object({ execution: z.string(), input: z.unknown() });

/** State Plan: which partitions to build. Throws InvalidInput, UnknownMart, RangeTooLarge. Leaves nothing behind. */
export const handler = step(
  input,
  ({ execution, input: run }) => planRun(execution, run, martNames, { store: lakeStore(), ledger: ledger() }),
  (plan) => ({ ...plan, partitions: plan.partitions.length }),
);
