import { readdirSync, readFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TableDefinition } from 'headrace-trino';
import { createEngine, parseQuery, translateStatement, hiveType as trinoOf, typeText } from 'headrace-trino';
import { renderDays } from '../../src/etl/renderDays.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import {
  eventsTable,
  martTables,
  quarantineTable,
  rawEventsTable,
  type Table,
} from '../../src/tables/tables.ts';
import { hiveType, trinoType } from '../../src/tables/types.ts';
import { viewColumns, viewSql } from '../../src/tables/views.ts';
import { buildLines, line } from '../helpers/rawLines.ts';

/** The SQL of queries/ and of the views, as the local Athena reads it, over a Parquet file of the real build. */

const DAY = '2026-11-01';

const definitionOf = (table: Table): TableDefinition => ({
  database: 'headrace_test',
  name: table.name,
  columns: [
    ...table.columns.map(({ name, type }) => ({ name, type: trinoOf(hiveType(type)) })),
    ...table.partitionKeys.map(({ name, type }) => ({
      name,
      type: trinoOf(hiveType(type)),
      partition: true,
    })),
  ],
});
const viewOf = (type: Parameters<typeof viewSql>[0]): TableDefinition => ({
  database: 'headrace_test',
  name: type.name,
  columns: viewColumns(type).map((column) => ({ name: column.name, type: trinoOf(hiveType(column.type)) })),
  view: { sql: viewSql(type), database: 'headrace_test' },
});
const tables = new Map(
  [
    ...[eventsTable, rawEventsTable, quarantineTable, ...martTables].map(definitionOf),
    ...[...knownEventTypes.values()].map(viewOf),
  ].map((table) => [table.name, table]),
);

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

let connection: DuckDBConnection;
let events: string;

beforeAll(async () => {
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
  events = built.parquetPath;
  connection = await (await createEngine({ folders: [built.folder] })).connect();
});
afterAll(() => connection.closeSync());

const rowsOf = (table: string): string => {
  const partition = `'${DAY}' AS dt, '05' AS hr`;
  if (table === 'events') return `SELECT *, ${partition} FROM read_parquet('${events}')`;
  const columns = tables.get(table)?.columns.map(({ name }) => `NULL AS "${name}"`) ?? [];
  return `SELECT ${columns.join(', ')} WHERE false`;
};

const run = async (sql: string, from: (table: string) => string = rowsOf) => {
  const translated = translateStatement(parseQuery(sql), {
    table: ([name = '']) => {
      const found = tables.get(name.toLowerCase());
      if (found === undefined) throw new Error(`no table ${name}`);
      return found;
    },
    database: 'headrace_test',
    now: new Date(`${DAY}T12:00:00.000Z`),
  });
  for (const scan of translated.scans)
    await connection.run(`CREATE OR REPLACE TEMP VIEW ${scan.id} AS ${from(scan.table.name)}`);
  const reader = await connection.runAndReadAll(translated.sql);
  const names = translated.columns.map(({ name }) => name);
  const rows = reader
    .getRowsJson()
    .map((row) => Object.fromEntries(row.map((value, n) => [names[n] ?? '', value])));
  return { rows, columns: translated.columns.map(({ name, type }) => `${name} ${typeText(type)}`) };
};

const filesOf = (folder: string) =>
  readdirSync(`queries/${folder}`).map((name) => ({
    name,
    sql: renderDays(readFileSync(`queries/${folder}/${name}`, 'utf8'), [DAY]),
  }));

describe('queries', () => {
  test.each(['checks', 'warnings', 'marts', 'examples'].flatMap(filesOf))(
    '$name starts with what it is for and ends without a semicolon',
    ({ sql }) => {
      expect(sql).toMatch(/^-- \S/);
      expect(sql.trimEnd()).not.toMatch(/;$/);
    },
  );

  test.each(['checks', 'warnings'].flatMap(filesOf))(
    '$name finds nothing in what the build made',
    async ({ sql }) => {
      expect((await run(sql)).rows).toEqual([]);
    },
  );

  /** What the check finds in what the build made and, once more for each of `replaced`, one row of it changed so. */
  const checked = async (...replaced: string[]) => {
    const sql = filesOf('checks').find(({ name }) => name === 'publishedHours.sql')?.sql ?? '';
    const { rows } = await run(sql, (table) => {
      const all = rowsOf(table);
      const more = replaced.map((list) => `UNION ALL SELECT * ${list} FROM one`);
      return `WITH one AS (SELECT * FROM (${all}) ORDER BY event_id LIMIT 1) ${all} ${more.join(' ')}`;
    });
    return rows;
  };
  const otherId = (id: string, list: string) => `REPLACE ('${id}' AS event_id, ${list})`;
  const missing = ['event_name', 'event_time', 'received_at', 'context', 'properties', 'schema_version'];

  test.each([
    ['eventIdTwice', ''],
    ...['event_id', 'source'].flatMap((name) => [
      ['envelopeMissing', `REPLACE (NULL AS ${name})`],
      ['envelopeMissing', `REPLACE ('' AS ${name})`],
    ]),
    ...missing.map((name) => ['envelopeMissing', otherId('x', `NULL AS ${name}`)]),
    ['envelopeMissing', otherId('x', `'' AS event_name`)],
    ['eventOutsideItsHour', `REPLACE ('06' AS hr)`],
    ['eventOutsideItsHour', otherId('x', 'event_time + INTERVAL 1 DAY AS event_time')],
    ['eventFromTheFuture', otherId('x', 'received_at - INTERVAL 2 HOUR AS received_at')],
  ])('the rule %s finds the row that breaks it: %s', async (rule = '', list = '') => {
    const found = (await checked(list)).filter((row) => row.rule === rule);
    expect(found).toMatchObject([{ dt: DAY, rows_found: rule === 'eventIdTwice' ? '2' : '1' }]);
  });

  test('rows that break several rules are told of by each, the first of every rule before the second of any', async () => {
    const wrong = `event_time + INTERVAL 1 DAY AS event_time, '' AS event_name`;
    const rows = await checked('', '', otherId('x', wrong), otherId('y', wrong));
    expect(rows.map(({ rule, event_id }) => `${rule} ${event_id}`)).toEqual([
      'envelopeMissing x',
      'eventFromTheFuture x',
      expect.stringMatching(/^eventIdTwice id-/),
      'eventOutsideItsHour x',
      'envelopeMissing y',
      'eventFromTheFuture y',
      'eventOutsideItsHour y',
    ]);
  });

  test('every rule that a check explains is one that it tells of, and has its test above', () => {
    const text = readFileSync('queries/checks/publishedHours.sql', 'utf8');
    const explained = [...text.matchAll(/^-- {3}(\w+) /gm)].map(([, name]) => name);
    expect([...text.matchAll(/THEN '(\w+)'/g)].map(([, name]) => name)).toEqual(explained);
    expect(explained).toEqual([
      'envelopeMissing',
      'eventFromTheFuture',
      'eventIdTwice',
      'eventOutsideItsHour',
    ]);
  });

  test('the hours that are not asked for are not checked', async () => {
    const text = readFileSync('queries/checks/publishedHours.sql', 'utf8');
    const of = async (hour: string) =>
      (await run(renderDays(text, [DAY], [hour]), (table) => `${rowsOf(table)} UNION ALL ${rowsOf(table)}`))
        .rows;
    expect(await of('04')).toEqual([]);
    expect(await of('05')).toHaveLength(5);
  });

  test.each(martTables.map((table) => [table.name, table] as const))(
    'the mart %s has the columns of its table, dt last',
    async (name, table) => {
      const sql = filesOf('marts').find((file) => file.name === `${name}.sql`)?.sql ?? '';
      const wanted = [...table.columns, ...table.partitionKeys].map(
        (column) => `${column.name} ${trinoType(column.type)}`,
      );
      expect((await run(sql)).columns).toEqual(wanted);
    },
  );

  const mart = async (name: string, from?: (table: string) => string) =>
    (await run(filesOf('marts').find((file) => file.name === `${name}.sql`)?.sql ?? '', from)).rows;

  /** Every event once more, under another id and a minute later, with `list` changed. */
  const sentAgain = (list: string) => (table: string) => {
    const all = rowsOf(table);
    const changed = `event_id || '-2' AS event_id, received_at + INTERVAL 1 MINUTE AS received_at, ${list}`;
    return `${all} UNION ALL SELECT * REPLACE (${changed}) FROM (${all})`;
  };

  test('daily_sales adds up orders by currency', async () => {
    const rows = await mart('daily_sales');
    expect(rows.find((row) => row.currency === 'EUR')).toMatchObject({
      orders: '2',
      customers: '2',
      revenue: 15,
      tax: 1,
      dt: DAY,
    });
    expect(rows.find((row) => row.currency === 'USD')).toMatchObject({ orders: '1', revenue: null });
  });

  test('daily_products adds up the lines of the orders', async () => {
    const rows = (await mart('daily_products')).sort((a, b) =>
      String(a.product_id).localeCompare(String(b.product_id)),
    );
    expect(rows).toMatchObject([
      { product_id: 'p-1', product_name: 'Shoe', orders: '2', quantity: '3', revenue: 13 },
      { product_id: 'p-2', product_name: null, orders: '1', quantity: '1', revenue: 2 },
    ]);
  });

  test('an order that a source sent in two events counts once, in orders as in every sum', async () => {
    const marts = ['daily_sales', 'daily_products'];
    const rows = (name: string, from?: (table: string) => string) =>
      mart(name, from).then((found) =>
        found.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      );
    for (const name of marts) {
      const once = await rows(name);
      expect(once.length).toBeGreaterThan(1);
      expect(await rows(name, sentAgain('revenue + 100 AS revenue, [] AS items'))).toEqual(once);
    }
  });

  test('of an order in two events the first that says its revenue counts, and of its lines the first that has any', async () => {
    const later = (table: string) =>
      sentAgain('revenue AS revenue')(table).replace(
        /^SELECT \*/,
        'SELECT * REPLACE (NULL::DOUBLE AS revenue, NULL AS items)',
      );
    const [first] = (await mart('daily_sales', later)).filter(({ currency }) => currency === 'EUR');
    expect(first).toMatchObject({ orders: '2', revenue: 15 });
    expect(await mart('daily_products', later)).toHaveLength(2);
  });

  test('two sources that number their orders alike have an order each', async () => {
    const from = sentAgain(`'till' AS source`);
    const sales = (await mart('daily_sales', from)).filter(({ currency }) => currency === 'EUR');
    expect(sales.map(({ source, orders, revenue }) => ({ source, orders, revenue }))).toEqual(
      expect.arrayContaining([
        { source: 'till', orders: '2', revenue: 15 },
        { source: 'web', orders: '2', revenue: 15 },
      ]),
    );
    const products = await mart('daily_products', from);
    expect(products.find(({ product_id }) => product_id === 'p-1')).toMatchObject({
      orders: '4',
      quantity: '6',
    });
  });

  test('daily_events counts events, visitors and contradictions', async () => {
    const rows = await mart('daily_events');
    expect(rows.find((row) => row.event_name === 'order_completed')).toMatchObject({
      events: '3',
      visitors: '2',
      users: '1',
      schema_errors: '1',
    });
  });

  test.each(filesOf('examples'))('the example $name runs', async ({ sql }) => {
    expect((await run(sql)).columns.length).toBeGreaterThan(0);
  });

  test('the query that docs/guides/repeatedIds.md gives to read each id once keeps one copy of a row that stands twice', async () => {
    const [, sql = ''] =
      readFileSync('docs/guides/repeatedIds.md', 'utf8').match(/```sql\n(SELECT[^`]*)```/) ?? [];
    const { rows } = await run(sql, (table) => {
      const all = rowsOf(table);
      return `${all} UNION ALL (SELECT * REPLACE ('06' AS hr) FROM (${all}) ORDER BY event_id LIMIT 2)`;
    });
    expect(rows).toHaveLength(5);
    expect(rows.map(({ hr }) => hr)).toEqual(['05', '05', '05', '05', '05']);
  });

  test.each([...knownEventTypes.values()])('the view $name gives the columns it declares', async (type) => {
    const declared = viewColumns(type).map((column) => `${column.name} ${trinoType(column.type)}`);
    expect((await run(viewSql(type))).columns).toEqual(declared);
  });

  test('a property without a column is found in the JSON', async () => {
    const { rows } = await run(
      `SELECT json_extract_scalar(properties, '$.theme') AS theme FROM page_view WHERE page_title = 't'`,
    );
    expect(rows).toEqual([{ theme: 'dark' }]);
  });
});
