import { z } from 'zod';
import type { Measure } from '../contracts.ts';
import { meterOf } from '../meter.ts';
import type { Execution } from './store.ts';
import type { WorkGroups } from './workGroups.ts';

const shown = z.looseObject({
  StatementType: z.string().default('DML'),
  Statistics: z.looseObject({
    DataScannedInBytes: z.number(),
    EngineExecutionTimeInMillis: z.number(),
    QueryQueueTimeInMillis: z.number(),
    TotalExecutionTimeInMillis: z.number(),
  }),
});

const isWanted = z.looseObject({ PublishCloudWatchMetricsEnabled: z.literal(true) });

/** What Athena publishes of a query that has ended, when its workgroup wants it. */
export const measured =
  (workGroups: WorkGroups, measure: Measure | undefined) =>
  (execution: Execution): void => {
    if (!isWanted.safeParse(workGroups.get(execution.workGroup).Configuration).success) return;
    const { StatementType, Statistics: statistics } = shown.parse(execution.shown);
    // Metrics spell it with one L, the API with two.
    const QueryState = execution.state === 'CANCELLED' ? 'CANCELED' : execution.state;
    const WorkGroup = execution.workGroup;
    // Of the three dimensions together, and of the workgroup alone.
    for (const dimensions of [{ QueryState, QueryType: StatementType, WorkGroup }, { WorkGroup }]) {
      const meter = meterOf(measure, 'AWS/Athena', dimensions);
      meter('ProcessedBytes', statistics.DataScannedInBytes, 'Bytes');
      meter('EngineExecutionTime', statistics.EngineExecutionTimeInMillis, 'Milliseconds');
      meter('QueryQueueTime', statistics.QueryQueueTimeInMillis, 'Milliseconds');
      meter('TotalExecutionTime', statistics.TotalExecutionTimeInMillis, 'Milliseconds');
    }
  };
