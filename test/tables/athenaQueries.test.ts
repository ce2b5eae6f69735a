import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type AthenaEmulator,
  addPartition,
  athenaEmulator,
  createTable,
  PARQUET,
} from 'headrace-emulator/testing';
import { duckType } from 'headrace-trino';
import { type CompiledQuery, compiledQueries, compileQueries } from '../../compiler/sql/compile.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { martFolder } from '../../src/lake/layout.ts';
import { withoutComments } from '../../src/sqlText.ts';
import { quarantineSql, rawEventsSql } from '../../src/tables/lineViews.ts';
import { eventsTable, quarantineLinesTable, rawLinesTable, type Table } from '../../src/tables/tables.ts';
import { duckdbType, hiveType } from '../../src/tables/types.ts';
import { viewSql } from '../../src/tables/views.ts';
import { allQueries, filled, projectOf, shopMarts } from '../helpers/queries.ts';
import { createLinesTable } from './support/linesTables.ts';

/** Every statement of queries/ runs on the tables the project declares: on rows, and on nothing at all. */

let stage: AthenaEmulator;

const hiveColumns = (columns: readonly { name: string; hive: string }[]): Record<string, string> =>
  Object.fromEntries(columns.map(({ name, hive }) => [name, hive]));

const columnsOf = (table: Table): Record<string, string> =>
  Object.fromEntries(table.columns.map(({ name, type }) => [name, hiveType(type)]));

const declare = (table: Table) => {
  const keys = Object.fromEntries(table.partitionKeys.map(({ name, type }) => [name, hiveType(type)]));
  return createTable(stage, table.name, PARQUET, `s3://lake/${table.prefix}`, columnsOf(table), keys);
};

const declareMart = ({ name, typed }: CompiledQuery) =>
  createTable(stage, name, PARQUET, `s3://lake/${martFolder(name)}`, hiveColumns(typed.slice(0, -1)), {
    dt: 'string',
  });

/** Views that read others after those. */
const declareViews = async (views: readonly CompiledQuery[]): Promise<void> => {
  const open = new Set(views);
  for (const view of [...views, ...views, ...views]) {
    if (!open.has(view)) continue;
    const made = await stage.reason(
      `CREATE VIEW ${view.name} AS ${withoutComments(view.text).replace(/;\s*$/, '')}`,
    );
    if (made.startsWith('SUCCEEDED')) open.delete(view);
  }
  expect([...open].map(({ file }) => file)).toEqual([]);
};

const values: Record<string, string> = {
  event_id: "'e' || i",
  event_name: "'order_completed'",
  event_time: "TIMESTAMP '2026-11-01 05:00:00'",
  received_at: "TIMESTAMP '2026-11-01 05:00:01'",
  source: "'shop'",
  user_id: "'u' || (i % 2)",
  context: "'{}'",
  properties: "'{}'",
  schema_version: "'1'",
  order_id: "'o' || i",
  currency: "'EUR'",
  revenue: '10.5',
};

beforeAll(async () => {
  stage = await athenaEmulator();
  await declare(eventsTable);
  await createLinesTable(stage, rawLinesTable);
  await createLinesTable(stage, quarantineLinesTable);
  await stage.rows(`CREATE VIEW raw_events AS ${rawEventsSql}`);
  await stage.rows(`CREATE VIEW quarantine AS ${quarantineSql}`);
  const { marts, views } = compiledQueries();
  for (const mart of marts) await declareMart(mart);
  for (const type of knownEventTypes.values())
    await stage.rows(`CREATE VIEW ${type.name} AS ${viewSql(type)}`);
  await declareViews(views);
  const items =
    "[{product_id: 'p', product_name: 'P', category: 'c', brand: NULL, variant: NULL, price: 2.5, quantity: 2}]";
  const select = eventsTable.columns.map(({ name, type }) => {
    const value = name === 'items' ? items : (values[name] ?? 'NULL');
    return `CAST(${value} AS ${duckdbType(type)}) AS "${name}"`;
  });
  await stage.parquet('events/1/part.parquet', `SELECT ${select.join(', ')} FROM range(3) t(i)`);
  await addPartition(
    stage,
    'events',
    PARQUET,
    ['2026-11-01', '05'],
    's3://lake/events/1/',
    columnsOf(eventsTable),
  );
});
afterAll(() => stage.close());

// Loops, since a project may have none of a kind, and test.each() refuses that.
const ofKind = (...kinds: string[]) =>
  allQueries().filter(({ kind, declared }) => kinds.includes(kind) && !declared);

for (const { file, text } of ofKind('checks', 'warnings', 'examples'))
  test(`${file} runs`, async () => {
    expect(await stage.reason(filled(text, ['2026-11-01']))).toBe('SUCCEEDED ');
  });

for (const { file, name } of ofKind('views'))
  test(`${file} can be asked`, async () => {
    expect(await stage.reason(`SELECT * FROM ${name}`)).toBe('SUCCEEDED ');
  });

const unload = ({ text }: CompiledQuery, days: readonly string[], to: string): string =>
  `UNLOAD (${filled(text, days)}) TO 's3://lake/${to}' WITH (format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY['dt'])`;

/** Names and types of the columns in a Parquet file, as DuckDB reads them. */
const columnsIn = async (key: string): Promise<string[]> => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const path = stage.objects.get('lake', key)?.path;
  const reader = await connection.runAndReadAll(
    `DESCRIBE SELECT * FROM read_parquet('${path}', hive_partitioning = false)`,
  );
  const found = reader.getRows().map(([name, type]) => `${name} ${type}`);
  connection.closeSync();
  instance.closeSync();
  return found;
};

/** What UNLOAD wrote has the columns that were found out of the SQL, but for dt, which is in the folder's name. */
const holdsItsColumns = async (mart: CompiledQuery, key: string): Promise<void> => {
  const wanted = mart.columns.slice(0, -1).map(({ name, type }) => `${name} ${duckType(type)}`);
  const plain = (column: string) => column.replaceAll('"', '').replaceAll(', ', ',');
  expect((await columnsIn(key)).map(plain)).toEqual(wanted.map(plain));
};

const unloads = (mart: CompiledQuery): void => {
  const location = `marts/${mart.name}/run=1/`;

  test('unloads what its table holds', async () => {
    expect(await stage.reason(unload(mart, ['2026-11-01', '2026-11-02'], location))).toBe('SUCCEEDED ');
    const keys = stage.objects.list('lake', location).map(({ key }) => key);
    const day = keys.find((key) => key.startsWith(`${location}dt=2026-11-01/`));
    // A mart of other events than those here has no rows of them.
    if (shopMarts.includes(mart.name)) expect(day).toBeDefined();
    if (day === undefined) return;
    await holdsItsColumns(mart, day);
    const columns = hiveColumns(mart.typed.slice(0, -1));
    const at = `s3://lake/${location}dt=2026-11-01/`;
    await addPartition(stage, mart.name, PARQUET, ['2026-11-01'], at, columns);
    const [header, first] = await stage.rows(`SELECT * FROM ${mart.name} WHERE dt = '2026-11-01'`);
    expect(header).toEqual(mart.typed.map(({ name }) => name));
    expect(first?.at(-1)).toBe('2026-11-01');
  });

  test('unloads nothing for a day without events', async () => {
    expect(await stage.reason(unload(mart, ['2026-11-05'], `marts/${mart.name}/run=2/`))).toBe('SUCCEEDED ');
    expect(stage.objects.list('lake', `marts/${mart.name}/run=2/`)).toEqual([]);
  });
};

for (const mart of ofKind('marts')) describe(mart.file, () => unloads(mart));

test('a mart with a column of every type is written with the types that were found out', async () => {
  const select = [
    'source AS text, CAST(source AS varchar(5)) AS short, 1 AS whole, CAST(1 AS smallint) AS small, CAST(1 AS tinyint) AS tiny',
    'count(*) AS big, CAST(1.5 AS real) AS single, 1e0 AS double_one, 1.50 AS exact, sum(CAST(hr AS decimal(18,2))) AS total',
    "avg(CAST(hr AS double)) AS mean, true AS yes, DATE '2026-11-01' AS day, max(event_time) AS last_seen, CAST(source AS varbinary) AS bytes",
    "array_agg(user_id ORDER BY user_id) AS users, map(ARRAY['a'], ARRAY[1.5]) AS by_name",
    "CAST(ROW(1, ARRAY['x']) AS ROW(n bigint, names array(varchar))) AS pair",
  ].join(', ');
  const text = `-- Every type.\nSELECT ${select}, dt FROM events WHERE dt IN (:days) GROUP BY source, dt`;
  const [mart] = compileQueries(projectOf({ 'marts/every_type.sql': text })).marts;
  if (mart === undefined) throw new Error('one mart');
  expect(mart.typed.map(({ hive }) => hive).join(' ')).toBe(
    'string string int smallint tinyint bigint float double decimal(3,2) decimal(38,2) double boolean date timestamp binary array<string> map<string,decimal(2,1)> struct<n:bigint,names:array<string>> string',
  );
  expect(await stage.reason(unload(mart, ['2026-11-01'], 'marts/every_type/run=1/'))).toBe('SUCCEEDED ');
  const [file] = stage.objects.list('lake', 'marts/every_type/run=1/');
  await holdsItsColumns(mart, file?.key ?? '');
});
