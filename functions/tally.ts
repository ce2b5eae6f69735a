import { readConfig } from '../src/config.ts';
import { lakeStore, ledger } from '../src/environment.ts';
import * as z from '../src/schema.ts';
import { step } from '../src/step.ts';
import { plan } from '../src/steps/planning.ts';
import { queries } from '../src/steps/queries.ts';
import { partitionResult, tallyRun } from '../src/steps/tallying.ts';

const input = z.object({ execution: z.string(), plan: plan(), results: z.array(partitionResult()) });

/**
 * State Tally, after the Map over partitions: sums up what was built and renders the SQL of checks, warnings and marts
 * for the days that changed. Failed partitions are data here, also if there are only those.
 */
export const handler = step(
  input,
  (run) => {
    const scanBudget = readConfig(['SCAN_BUDGET_BYTES']).SCAN_BUDGET_BYTES;
    return tallyRun(run.plan, run.results, queries, { store: lakeStore(), ledger: ledger(), scanBudget });
  },
  ({ checks, warnings, marts, drift, ...tally }) => ({
    ...tally,
    drift: drift.length,
    checks: checks.length,
    warnings: warnings.length,
    marts: marts.map(({ name }) => name),
  }),
);
