import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { plan } from '../src/etl/planning.ts';
import { martNames, queries } from '../src/etl/queries.ts';
import { reportRun, swept } from '../src/etl/reporting.ts';
import { runMetrics } from '../src/etl/runMetrics.ts';
import { tally } from '../src/etl/tallying.ts';
import { warningResults } from '../src/etl/warnings.ts';
import {
  archiveChecks,
  clock,
  lakeStore,
  observedSchemas,
  pendingDays,
  speedChecks,
} from '../src/lambda/environment.ts';
import { metrics } from '../src/lambda/log.ts';
import { step } from '../src/lambda/step.ts';
import * as z from '../src/schema.ts';

const input = z.object({
  execution: z.string(),
  plan: plan(),
  tally: tally(),
  warnings: warningResults(),
  sweep: swept(),
});

const warningNames = queries.warnings.map(({ name }) => name);

/** State Report, the last of a run: clears what is done in the ledger and leaves reports/<execution>.json. */
export const handler = step(
  input,
  async (run) => {
    const report = await reportRun(run, martNames, {
      store: lakeStore(),
      pendingDays: pendingDays(),
      observedSchemas: observedSchemas(),
      archiveChecks: archiveChecks(),
      speedChecks: speedChecks(),
      clock,
    });
    for (const [name, value, unit = MetricUnit.Count] of runMetrics(report, warningNames))
      metrics().addMetric(name, unit, value);
    if (run.sweep.failure !== undefined) metrics().addMetric('CrawlsFailed', MetricUnit.Count, 1);
    return report;
  },
  // What warnings found are values of events: they are in the report.
  ({ drift, warnings, cause: _cause, ...report }) => ({
    ...report,
    drift: drift.length,
    warnings: warnings.map(({ name }) => name),
  }),
);
