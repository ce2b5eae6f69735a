import { backfillReportInput, reportBackfill } from '../src/backfill/report.ts';
import { clock, lakeStore } from '../src/lambda/environment.ts';
import { step } from '../src/lambda/step.ts';

/**
 * State ReportBackfill, the last of a backfill: sums up the reports of its runs. A run that failed is data here. Leaves
 * reports/<execution>.json.
 */
export const handler = step(
  backfillReportInput,
  (run) => reportBackfill(run, { store: lakeStore(), clock }),
  // Of failures the names of the runs and their errors: a cause may hold a row of the table.
  ({ cause: _cause, failed, ...report }) => ({
    ...report,
    failed: failed.map(({ name, error }) => ({ name, error })),
  }),
);
