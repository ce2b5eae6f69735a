import { plan } from '../src/etl/planning.ts';
import { queries } from '../src/etl/queries.ts';
import { partitionResult, tallyRun } from '../src/etl/tallying.ts';
import { readConfig } from '../src/lambda/config.ts';
import {
  archiveChecks,
  clock,
  lakeStore,
  partitionStates,
  pendingDays,
  speedChecks,
} from '../src/lambda/environment.ts';
import { step } from '../src/lambda/step.ts';
import * as z from '../src/schema.ts';

const input = z.object({
  execution: z.string(),
  /** not given by a machine that was deployed before there was one */
  startedAt: z.optional(z.string()),
  plan: plan(),
  results: z.array(partitionResult()),
});

/**
 * State Tally, after the Map over partitions: sums up what was built and renders the SQL of checks, warnings and marts
 * for the days that changed. Failed partitions are data here, also if there are only those.
 */
export const handler = step(
  input,
  (run) => {
    const {
      SCAN_BUDGET_BYTES: scanBudget,
      ARCHIVE_TABLE: archive,
      SPEED_TABLE: speed,
    } = readConfig(['SCAN_BUDGET_BYTES', 'ARCHIVE_TABLE', 'SPEED_TABLE']);
    return tallyRun(run.plan, run.results, queries, {
      store: lakeStore(),
      partitionStates: partitionStates(),
      pendingDays: pendingDays(),
      scanBudget,
      archiveChecks: archive === undefined ? undefined : archiveChecks(),
      speedChecks: speed === undefined ? undefined : speedChecks(),
      startedAt: run.startedAt ?? clock.now().toISOString(),
    });
  },
  ({ checks, warnings, marts, drift, ...tally }) => ({
    ...tally,
    drift: drift.length,
    checks: checks.length,
    warnings: warnings.length,
    marts: marts.map(({ name }) => name),
  }),
);
