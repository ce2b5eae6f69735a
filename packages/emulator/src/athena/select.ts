import { athenaText, type Translated, translateStatement, wallClock } from 'headrace-trino';
import { bindScans } from './binding.ts';
import { type Row, resultColumn } from './resultSet.ts';
import type { Outcome, Session } from './session.ts';
import { TableSnapshot } from './tables.ts';

type Query = Parameters<typeof translateStatement>[0];

/** Translates a query and points its tables at files; from here on it can run on the session's connection. */
export const prepareQuery = async (query: Query, session: Session): Promise<Translated> => {
  const tables = new TableSnapshot(session.catalog);
  await tables.load(query, session.database);
  const { database, now, parameters } = session;
  const translated = translateStatement(query, { table: tables.resolve, database, now, parameters });
  session.scanned(await bindScans(translated.scans, tables.glueTables, session));
  return translated;
};

/** Times of other zones than UTC are shown by their own clocks. */
const shown = ({ sql, columns }: Translated): string => {
  if (columns.every(({ type }) => type.zone === undefined || type.zone === 'UTC')) return sql;
  const list = columns.map(({ type }, i) => (type.zone ? wallClock({ sql: `c${i}`, type }) : `c${i}`));
  return `SELECT ${list.join(', ')} FROM (${sql}) AS shown`;
};

export const rowsOf = async (translated: Translated, session: Session): Promise<Row[]> => {
  const result = await session.connection.stream(shown(translated));
  const rows: Row[] = [];
  for await (const chunk of result) {
    for (const row of chunk.getRows()) {
      rows.push(row.map((value, i) => athenaText(value, translated.columns[i]?.type ?? { name: 'any' })));
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
