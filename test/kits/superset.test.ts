import { describe, expect, test } from '@jest/globals';
import { strFromU8, unzipSync } from 'fflate';
import { parse } from 'yaml';
import { z } from 'zod';
import { boardsOf, chartsOf } from '../../kits/charts.ts';
import { metricsOf } from '../../kits/metrics.ts';
import { chartSql, fromTo } from '../../kits/sql.ts';
import { supersetKit } from '../../kits/superset/kit.ts';
import { type KitTable, kitTables } from '../../kits/tables.ts';
import { difference } from '../../scripts/kits/compare.ts';

const place = {
  stage: 'prod',
  region: 'eu-central-1',
  database: 'headrace_prod',
  workgroup: 'headrace-prod',
};

const table = (
  name: string,
  what: KitTable['what'],
  columns: string[],
  more: Partial<KitTable> = {},
): KitTable => ({
  ...{ name, what, comment: `About ${name}`, sums: [], distinct: [] },
  columns: columns.map((column) => ({ name: column, type: 'varchar', comment: '' })),
  ...more,
});

const sales = table('daily_sales', 'mart', ['currency', 'orders', 'customers', 'dt'], {
  sums: ['orders'],
  distinct: ['customers'],
});

describe('the bundle', () => {
  const files = supersetKit(place, 'shop');
  const texts = new Map(files.map(({ path, content }) => [path, content]));
  const documents = files
    .filter(({ path }) => path.endsWith('.yaml'))
    .map(({ path, content }) => ({
      path,
      document: z.record(z.string(), z.unknown()).parse(parse(String(content))),
    }));
  const uuids = (folder: string, field: string) =>
    documents
      .filter(({ path }) => path.startsWith(`assets/${folder}/`))
      .map(({ document }) => document[field]);

  test('is the same, byte by byte, when it is made again', () => {
    expect(supersetKit(place, 'shop')).toEqual(files);
  });

  test('holds the same files as the folder', () => {
    const { 'headrace.zip': _, ...rest } = Object.fromEntries(texts);
    const zip = texts.get('headrace.zip');
    const inside = zip instanceof Uint8Array ? unzipSync(zip) : {};
    expect(
      Object.fromEntries(Object.entries(inside).map(([path, bytes]) => [path, strFromU8(bytes)])),
    ).toEqual(rest);
  });

  test('gives each thing an id of its own, and names only datasets and databases that it has', () => {
    const all = documents.flatMap(({ document }) => ('uuid' in document ? [document.uuid] : []));
    expect(new Set(all).size).toBe(all.length);
    expect(uuids('charts', 'dataset_uuid').filter((one) => !uuids('datasets', 'uuid').includes(one))).toEqual(
      [],
    );
    expect(new Set(uuids('datasets', 'database_uuid'))).toEqual(new Set(uuids('databases', 'uuid')));
  });

  test('has other ids for another stage, so that both can be in one Superset', () => {
    const dev = supersetKit({ ...place, stage: 'dev' }, 'shop').find(({ path }) =>
      path.includes('/dashboards/'),
    );
    expect(uuids('dashboards', 'uuid')).not.toContain(parse(String(dev?.content)).uuid);
  });

  test('asks every chart for the last days only, but those that need all', () => {
    const days = documents
      .filter(({ path }) => path.startsWith('assets/charts/'))
      .filter(({ document }) => !JSON.stringify(document.query_context).includes('TEMPORAL_RANGE'));
    expect(
      days.map(({ document }) => document.slice_name).filter((name) => name !== 'Weekly retention'),
    ).toEqual([]);
  });

  test('has no credentials', () => {
    const [database] = documents.filter(({ path }) => path.startsWith('assets/databases/'));
    expect(database?.document.sqlalchemy_uri).toBe(
      'awsathena+rest://@athena.eu-central-1.amazonaws.com:443/headrace_prod?work_group=headrace-prod',
    );
  });
});

describe('what a project shows', () => {
  test('a chart is left out when its table is not there, or a column of it', () => {
    const [mine] = boardsOf([sales], 'mine');
    expect(chartsOf(mine ? [mine] : []).map(({ name }) => name)).toEqual(['Orders']);
    expect(mine?.title).toBe('Headrace: mine');
  });

  test('a mart that no chart knows has one of its sums by day', () => {
    const readings = table('daily_readings', 'mart', ['device', 'readings', 'dt'], { sums: ['readings'] });
    expect(chartsOf(boardsOf([readings], 'mine'))).toEqual([
      {
        name: 'daily_readings',
        table: 'daily_readings',
        look: 'line',
        by: ['dt'],
        metrics: ['readings'],
        day: 'dt',
      },
    ]);
  });

  test('different values are not added up', () => {
    expect(metricsOf(sales).map(({ name, sql }) => [name, sql])).toEqual([
      ['orders', 'sum(orders)'],
      ['customers', 'max(customers)'],
      ['row_count', 'count(*)'],
    ]);
  });

  test('every name of a metric is there once', () => {
    for (const one of kitTables()) {
      const names = metricsOf(one).map(({ name }) => name);
      expect([one.name, names]).toEqual([one.name, [...new Set(names)]]);
    }
  });

  test('the SQL of a chart names its days', () => {
    const chart = {
      name: 'Orders',
      table: 'daily_sales',
      look: 'bar',
      by: ['dt'],
      metrics: ['orders'],
      day: 'dt',
    } as const;
    expect(chartSql(chart, sales, fromTo('2026-11-01', '2026-11-07'))).toBe(
      "SELECT dt, sum(orders) AS orders\nFROM daily_sales\nWHERE dt >= '2026-11-01' AND dt <= '2026-11-07'\nGROUP BY dt",
    );
  });
});

describe('comparing what Superset shows', () => {
  const columns = ['day', 'revenue', 'newest'];
  const shown = [{ day: null, revenue: 0.30000000000000004, newest: Date.parse('2026-11-01T10:00:00.500Z') }];

  test('sums of doubles may differ in their last digits, and times are milliseconds', () => {
    expect(difference('Superset', shown, { columns, rows: [[null, '0.3', '2026-11-01 10:00:00.500']] })).toBe(
      '',
    );
  });

  test.each([
    [[[null, '0.31', '2026-11-01 10:00:00.500']]],
    [[[null, '0.3', '2026-11-01 10:00:00.501']]],
    [[['2026-11-01', '0.3', '2026-11-01 10:00:00.500']]],
    [[]],
  ])('%j is something else', (rows) => {
    expect(difference('Superset', shown, { columns, rows })).not.toBe('');
  });
});
