import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from '@jest/globals';
import { addPartition, createTable, JSON_SERDE, PARQUET } from '../../src/testing/athenaEmulator.ts';
import { onceAthena } from './support.ts';

const stage = onceAthena();

const columns = {
  event_id: 'string',
  event_name: 'string',
  event_time: 'timestamp',
  revenue: 'double',
  items: 'array<struct<product_id:string,quantity:bigint>>',
  properties: 'string',
};

const build = async (dt: string, hr: string, rows: number): Promise<void> => {
  await stage.parquet(
    `events/dt=${dt}/hr=${hr}/build=1/part.parquet`,
    `SELECT 'e' || i AS event_id, 'page_view' AS event_name, TIMESTAMP '${dt} ${hr}:00:00' + to_minutes(i) AS event_time,
      i * 1.5::DOUBLE AS revenue, [{product_id: 'p' || i, quantity: i}] AS items, '{"n":9007199254740993}' AS properties
     FROM range(${rows}) t(i)`,
  );
  await addPartition(
    stage,
    'events',
    PARQUET,
    [dt, hr],
    `s3://lake/events/dt=${dt}/hr=${hr}/build=1/`,
    columns,
  );
};

beforeAll(async () => {
  await createTable(stage, 'events', PARQUET, 's3://lake/events/', columns, { dt: 'string', hr: 'string' });
  await build('2026-11-01', '05', 3);
  await build('2026-11-01', '06', 2);
  await build('2026-11-02', '00', 4);
  const raw = [
    '{"event_id":"a","big":9007199254740993,"properties":{"x":1,"n":9007199254740993,"u":"é"}}',
    '{"event_id":"b"}',
  ];
  await createTable(stage, 'raw', JSON_SERDE, 's3://lake/raw/', {
    event_id: 'string',
    big: 'bigint',
    properties: 'string',
  });
  stage.objects.put('lake', 'raw/a.ndjson.gz', gzipSync(`${raw.join('\n')}\n`));
  stage.objects.put('lake', 'raw/b.ndjson', Buffer.from('{"event_id":"c","extra":true}\n'));
});

test('a result begins with its header and prints values as Athena does', async () => {
  const rows = await stage.rows(
    "SELECT event_id, event_time, revenue, items, dt, NULL AS nothing FROM events WHERE hr = '05' ORDER BY 1 LIMIT 2",
  );
  expect(rows).toEqual([
    ['event_id', 'event_time', 'revenue', 'items', 'dt', 'nothing'],
    ['e0', '2026-11-01 05:00:00.000', '0.0', '[{product_id=p0, quantity=0}]', '2026-11-01', undefined],
    ['e1', '2026-11-01 05:01:00.000', '1.5', '[{product_id=p1, quantity=1}]', '2026-11-01', undefined],
  ]);
});

test.each(['events', 'lake.events', '"awsdatacatalog"."lake"."events"'])(
  '%s is the same table',
  async (name) => {
    expect(await stage.rows(`SELECT count(*) AS n FROM ${name}`)).toEqual([['n'], ['9']]);
  },
);

test('an unnamed column is called by its place', async () => {
  expect(await stage.rows('SELECT 1, 2 AS two, count(*) FROM events')).toEqual([
    ['_col0', 'two', '_col2'],
    ['1', '2', '9'],
  ]);
});

test('JSON lines keep every digit, nested objects as their text, and missing fields as NULL', async () => {
  expect(await stage.rows('SELECT * FROM raw ORDER BY event_id')).toEqual([
    ['event_id', 'big', 'properties'],
    ['a', '9007199254740993', '{"x":1,"n":9007199254740993,"u":"é"}'],
    ['b', undefined, undefined],
    ['c', undefined, undefined],
  ]);
});

test('an array of rows unnests into a column a field, or into one row when the alias has one name', async () => {
  const opened =
    "SELECT product_id, q FROM events CROSS JOIN UNNEST(items) AS i (product_id, q) WHERE dt = '2026-11-02' ORDER BY 1";
  const kept =
    "SELECT item.product_id, item.quantity FROM events CROSS JOIN UNNEST(items) AS i (item) WHERE dt = '2026-11-02' ORDER BY 1";
  const expected = [
    ['p0', '0'],
    ['p1', '1'],
    ['p2', '2'],
    ['p3', '3'],
  ];
  expect((await stage.rows(opened)).slice(1)).toEqual(expected);
  expect((await stage.rows(kept)).slice(1)).toEqual(expected);
});

test('unnest of arrays of different length fills with NULL and counts from one', async () => {
  const sql = "SELECT a, b, n FROM UNNEST(ARRAY[1, 2], ARRAY['x']) WITH ORDINALITY AS t (a, b, n) ORDER BY n";
  expect(await stage.rows(sql)).toEqual([
    ['a', 'b', 'n'],
    ['1', 'x', '1'],
    ['2', undefined, '2'],
  ]);
});

test('an alias of SELECT is no column in WHERE and GROUP BY, but is one in ORDER BY', async () => {
  expect(await stage.reason('SELECT revenue * 2 AS twice FROM events WHERE twice > 1')).toMatch(
    /^FAILED COLUMN_NOT_FOUND: line 1:47: Column 'twice' cannot be resolved/,
  );
  expect(await stage.reason('SELECT revenue * 2 AS twice, count(*) FROM events GROUP BY twice')).toMatch(
    /COLUMN_NOT_FOUND/,
  );
  const rows = await stage.rows(
    'SELECT dt AS day, count(*) AS n FROM events GROUP BY dt ORDER BY n DESC, lower(day)',
  );
  expect(rows.slice(1)).toEqual([
    ['2026-11-01', '5'],
    ['2026-11-02', '4'],
  ]);
});

test('an alias that hides a column does not change what GROUP BY and WHERE mean', async () => {
  const rows = await stage.rows(
    "SELECT upper(hr) || '!' AS dt, count(*) AS n FROM events WHERE dt = '2026-11-01' GROUP BY hr, dt ORDER BY dt",
  );
  expect(rows.slice(1)).toEqual([
    ['05!', '3'],
    ['06!', '2'],
  ]);
});

test('windows, rollups, WITH, joins and set operations', async () => {
  const ranked =
    'WITH r AS (SELECT hr, event_id, row_number() OVER (PARTITION BY hr ORDER BY revenue DESC) AS n FROM events) SELECT hr, event_id FROM r WHERE n = 1 ORDER BY hr';
  expect((await stage.rows(ranked)).slice(1)).toEqual([
    ['00', 'e3'],
    ['05', 'e2'],
    ['06', 'e1'],
  ]);
  const rollup = 'SELECT dt, count(*) AS n, grouping(dt) AS g FROM events GROUP BY ROLLUP (dt) ORDER BY dt';
  expect((await stage.rows(rollup)).slice(1)).toEqual([
    ['2026-11-01', '5', '0'],
    ['2026-11-02', '4', '0'],
    [undefined, '9', '1'],
  ]);
  const joined =
    'SELECT a.hr, b.n FROM (SELECT DISTINCT hr FROM events) a LEFT JOIN (SELECT hr, count(*) AS n FROM events WHERE revenue > 2 GROUP BY hr) b ON a.hr = b.hr ORDER BY 1';
  expect((await stage.rows(joined)).slice(1)).toEqual([
    ['00', '2'],
    ['05', '1'],
    ['06', undefined],
  ]);
  expect((await stage.rows('SELECT 1 AS x UNION ALL SELECT 2.5 ORDER BY x DESC')).slice(1)).toEqual([
    ['2.5'],
    ['1.0'],
  ]);
});

test('aggregates have Trino’s types', async () => {
  const sql =
    "SELECT sum(x), avg(x), sum(d), avg(d), count_if(x > 1), max_by(x, d), array_agg(x ORDER BY x DESC), listagg(CAST(x AS varchar), '-') WITHIN GROUP (ORDER BY x) FROM (VALUES (1, 1.10), (2, 2.25)) AS t (x, d)";
  expect((await stage.rows(sql))[1]).toEqual(['3', '1.5', '3.35', '1.68', '1', '2', '[2, 1]', '1-2']);
});

test('a syntax error says where, and a table that is not there by its whole name', async () => {
  expect(await stage.reason('SELEC 1')).toMatch(
    /^FAILED SYNTAX_ERROR: line 1:1: mismatched input 'SELEC'\. Expecting: /,
  );
  expect(await stage.reason('SELECT * FROM nope')).toBe(
    "FAILED TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.lake.nope' does not exist",
  );
  expect(await stage.reason('SELECT * FROM elsewhere.nope')).toBe(
    "FAILED SCHEMA_NOT_FOUND: line 1:15: Schema 'elsewhere' does not exist",
  );
  expect(await stage.reason('SELECT event_name, count(*) FROM events')).toMatch(/EXPRESSION_NOT_AGGREGATE/);
  expect(await stage.reason('SELECT * FROM events TABLESAMPLE BERNOULLI (10)')).toMatch(
    /^FAILED NOT_SUPPORTED: .*TABLESAMPLE is not supported \(the README of headrace-trino/,
  );
});

test('a query reads nothing outside the lake', async () => {
  expect(await stage.reason("SELECT * FROM read_csv('/etc/passwd')")).toMatch(
    /^FAILED (SYNTAX_ERROR|NOT_SUPPORTED)/,
  );
  await createTable(stage, 'outside', JSON_SERDE, 's3://lake/outside/', { x: 'string' });
  const object = { key: 'outside/x', path: '/etc/hostname', bytes: 10, etag: 'x', lastModified: new Date(0) };
  const { list } = stage.objects;
  stage.objects.list = (bucket, prefix) =>
    prefix === 'outside/' ? [object] : list.call(stage.objects, bucket, prefix);
  expect(await stage.reason('SELECT * FROM outside')).toMatch(
    /^FAILED .*(disabled by configuration|Permission|not allowed)/i,
  );
  stage.objects.list = list;
});
