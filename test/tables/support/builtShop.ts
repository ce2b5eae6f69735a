import type { DuckDBConnection } from '@duckdb/node-api';
import { createEngine, PATH_COLUMN, typeText } from 'headrace-trino';
import { projectTables, translated } from '../../helpers/queries.ts';
import { buildLines, line } from '../../helpers/rawLines.ts';

/** The SQL of a project, as the local Athena reads it, over a Parquet file of the real build. */

export const DAY = '2026-11-01';

const orders = [
  {
    order_id: 'o-1',
    revenue: 10,
    tax: 1,
    currency: 'EUR',
    items: [
      { product_id: 'p-1', product_name: 'Shoe', price: 4, quantity: 2 },
      { product_id: 'p-2', price: 2 },
    ],
  },
  {
    order_id: 'o-2',
    revenue: 5,
    currency: 'EUR',
    products: [{ product_id: 'p-1', name: 'Shoe', price: 5, quantity: 1 }],
  },
  { order_id: 'o-3', revenue: 'x', currency: 'USD', items: [] },
];

interface Shop {
  /** where a table's rows come from, in DuckDB's words: `events` has some, the others none */
  rowsOf(table: string): string;
  run(
    sql: string,
    from?: (table: string) => string,
  ): Promise<{ rows: Record<string, unknown>[]; columns: string[] }>;
  close(): void;
}

/** Three orders and two page views, built. */
export const builtShop = async (): Promise<Shop> => {
  const built = await buildLines(
    ...orders.map((order, n) =>
      line({
        event_name: 'order_completed',
        anonymous_id: 'a',
        user_id: n === 0 ? 'u' : null,
        properties: JSON.stringify(order),
      }),
    ),
    line({ event_name: 'page_view', properties: '{"title":"t","theme":"dark"}' }),
    line({ event_name: 'page_view', properties: '{"title":7}' }),
  );
  const connection = await (await createEngine({ folders: [built.folder] })).connect();
  const rowsOf = (table: string): string => {
    const partition = `'${DAY}' AS dt, '05' AS hr`;
    if (table === 'events') return `SELECT *, ${partition} FROM read_parquet('${built.parquetPath}')`;
    const names = projectTables()
      .get(table)
      ?.columns.map(({ name }) => name);
    return `SELECT ${[...(names ?? []), PATH_COLUMN].map((name) => `NULL AS "${name}"`).join(', ')} WHERE false`;
  };
  return {
    rowsOf,
    run: (sql, from = rowsOf) => rowsIn(connection, sql, from),
    close: () => connection.closeSync(),
  };
};

const rowsIn = async (connection: DuckDBConnection, sql: string, from: (table: string) => string) => {
  const query = translated(sql);
  for (const scan of query.scans)
    await connection.run(`CREATE OR REPLACE TEMP VIEW ${scan.id} AS ${from(scan.table.name)}`);
  const reader = await connection.runAndReadAll(query.sql);
  const names = query.columns.map(({ name }) => name);
  const rows = reader
    .getRowsJson()
    .map((row) => Object.fromEntries(row.map((value, n) => [names[n] ?? '', value])));
  return { rows, columns: query.columns.map(({ name, type }) => `${name} ${typeText(type)}`) };
};
