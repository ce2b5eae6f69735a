import { join } from 'node:path';
import { shownSql, type Translated, translateStatement } from 'headrace-trino';
import { bindScans } from './binding.ts';
import { resultColumn } from './resultSet.ts';
import type { Outcome, Session } from './session.ts';
import { CATALOG, TableSnapshot } from './tables.ts';

type Query = Parameters<typeof translateStatement>[0];

/** Translates a query and points its tables at files; from here on it can run on the session's connection. */
export const prepareQuery = async (query: Query, session: Session): Promise<Translated> => {
  const tables = new TableSnapshot(session.catalog);
  await tables.load(query, session.database);
  const { database, now, parameters } = session;
  const translated = translateStatement(query, {
    table: tables.resolve,
    ...{ database, catalog: CATALOG, now, parameters },
  });
  await bindScans(translated.scans, tables.glueTables, session);
  return translated;
};

/** Runs the query. Its rows go into a file and never through this process: there may be any number. */
export const runSelect = async (query: Query, session: Session): Promise<Outcome> => {
  const translated = await prepareQuery(query, session);
  const path = join(session.scratch(), 'result.csv');
  const columns = translated.columns.map(({ name, type }) => ({ name, type }));
  await session.connection.result(shownSql(translated), { path, columns });
  return {
    columns: translated.columns.map(({ name, type }) => resultColumn(name, type)),
    rows: [],
    file: path,
    tabular: true,
  };
};
