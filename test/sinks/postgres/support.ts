import { catalogColumns } from '../../../src/events/columnCatalog.ts';
import { knownEventTypes } from '../../../src/events/registry.ts';
import type { Database } from '../../../src/ports/database.ts';
import { migrate } from '../../../src/recovery/postgres/migrating.ts';
import { consume } from '../../../src/sinks/consumer.ts';
import type { StreamedRecord } from '../../../src/sinks/kinesisBatch.ts';
import { type PostgresPorts, postgresConsumer } from '../../../src/sinks/postgres/postgresConsumer.ts';
import { databaseColumns } from '../../../src/sinks/postgres/schema.ts';
import { createFakeStore, fixedClock } from '../../helpers/fakes.ts';

export const catalog = { eventTypes: [...knownEventTypes.values()], catalog: catalogColumns };

export const makeSchema = (database: Database): Promise<string[]> =>
  migrate(database, databaseColumns(catalogColumns), undefined);

/** Nothing of what was written before. */
export const emptyDatabase = async ({ query }: Database): Promise<void> => {
  await query('TRUNCATE headrace.events, headrace.hours, headrace.refused');
};

/** The consumer, and the store that its quarantine is in. */
export const consumerOf = (database: Database, ports: Partial<PostgresPorts> = {}) => {
  const store = createFakeStore();
  const consumer = postgresConsumer({
    ...{ database, ...catalog, clock: fixedClock(), keepDays: 35 },
    prepare: async () => {
      await makeSchema(database);
    },
    ...ports,
  });
  return { store, deliver: (records: readonly StreamedRecord[]) => consume(records, consumer, store) };
};

/** Ids of all rows, sorted, and what the counters say. */
export const stored = async ({ query }: Database) => {
  const ids = await query('SELECT event_id FROM headrace.events ORDER BY 1');
  const [counted] = await query('SELECT coalesce(sum(rows), 0) AS rows FROM headrace.hours');
  return { ids: ids.map(({ event_id }) => event_id), counted: Number(counted?.rows) };
};
