import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type AthenaEmulator,
  addPartition,
  athenaEmulator,
  createTable,
  JSON_SERDE,
  PARQUET,
} from 'headrace-emulator/testing';
import { eventsTable, martTables, quarantineTable, type Table } from '../../src/tables/tables.ts';
import { duckdbType, hiveType } from '../../src/tables/types.ts';

/** Every statement of queries/ runs on the tables the project declares: on rows, and on nothing at all. */

let stage: AthenaEmulator;

const columnsOf = (table: Table): Record<string, string> =>
  Object.fromEntries(table.columns.map(({ name, type }) => [name, hiveType(type)]));

const declare = (table: Table, serde: string) => {
  const keys = Object.fromEntries(table.partitionKeys.map(({ name, type }) => [name, hiveType(type)]));
  return createTable(stage, table.name, serde, `s3://lake/${table.prefix}`, columnsOf(table), keys);
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
  await declare(eventsTable, PARQUET);
  await declare(quarantineTable, JSON_SERDE);
  for (const mart of martTables) await declare(mart, PARQUET);
  for (const name of ['page_view', 'order_completed']) {
    await stage.rows(`CREATE VIEW ${name} AS SELECT * FROM events WHERE event_name = '${name}'`);
  }
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

const root = join(import.meta.dirname, '../../queries');
const files = (folder: string): string[] =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith('.sql'));
const read = (folder: string, name: string, days: string): string =>
  readFileSync(join(root, folder, name), 'utf8')
    .replaceAll(':days', days)
    .replaceAll(':hours', "'05'");

test.each(files('checks'))('checks/%s finds nothing wrong in good rows', async (name) => {
  expect(await stage.rows(read('checks', name, "'2026-11-01'"))).toHaveLength(1);
});

test.each(files('examples'))('examples/%s runs', async (name) => {
  expect(await stage.reason(read('examples', name, "'2026-11-01'"))).toBe('SUCCEEDED ');
});

test.each(files('marts'))(
  'marts/%s unloads what its table holds, and nothing for a day without events',
  async (name) => {
    const mart = martTables.find((table) => `${table.name}.sql` === name);
    const location = `marts/${name}/run=1/`;
    const unload = (days: string, to: string): string =>
      `UNLOAD (${read('marts', name, days)}) TO 's3://lake/${to}' WITH (format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY['dt'])`;
    expect(await stage.reason(unload("'2026-11-01', '2026-11-02'", location))).toBe('SUCCEEDED ');
    expect(
      stage.objects.list('lake', location).map(({ key }) => key.slice(location.length, location.length + 14)),
    ).toEqual(['dt=2026-11-01/']);
    await addPartition(
      stage,
      mart?.name ?? '',
      PARQUET,
      ['2026-11-01'],
      `s3://lake/${location}dt=2026-11-01/`,
      columnsOf(mart ?? eventsTable),
    );
    const [header, first] = await stage.rows(`SELECT * FROM ${mart?.name}`);
    expect(header).toEqual([...(mart?.columns.map((column) => column.name) ?? []), 'dt']);
    expect(first?.at(-1)).toBe('2026-11-01');
    expect(await stage.reason(unload("'2026-11-05'", `marts/${name}/run=2/`))).toBe('SUCCEEDED ');
    expect(stage.objects.list('lake', `marts/${name}/run=2/`)).toEqual([]);
  },
);
