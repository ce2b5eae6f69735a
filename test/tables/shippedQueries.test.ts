import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeFile, filled } from '../helpers/queries.ts';
import { builtShop, DAY } from './support/builtShop.ts';

/** What the queries that ship find: rules of these files. A project that has others has none of these. */

let shop: Awaited<ReturnType<typeof builtShop>>;
beforeAll(async () => {
  shop = await builtShop();
});
afterAll(() => shop.close());

const rowsOf = (table: string): string => shop.rowsOf(table);
const run = (sql: string, from?: (table: string) => string) => shop.run(sql, from);
const sqlOf = (file: string, hours?: readonly string[]): string =>
  filled(readFileSync(`queries/${file}.sql`, 'utf8'), [DAY], hours);

describe.each(['checks/publishedHours', 'warnings/eventIdInTwoHours', 'warnings/namesWithIds'])(
  '%s',
  (file) => {
    describeFile(`queries/${file}.sql`, () => {
      test('finds nothing in what the build made', async () => {
        expect((await run(sqlOf(file))).rows).toEqual([]);
      });
    });
  },
);

describeFile('queries/checks/publishedHours.sql', () => {
  /** What the check finds in what the build made and, once more for each of `replaced`, one row of it changed so. */
  const checked = async (...replaced: string[]) => {
    const sql = sqlOf('checks/publishedHours');
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
    const of = async (hour: string) => {
      const sql = sqlOf('checks/publishedHours', [hour]);
      return (await run(sql, (table) => `${rowsOf(table)} UNION ALL ${rowsOf(table)}`)).rows;
    };
    expect(await of('04')).toEqual([]);
    expect(await of('05')).toHaveLength(5);
  });
});

const mart = async (name: string, from?: (table: string) => string) =>
  (await run(sqlOf(`marts/${name}`), from)).rows;

/** Every event once more, under another id and a minute later, with `list` changed. */
const sentAgain = (list: string) => (table: string) => {
  const all = rowsOf(table);
  const changed = `event_id || '-2' AS event_id, received_at + INTERVAL 1 MINUTE AS received_at, ${list}`;
  return `${all} UNION ALL SELECT * REPLACE (${changed}) FROM (${all})`;
};

const ordered = async (name: string, from?: (table: string) => string) =>
  (await mart(name, from)).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Each order in two events, of which the second has other sums. */
const ordersTwice = sentAgain('revenue + 100 AS revenue, [] AS items');

/** Each order in two events, of which the first says neither its revenue nor its lines. */
const saidLater = (table: string): string =>
  sentAgain('revenue AS revenue')(table).replace(
    /^SELECT \*/,
    'SELECT * REPLACE (NULL::DOUBLE AS revenue, NULL AS items)',
  );

/** Two sources number their orders alike. */
const alsoOfTill = sentAgain(`'till' AS source`);

describeFile('queries/marts/daily_sales.sql', () => {
  const inEuro = async (from: (table: string) => string) =>
    (await mart('daily_sales', from)).filter(({ currency }) => currency === 'EUR');

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

  test('an order that a source sent in two events counts once, in orders as in every sum', async () => {
    const once = await ordered('daily_sales');
    expect(once.length).toBeGreaterThan(1);
    expect(await ordered('daily_sales', ordersTwice)).toEqual(once);
  });

  test('of an order in two events the first that says its revenue counts', async () => {
    expect((await inEuro(saidLater))[0]).toMatchObject({ orders: '2', revenue: 15 });
  });

  test('two sources that number their orders alike have an order each', async () => {
    const sales = await inEuro(alsoOfTill);
    expect(sales.map(({ source, orders, revenue }) => ({ source, orders, revenue }))).toEqual(
      expect.arrayContaining([
        { source: 'till', orders: '2', revenue: 15 },
        { source: 'web', orders: '2', revenue: 15 },
      ]),
    );
  });
});

describeFile('queries/marts/daily_products.sql', () => {
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
    const once = await ordered('daily_products');
    expect(once.length).toBeGreaterThan(1);
    expect(await ordered('daily_products', ordersTwice)).toEqual(once);
  });

  test('of an order in two events the lines of the first that has any count', async () => {
    expect(await mart('daily_products', saidLater)).toHaveLength(2);
  });

  test('two sources that number their orders alike have an order each', async () => {
    const products = await mart('daily_products', alsoOfTill);
    expect(products.find(({ product_id }) => product_id === 'p-1')).toMatchObject({
      orders: '4',
      quantity: '6',
    });
  });
});

describeFile('queries/marts/daily_events.sql', () => {
  test('daily_events counts events, visitors and contradictions', async () => {
    const rows = await mart('daily_events');
    expect(rows.find((row) => row.event_name === 'order_completed')).toMatchObject({
      events: '3',
      visitors: '2',
      users: '1',
      schema_errors: '1',
    });
  });
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

test('a property without a column is found in the JSON', async () => {
  const { rows } = await run(
    `SELECT json_extract_scalar(properties, '$.theme') AS theme FROM events WHERE json_extract_scalar(properties, '$.title') = 't'`,
  );
  expect(rows).toEqual([{ theme: 'dark' }]);
});
