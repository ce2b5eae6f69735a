import '../../helpers/shop.ts';
import { beforeAll, describe, test } from '@jest/globals';
import { HeadraceError } from '../../../src/errors.ts';
import type { Database, DatabaseRow } from '../../../src/ports/database.ts';
import { startPostgres, type TestServer } from '../../helpers/postgres.ts';
import { rules, type Subject } from '../contract.ts';
import { consumerOf, emptyDatabase, makeSchema } from './support.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startPostgres();
  await makeSchema(server.database);
});

/** The consumer, over a database that fails for the event it is told. What it holds is read after each call. */
const postgresSubject = (): Subject => {
  let failing: string | undefined;
  let rows: DatabaseRow[] = [];
  const database: Database = {
    query: server.database.query,
    transaction: (work) =>
      server.database.transaction((query) =>
        work((sql, values = []) => {
          if (failing !== undefined && JSON.stringify(values).includes(`"${failing}"`))
            throw new HeadraceError('Transient', 'the database is shutting down');
          return query(sql, values);
        }),
      ),
  };
  const { deliver } = consumerOf(database);
  return {
    async deliver(records) {
      const answer = await deliver(records);
      rows = await server.database.query(
        'SELECT e.*, h.rows FROM headrace.events e JOIN headrace.hours h USING (dt, hr) ORDER BY event_id',
      );
      return answer;
    },
    events: () => rows.map(({ event_id }) => event_id ?? ''),
    left: () => rows,
    failFor(eventId) {
      failing = eventId;
    },
  };
};

describe('the consumer postgres', () => {
  test.each(rules)('$name', async ({ holds }) => {
    await emptyDatabase(server.database);
    await holds(postgresSubject());
  });
});
