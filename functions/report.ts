import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { archiveMetrics } from '../src/etl/archiveCheck.ts';
import { plan } from '../src/etl/planning.ts';
import { martNames, queries } from '../src/etl/queries.ts';
import { type RunReport, reportRun, swept } from '../src/etl/reporting.ts';
import { tally } from '../src/etl/tallying.ts';
import { ARCHIVE_CHECK, CRAWL, REPEATED_IDS, repeatedIds, warningResults } from '../src/etl/warnings.ts';
import { archiveChecks, clock, lakeStore, observedSchemas, pendingDays } from '../src/lambda/environment.ts';
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

/** The crawler's failure and what differs from the archive have alarms of their own. */
const ofQueries = ({ name }: { name: string }): boolean => name !== CRAWL && name !== ARCHIVE_CHECK;

const measure = ({ counts, bytes, partitions, failedCount, drift, warnings, archive }: RunReport): void => {
  metrics().addMetric('PartitionsBuilt', MetricUnit.Count, partitions);
  metrics().addMetric('PartitionsFailed', MetricUnit.Count, failedCount);
  metrics().addMetric('RowsCurated', MetricUnit.Count, counts.curated);
  metrics().addMetric('RowsDuplicate', MetricUnit.Count, counts.duplicates);
  metrics().addMetric('RowsRejected', MetricUnit.Count, counts.rejected);
  metrics().addMetric('ParquetBytes', MetricUnit.Bytes, bytes.parquet);
  metrics().addMetric('NewShapes', MetricUnit.Count, drift.length);
  metrics().addMetric('Warnings', MetricUnit.Count, warnings.filter(ofQueries).length);
  for (const [name, lines] of archiveMetrics(archive)) metrics().addMetric(name, MetricUnit.Count, lines);
  const asked = queries.warnings.some(({ name }) => name === REPEATED_IDS);
  const repeated = repeatedIds(warnings);
  if (asked && repeated !== undefined) metrics().addMetric('RepeatedIds', MetricUnit.Count, repeated);
};

/** State Report, the last of a run: clears what is done in the ledger and leaves reports/<execution>.json. */
export const handler = step(
  input,
  async (run) => {
    const report = await reportRun(run, martNames, {
      store: lakeStore(),
      pendingDays: pendingDays(),
      observedSchemas: observedSchemas(),
      archiveChecks: archiveChecks(),
      clock,
    });
    measure(report);
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
