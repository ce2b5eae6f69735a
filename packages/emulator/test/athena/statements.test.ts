import { beforeAll, expect, test } from '@jest/globals';
import { onceAthena } from './support.ts';

const stage = onceAthena();
beforeAll(async () => {
  await stage.rows(`CREATE EXTERNAL TABLE IF NOT EXISTS lake.sales (
    \`id\` string COMMENT 'the sale', amount double, tags array<string>
  ) PARTITIONED BY (dt string)
  STORED AS PARQUET LOCATION 's3://lake/sales/' TBLPROPERTIES ('parquet.compression' = 'ZSTD')`);
});

const keys = (prefix: string): string[] =>
  stage.objects.list('lake', prefix).map((o) => o.key.replace(/[0-9a-f-]{36}/, '<id>'));

test('INSERT INTO writes files by partition and adds the partitions', async () => {
  await stage.rows("INSERT INTO sales SELECT 'a', 1.5e0, ARRAY['x'], '2026-11-01'");
  await stage.rows("INSERT INTO sales (dt, id) VALUES ('2026-11-02', 'b')");
  expect(keys('sales/')).toEqual(['sales/dt=2026-11-01/<id>_0', 'sales/dt=2026-11-02/<id>_0']);
  expect((await stage.rows('SELECT * FROM sales ORDER BY id')).slice(1)).toEqual([
    ['a', '1.5', '[x]', '2026-11-01'],
    ['b', undefined, undefined, '2026-11-02'],
  ]);
  expect(await stage.rows('SHOW PARTITIONS sales')).toEqual([['dt=2026-11-01'], ['dt=2026-11-02']]);
  expect(await stage.reason("INSERT INTO sales SELECT 1, 1.5e0, ARRAY['x'], '2026-11-01'")).toMatch(
    /TYPE_MISMATCH/,
  );
  expect(await stage.reason("INSERT INTO sales SELECT 'a'")).toMatch(
    /TYPE_MISMATCH: .*Table has 4 columns, query has 1/,
  );
});

test('UNLOAD writes one folder a partition, and refuses a place that is not empty', async () => {
  const unload =
    "UNLOAD (SELECT id, amount, dt FROM sales) TO 's3://lake/out/run=1/' WITH (format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY['dt'])";
  await stage.rows(unload);
  expect(keys('out/')).toEqual(['out/run=1/dt=2026-11-01/<id>_0', 'out/run=1/dt=2026-11-02/<id>_1']);
  expect(await stage.reason(unload)).toMatch(/^FAILED HIVE_PATH_ALREADY_EXISTS: .*s3:\/\/lake\/out\/run=1\//);
});

test('UNLOAD of nothing leaves nothing, and its partition columns must stand last', async () => {
  const to = "TO 's3://lake/none/' WITH (format = 'PARQUET', partitioned_by = ARRAY['dt'])";
  await stage.rows(`UNLOAD (SELECT id, dt FROM sales WHERE false) ${to}`);
  expect(keys('none/')).toEqual([]);
  expect(await stage.reason(`UNLOAD (SELECT dt, id FROM sales) ${to}`)).toMatch(
    /^FAILED HIVE_COLUMN_ORDER_MISMATCH/,
  );
  expect(await stage.reason(`UNLOAD (SELECT current_timestamp AS t, dt FROM sales) ${to}`)).toMatch(
    /NOT_SUPPORTED: Unsupported Hive type/,
  );
  expect(
    await stage.reason(`UNLOAD (SELECT id, dt FROM sales) TO 's3://lake/orc/' WITH (format = 'ORC')`),
  ).toMatch(/^FAILED NOT_SUPPORTED/);
});

test.each([
  ["format = 'JSON'", 'JSON'],
  ["format = 'TEXTFILE', field_delimiter = ','", 'CSV'],
  ["format = 'PARQUET', write_compression = 'SNAPPY'", 'Parquet'],
])('CREATE TABLE AS WITH (%s) can be read again', async (properties, name) => {
  const table = `copy_${name.toLowerCase()}`;
  await stage.rows(
    `CREATE TABLE ${table} WITH (${properties}, external_location = 's3://lake/${table}/', partitioned_by = ARRAY['dt']) AS SELECT id, amount, dt FROM sales`,
  );
  expect((await stage.rows(`SELECT id, amount, dt FROM ${table} ORDER BY id`)).slice(1)).toEqual([
    ['a', '1.5', '2026-11-01'],
    ['b', undefined, '2026-11-02'],
  ]);
  expect(await stage.reason(`CREATE TABLE ${table} AS SELECT 1 AS x`)).toMatch(/ALREADY_EXISTS/);
});

test('a view is stored as Athena stores it, replaced only when asked to, and keeps its own database', async () => {
  await stage.rows('CREATE VIEW big AS SELECT id, amount AS value FROM sales WHERE amount > 1');
  expect(await stage.reason('CREATE VIEW big AS SELECT 1 AS x')).toMatch(/ALREADY_EXISTS/);
  expect(
    await stage.rows('SELECT value FROM lake.big', { QueryExecutionContext: { Database: 'other' } }),
  ).toEqual([['value'], ['1.5']]);
  await stage.rows('CREATE OR REPLACE VIEW big AS SELECT id FROM sales');
  expect(await stage.rows('SELECT * FROM big ORDER BY id')).toEqual([['id'], ['a'], ['b']]);
  expect(await stage.rows('SHOW VIEWS')).toEqual([['big']]);
  expect(await stage.rows('SHOW CREATE VIEW big')).toEqual([
    ['CREATE VIEW "lake"."big" AS '],
    ['SELECT id FROM sales'],
  ]);
  await stage.rows('DROP VIEW big');
  expect(await stage.reason('SELECT * FROM big')).toMatch(/TABLE_NOT_FOUND/);
  expect(await stage.reason('DROP VIEW big')).toMatch(/TABLE_NOT_FOUND/);
  await stage.rows('DROP VIEW IF EXISTS big');
});

test('ALTER TABLE adds, moves and drops partitions; MSCK finds the folders that are missing', async () => {
  await stage.rows(
    "ALTER TABLE sales ADD IF NOT EXISTS PARTITION (dt = '2026-11-01') PARTITION (dt = '2026-11-09') LOCATION 's3://lake/sales/dt=2026-11-01/'",
  );
  expect((await stage.rows("SELECT id FROM sales WHERE dt = '2026-11-09'")).slice(1)).toEqual([['a']]);
  expect(await stage.reason("ALTER TABLE sales ADD PARTITION (dt = '2026-11-09')")).toMatch(
    /AlreadyExistsException/,
  );
  await stage.rows(
    "ALTER TABLE sales PARTITION (dt = '2026-11-09') SET LOCATION 's3://lake/sales/dt=2026-11-02/'",
  );
  expect((await stage.rows("SELECT id FROM sales WHERE dt = '2026-11-09'")).slice(1)).toEqual([['b']]);
  await stage.rows("ALTER TABLE sales DROP PARTITION (dt = '2026-11-09'), PARTITION (dt = '2026-11-01')");
  expect(await stage.rows('SHOW PARTITIONS sales')).toEqual([['dt=2026-11-02']]);
  await stage.rows('MSCK REPAIR TABLE sales');
  expect(await stage.rows('SHOW PARTITIONS sales')).toEqual([['dt=2026-11-01'], ['dt=2026-11-02']]);
});

test('SHOW, DESCRIBE and information_schema tell what is there', async () => {
  expect(await stage.rows("SHOW TABLES 'sal*'")).toEqual([['sales']]);
  expect(await stage.rows('SHOW DATABASES')).toEqual([['lake']]);
  expect((await stage.rows('SHOW COLUMNS IN sales')).map(([name]) => name?.trim())).toEqual([
    'id',
    'amount',
    'tags',
    'dt',
  ]);
  expect(
    (await stage.rows('DESCRIBE sales')).map(([line]) =>
      line
        ?.split('\t')
        .map((c) => c.trim())
        .join('|'),
    ),
  ).toContain('id|string|the sale');
  expect((await stage.rows('SHOW CREATE TABLE sales'))[0]).toEqual(['CREATE EXTERNAL TABLE `lake.sales`(']);
  const columns =
    "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'sales' ORDER BY ordinal_position";
  expect((await stage.rows(columns)).slice(1)).toEqual([
    ['id', 'varchar'],
    ['amount', 'double'],
    ['tags', 'array(varchar)'],
    ['dt', 'varchar'],
  ]);
});

test('PREPARE, EXECUTE and ExecutionParameters put values in place of question marks', async () => {
  await stage.rows('PREPARE by_day FROM SELECT id FROM sales WHERE dt = ? AND id <> ?');
  expect(await stage.rows("EXECUTE by_day USING '2026-11-01', 'zzz'")).toEqual([['id'], ['a']]);
  expect(
    await stage.rows('SELECT id FROM sales WHERE dt = ?', { ExecutionParameters: ["'2026-11-02'"] }),
  ).toEqual([['id'], ['b']]);
  await stage.rows('DEALLOCATE PREPARE by_day');
  expect(await stage.reason("EXECUTE by_day USING '1', '2'")).toMatch(/Prepared statement not found/);
  expect(await stage.reason('SELECT ?')).toMatch(/Incorrect number of parameters/);
});

test('dbt’s table is one of Hive’s kind, and takes properties afterwards', async () => {
  await stage.rows(`/* {"app": "dbt"} */
    create table "awsdatacatalog"."lake"."dbt_model" with (
      table_type='hive', is_external=true, external_location='s3://lake/dbt/model/', format='parquet', write_compression='snappy'
    ) as select 1 as id, 'x' as name`);
  await stage.rows(
    "alter table `lake`.`dbt_model` set tblproperties ('classification' = 'parquet', 'notes'=\"Don't drop.\")",
  );
  expect(await stage.rows('SELECT * FROM dbt_model')).toEqual([
    ['id', 'name'],
    ['1', 'x'],
  ]);
  expect(await stage.rows('SHOW TBLPROPERTIES dbt_model')).toContainEqual(['classification\tparquet']);
  expect(await stage.rows("SHOW TBLPROPERTIES dbt_model('notes')")).toEqual([["Don't drop."]]);
  expect(await stage.reason("CREATE TABLE x WITH (table_type = 'iceberg') AS SELECT 1 AS id")).toMatch(
    /NOT_SUPPORTED: .*a table of the type ICEBERG/,
  );
});

test('columns are added behind the others, or put in place of them', async () => {
  await stage.rows(
    "CREATE EXTERNAL TABLE grows (a string) PARTITIONED BY (dt string) LOCATION 's3://lake/grows/'",
  );
  await stage.rows("ALTER TABLE grows ADD COLUMNS (b int COMMENT 'new', c array<string>)");
  expect((await stage.rows('SHOW COLUMNS IN grows')).map(([name]) => name?.trim())).toEqual([
    'a',
    'b',
    'c',
    'dt',
  ]);
  expect(await stage.reason('ALTER TABLE grows ADD COLUMNS (dt string)')).toMatch(
    /Duplicate column name: dt/,
  );
  await stage.rows('ALTER TABLE grows REPLACE COLUMNS (x double)');
  expect((await stage.rows('SHOW COLUMNS IN grows')).map(([name]) => name?.trim())).toEqual(['x', 'dt']);
});

test.each([
  [
    'awswrangler’s to_iceberg',
    "CREATE TABLE IF NOT EXISTS lake.ice (`id` bigint) PARTITIONED BY (bucket(16, id)) LOCATION 's3://lake/ice/' TBLPROPERTIES ('table_type' ='ICEBERG', 'format'='parquet')",
  ],
  [
    'a Delta table',
    "CREATE EXTERNAL TABLE lake.delta LOCATION 's3://lake/delta/' TBLPROPERTIES ('table_type' = 'DELTA')",
  ],
])('%s is refused by its kind', async (_what, sql) => {
  expect(await stage.reason(sql)).toMatch(
    /^FAILED NOT_SUPPORTED: a table of the type (ICEBERG|DELTA) is not supported/,
  );
});

test('one statement writes at most a hundred partitions, and nothing when it would write more', async () => {
  const select = (n: number) => `SELECT i, CAST(i AS varchar) AS dt FROM UNNEST(sequence(1, ${n})) t (i)`;
  const table = "WITH (partitioned_by = ARRAY['dt'], external_location = 's3://lake/many/')";
  const tooMany =
    'FAILED HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions/buckets';
  expect(await stage.reason(`CREATE TABLE many ${table} AS ${select(101)}`)).toBe(tooMany);
  expect(keys('many/')).toEqual([]);
  await stage.rows(`CREATE TABLE many ${table} AS ${select(100)}`);
  expect(await stage.rows('SHOW PARTITIONS many')).toHaveLength(100);
  expect(await stage.reason(`INSERT INTO many ${select(101)}`)).toBe(tooMany);
});

test('EXPLAIN shows a plan without running the query', async () => {
  expect((await stage.rows('EXPLAIN SELECT count(*) FROM sales')).length).toBeGreaterThan(3);
});

test.each([
  'MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE',
  'OPTIMIZE t REWRITE DATA',
  'ALTER TABLE sales RENAME TO x',
  'DELETE FROM sales',
])('%s is refused by name', async (sql) => {
  expect(await stage.reason(sql)).toMatch(
    /^FAILED NOT_SUPPORTED: .* is not supported \(the README of headrace-trino/,
  );
});
