import { archiveMetrics } from './archiveCheck.ts';
import type { RunReport } from './reporting.ts';
import { speedMetrics } from './speedCheck.ts';
import { ARCHIVE_CHECK, CRAWL, REPEATED_IDS, repeatedIds, type Warning } from './warnings.ts';

type Metric = [name: string, value: number, unit?: 'Bytes'];

/** The crawler's failure and what differs from the archive have alarms of their own. */
const ofQueries = ({ name }: Warning): boolean => name !== CRAWL && name !== ARCHIVE_CHECK;

/** Only where the project has the warning that finds them, and only if it ran. */
const repeatedMetric = (warnings: readonly Warning[], asked: boolean): Metric[] => {
  const repeated = asked ? repeatedIds(warnings) : undefined;
  return repeated === undefined ? [] : [['RepeatedIds', repeated]];
};

/** What a run publishes of itself; counts, where nothing else is said. `asked`: the names of its warnings. */
export const runMetrics = (report: RunReport, asked: readonly string[]): Metric[] => {
  const { counts, bytes, partitions, failedCount, drift, warnings, archive, speed } = report;
  return [
    ['PartitionsBuilt', partitions],
    ['PartitionsFailed', failedCount],
    ['RowsCurated', counts.curated],
    ['RowsDuplicate', counts.duplicates],
    ['RowsRejected', counts.rejected],
    ['ParquetBytes', bytes.parquet, 'Bytes'],
    ['NewShapes', drift.length],
    ['Warnings', warnings.filter(ofQueries).length],
    ...archiveMetrics(archive),
    ...speedMetrics(speed),
    ...repeatedMetric(warnings, asked.includes(REPEATED_IDS)),
  ];
};
