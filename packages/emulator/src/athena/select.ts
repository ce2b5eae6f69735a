import { shownSql, type Translated, translateStatement, valueText } from 'headrace-trino';
import { bindScans } from './binding.ts';
import { type Row, resultColumn } from './resultSet.ts';
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
  session.scanned(await bindScans(translated.scans, tables.glueTables, session));
  return translated;
};

export const rowsOf = async (translated: Translated, session: Session): Promise<Row[]> => {
  const result = await session.connection.stream(shownSql(translated));
  const rows: Row[] = [];
  for await (const chunk of result) {
    for (const row of chunk.getRows()) {
      rows.push(row.map((value, i) => valueText(value, translated.columns[i]?.type ?? { name: 'any' })));
    }
  }
  return rows;
};

export const runSelect = async (query: Query, session: Session): Promise<Outcome> => {
  const translated = await prepareQuery(query, session);
  const rows = await rowsOf(translated, session);
  return {
    columns: translated.columns.map(({ name, type }) => resultColumn(name, type)),
    rows,
    tabular: true,
  };
};
