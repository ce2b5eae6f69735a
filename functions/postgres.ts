import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { catalogColumns } from '../src/events/columnCatalog.ts';
import { knownEventTypes } from '../src/events/registry.ts';
import { readConfig } from '../src/lambda/config.ts';
import { callPostgresUpkeep, clock, lakeStore, postgres } from '../src/lambda/environment.ts';
import { failureFields, logger, metrics } from '../src/lambda/log.ts';
import { step } from '../src/lambda/step.ts';
import { once } from '../src/once.ts';
import { answerOf, consume } from '../src/sinks/consumer.ts';
import { kinesisBatch, recordsOf } from '../src/sinks/kinesisBatch.ts';
import { type PostgresOutcome, postgresConsumer } from '../src/sinks/postgres/postgresConsumer.ts';

const consumer = once(() =>
  postgresConsumer({
    database: postgres(),
    prepare: callPostgresUpkeep,
    clock,
    keepDays: readConfig(['POSTGRES_KEEP_DAYS']).POSTGRES_KEEP_DAYS,
    eventTypes: [...knownEventTypes.values()],
    catalog: catalogColumns,
  }),
);

const report = ({ inserted, tooOld, rejected = [], failed = [] }: PostgresOutcome, events: number): void => {
  for (const { what, error } of failed) logger().error('not written', { what, ...failureFields(error) });
  logger().info('written', { events, inserted, tooOld, refused: rejected.length });
  metrics().addMetric('RowsInPostgres', MetricUnit.Count, inserted);
  metrics().addMetric('RowsRefusedByPostgres', MetricUnit.Count, rejected.length);
  metrics().addMetric('PostgresFailures', MetricUnit.Count, failed.length);
};

/**
 * Trigger: the event source mapping of its own, one batch of one shard. A row that the database refuses is data and goes to
 * quarantine/; a database that fails or is away is answered with the record to repeat the batch from. Leaves rows.
 */
export const handler = step(
  kinesisBatch,
  async (event) => {
    const { batch, outcome, failures, retryFrom } = await consume(recordsOf(event), consumer(), lakeStore());
    report({ ...outcome, failed: failures }, batch.events.length);
    return answerOf({ retryFrom });
  },
  () => undefined,
);
