import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/contracts.ts';
import { addPartition, createTable, JSON_SERDE, PARQUET } from '../../src/testing/athenaEmulator.ts';
import { onceAthena } from './support.ts';

const stage = onceAthena();

const scanned = async (sql: string): Promise<number> => {
  const { Statistics } = await stage.run(sql);
  return Number((Statistics as JsonObject).DataScannedInBytes);
};

const old = { id: 'string', amount: 'bigint' };
const columns = { ...old, coupon: 'string' };

test('an older file without a column gives NULL there, and files are read by name', async () => {
  await createTable(stage, 'orders', PARQUET, 's3://lake/orders/', columns, { dt: 'string' });
  await stage.parquet('orders/1/a.parquet', "SELECT 'a' AS id, 1::BIGINT AS amount");
  await stage.parquet('orders/2/b.parquet', "SELECT 'x' AS coupon, 2::BIGINT AS amount, 'b' AS id");
  await addPartition(stage, 'orders', PARQUET, ['2026-11-01'], 's3://lake/orders/1/', old);
  await addPartition(stage, 'orders', PARQUET, ['2026-11-02'], 's3://lake/orders/2/', columns);
  expect(await stage.rows('SELECT * FROM orders ORDER BY id')).toEqual([
    ['id', 'amount', 'coupon', 'dt'],
    ['a', '1', undefined, '2026-11-01'],
    ['b', '2', 'x', '2026-11-02'],
  ]);
  expect((await stage.rows("SELECT coupon FROM orders WHERE dt = '2026-11-01'"))[1]).toEqual([undefined]);
});

test('a partition predicate prunes, also through a view and a join, and only asked columns count as scanned', async () => {
  await stage.rows('CREATE VIEW orders_view AS SELECT id, amount, dt FROM orders WHERE amount > 0');
  const [all, day] = [
    await scanned('SELECT id, amount FROM orders'),
    await scanned("SELECT id, amount FROM orders WHERE dt = '2026-11-01'"),
  ];
  expect(day).toBeGreaterThan(0);
  expect(day).toBeLessThan(all);
  expect(await scanned("SELECT id, amount FROM orders_view WHERE dt IN ('2026-11-01')")).toBe(day);
  expect(
    await scanned(
      "SELECT a.id, a.amount FROM orders a JOIN (SELECT 1 AS one) b ON a.dt = '2026-11-01' AND b.one = 1",
    ),
  ).toBe(day);
  expect(await scanned('SELECT count(*) FROM orders')).toBe(0);
  expect(await scanned("SELECT id, amount FROM orders WHERE dt = '2020-01-01'")).toBe(0);
});

test('a predicate above a LIMIT or an outer join does not change the answer by pruning', async () => {
  const limited = "SELECT count(*) FROM (SELECT dt FROM orders ORDER BY dt LIMIT 1) WHERE dt = '2026-11-02'";
  expect((await stage.rows(limited))[1]).toEqual(['0']);
  const outer =
    'SELECT count(*) FROM (SELECT 1 AS x) l LEFT JOIN orders o ON o.amount > 100 WHERE o.dt IS NULL';
  expect((await stage.rows(outer))[1]).toEqual(['1']);
});

test('a column of another type in a partition or in a file is an error, not a cast', async () => {
  await createTable(stage, 'mixed', PARQUET, 's3://lake/mixed/', old, { dt: 'string' });
  await stage.parquet('mixed/1/a.parquet', "SELECT 'a' AS id, 'many' AS amount");
  await addPartition(stage, 'mixed', PARQUET, ['2026-11-01'], 's3://lake/mixed/1/', {
    id: 'string',
    amount: 'string',
  });
  expect(await stage.reason('SELECT amount FROM mixed')).toMatch(
    /^FAILED HIVE_PARTITION_SCHEMA_MISMATCH: .*'amount'.*'bigint'.*'string'/,
  );
  expect((await stage.rows('SELECT id FROM mixed'))[1]).toEqual(['a']);
  await createTable(stage, 'lying', PARQUET, 's3://lake/mixed/', old);
  expect(await stage.reason('SELECT amount FROM lying')).toMatch(
    /^FAILED HIVE_BAD_DATA: .*Field 'amount''s type BYTE_ARRAY/,
  );
});

test('a gzip that ends too early fails the query instead of giving half the rows', async () => {
  await createTable(stage, 'cut', JSON_SERDE, 's3://lake/cut/', { id: 'string' });
  const lines = Array.from({ length: 5000 }, (_, i) => `{"id":"${i}-${Math.imul(i, 2654435761)}"}\n`).join(
    '',
  );
  const whole = gzipSync(lines);
  stage.objects.put('lake', 'cut/a.ndjson.gz', whole);
  expect((await stage.rows('SELECT count(*) FROM cut'))[1]).toEqual(['5000']);
  stage.objects.put('lake', 'cut/a.ndjson.gz', whole.subarray(0, whole.length - 2000));
  expect(await stage.reason('SELECT count(*) FROM cut')).toMatch(
    /^FAILED HIVE_CURSOR_ERROR: Failed to read file at s3:\/\/lake\/cut\/a.ndjson.gz/,
  );
});

test('a broken line fails the query', async () => {
  await createTable(stage, 'broken', JSON_SERDE, 's3://lake/broken/', { id: 'string' });
  stage.objects.put('lake', 'broken/a.ndjson', Buffer.from('{"id":"1"}\n{"id":\n'));
  expect(await stage.reason('SELECT count(id) FROM broken')).toMatch(
    /^FAILED HIVE_CURSOR_ERROR: Row is not a valid JSON Object/,
  );
});

const projection = {
  'projection.enabled': 'true',
  'projection.dt.type': 'date',
  'projection.dt.format': 'yyyy-MM-dd',
  'projection.dt.range': '2026-11-01,NOW',
  'projection.hr.type': 'integer',
  'projection.hr.range': '0,23',
  'projection.hr.digits': '2',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Glue's own placeholders
  'storage.location.template': 's3://lake/raw/dt=${dt}/hr=${hr}',
};

test('projected partitions are those inside the range that have files', async () => {
  await createTable(
    stage,
    'raw',
    JSON_SERDE,
    's3://lake/raw/',
    { id: 'string' },
    { dt: 'string', hr: 'string' },
    projection,
  );
  for (const [place, id] of [
    ['dt=2026-11-01/hr=05', 'in'],
    ['dt=2026-10-31/hr=05', 'before'],
    ['dt=2026-11-23/hr=00', 'later'],
    ['dt=2026-11-02/hr=24', 'no hour'],
  ]) {
    stage.objects.put('lake', `raw/${place}/a.ndjson`, Buffer.from(`{"id":"${id}"}\n`));
  }
  expect(await stage.rows('SELECT id, dt, hr FROM raw')).toEqual([
    ['id', 'dt', 'hr'],
    ['in', '2026-11-01', '05'],
  ]);
  expect(await scanned("SELECT id FROM raw WHERE dt = '2026-11-02'")).toBe(0);
});

test('an injected partition column must be pinned', async () => {
  const injected = { ...projection, 'projection.hr.type': 'injected' };
  await createTable(
    stage,
    'pinned',
    JSON_SERDE,
    's3://lake/raw/',
    { id: 'string' },
    { dt: 'string', hr: 'string' },
    injected,
  );
  expect(await stage.reason('SELECT id FROM pinned')).toMatch(
    /^FAILED CONSTRAINT_VIOLATION: For the injected projected partition column hr/,
  );
  expect((await stage.rows("SELECT id FROM pinned WHERE hr = '05' AND dt = '2026-11-01'"))[1]).toEqual([
    'in',
  ]);
});

test('CSV is read by its SerDe', async () => {
  const open = `CREATE EXTERNAL TABLE people (name string, age int, born date) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
    WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"') LOCATION 's3://lake/people/' TBLPROPERTIES ('skip.header.line.count' = '1')`;
  await stage.rows(open);
  stage.objects.put('lake', 'people/a.csv', Buffer.from('name,age,born\n"Ann, of X",41,5480\nBob,7,0\n'));
  expect((await stage.rows('SELECT name, age, born FROM people ORDER BY name')).slice(1)).toEqual([
    ['Ann, of X', '41', '1985-01-02'],
    ['Bob', '7', '1970-01-01'],
  ]);
});

test('a partition predicate prunes through UNION ALL and a window that it parts, and through no other window', async () => {
  const all = 'SELECT id, dt FROM orders UNION ALL SELECT id, dt FROM orders';
  const day = await scanned("SELECT id FROM orders WHERE dt = '2026-11-01'");
  expect(await scanned(`SELECT id FROM (${all}) WHERE dt = '2026-11-01'`)).toBe(2 * day);
  const placed = (by: string): string =>
    `SELECT id, dt, row_number() OVER (PARTITION BY ${by} ORDER BY id) AS place FROM orders`;
  expect(await scanned(`SELECT id FROM (${placed('dt, id')}) WHERE dt = '2026-11-01' AND place = 1`)).toBe(
    day,
  );
  expect(await scanned(`SELECT id FROM (${placed('id')}) WHERE dt = '2026-11-01' AND place = 1`)).toBe(
    await scanned('SELECT id FROM orders'),
  );
});
