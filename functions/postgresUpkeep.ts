import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { openCurated } from '../src/build/engine/curated.ts';
import { catalogColumns } from '../src/events/columnCatalog.ts';
import { knownEventTypes } from '../src/events/registry.ts';
import { readConfig } from '../src/lambda/config.ts';
import { clock, lakeStore, partitionStates, postgres, postgresRoles } from '../src/lambda/environment.ts';
import { metrics } from '../src/lambda/log.ts';
import { step } from '../src/lambda/step.ts';
import { once } from '../src/once.ts';
import {
  compareRange,
  prepareDatabase,
  runUpkeep,
  type UpkeepPorts,
} from '../src/recovery/postgres/upkeep.ts';
import * as z from '../src/schema.ts';
import { rowMaker } from '../src/sinks/postgres/row.ts';
import { databaseColumns } from '../src/sinks/postgres/schema.ts';

const input = z.object({
  /** nothing: all that a run of the ETL wants; `prepare`: only what the consumer needs; `compare`: change nothing */
  only: z.optional(z.enum(['prepare', 'compare'])),
  /** hours, `to` exclusive */
  range: z.optional(z.object({ from: z.string(), to: z.string() })),
});

const ports = once((): UpkeepPorts => {
  const { POSTGRES_KEEP_DAYS: keepDays, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryMb } = readConfig([
    'POSTGRES_KEEP_DAYS',
    'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  ]);
  return {
    ...{ database: postgres(), store: lakeStore(), partitionStates: partitionStates(), clock, keepDays },
    columns: databaseColumns(catalogColumns),
    rowOf: rowMaker(knownEventTypes.values(), catalogColumns),
    openCurated: (folder) => openCurated(folder, memoryMb),
    roles: postgresRoles,
  };
});

/**
 * State Postgres of the ETL, the consumer `postgres` where its tables are not there, and `headrace reconcile`: keeps the
 * database in order. Brings schema, roles and days up to date, and makes every published hour as it is curated.
 */
export const handler = step(input, async ({ only, range }) => {
  if (only === 'prepare') return { columnsAdded: await prepareDatabase(ports()) };
  if (only === 'compare') return compareRange(range, ports());
  const done = await runUpkeep(ports());
  metrics().addMetric('PostgresRowsRepaired', MetricUnit.Count, done.rowsRepaired);
  metrics().addMetric('PostgresRowsRemoved', MetricUnit.Count, done.rowsRemoved);
  return done;
});
