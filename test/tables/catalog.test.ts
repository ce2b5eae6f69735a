import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { tableNames } from '../../compiler/events/names.ts';
import { pascal } from '../../compiler/queries/pascal.ts';
import { compiledQueries, compileQueries } from '../../compiler/sql/compile.ts';
import { RESERVED } from '../../compiler/sql/rules.ts';
import {
  catalogOf,
  resources as forOsls,
  publishedMarts,
  queriedObjects,
  shownTables,
  writtenTables,
} from '../../resources/data/catalog.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { eventsTable } from '../../src/tables/tables.ts';
import { viewColumns } from '../../src/tables/views.ts';
import { projectOf } from '../helpers/queries.ts';

const column = z.object({ Name: z.string(), Type: z.string(), Comment: z.string() });
const table = z.object({
  Name: z.string(),
  TableType: z.string(),
  Parameters: z.record(z.string(), z.unknown()),
  PartitionKeys: z.array(column),
  StorageDescriptor: z.looseObject({ Columns: z.array(column), Location: z.unknown().optional() }),
  ViewOriginalText: z.string().optional(),
});
const resource = z.object({
  Type: z.string(),
  Properties: z.object({
    TableInput: table.optional(),
    DatabaseInput: z.object({ Name: z.string() }).optional(),
  }),
});

const PARAMS = { since: '2019-04-01', nowDays: 31 };

const resources = z.record(z.string(), resource).parse(catalogOf('dev', compiledQueries(), PARAMS).Resources);
const tables = new Map(
  Object.values(resources).flatMap(({ Properties }) =>
    Properties.TableInput === undefined ? [] : [[Properties.TableInput.Name, Properties.TableInput] as const],
  ),
);
const tableNamed = (name: string) => table.parse(tables.get(name));

describe('the catalog', () => {
  test('has the database of the stage, our tables and a view for each known event type', () => {
    expect(resources.CatalogDatabase?.Properties.DatabaseInput?.Name).toBe('headrace_dev');
    const { marts, views } = compiledQueries();
    const ours = [...tableNames, ...[...marts, ...views].map(({ name }) => name)];
    expect([...tables.keys()].sort()).toEqual([...ours, ...knownEventTypes.keys()].sort());
  });

  test('every name and comment fits what Glue takes, and no table has a column twice', () => {
    for (const { StorageDescriptor, PartitionKeys } of tables.values()) {
      const columns = [...StorageDescriptor.Columns, ...PartitionKeys];
      expect(columns.filter(({ Comment }) => Buffer.byteLength(Comment) > 255)).toEqual([]);
      const names = columns.map((one) => one.Name);
      expect(names).toEqual([...new Set(names)].map((one) => one.toLowerCase()));
    }
  });

  test('the events table starts with the envelope and has its structs in one column', () => {
    const { Columns } = tableNamed('events').StorageDescriptor;
    expect(Columns.slice(0, 4).map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      'event_id string',
      'event_name string',
      'event_time timestamp',
      'received_at timestamp',
    ]);
    expect(Columns.find(({ Name }) => Name === 'items')?.Type).toBe(
      'array<struct<product_id:string,product_name:string,category:string,brand:string,variant:string,price:double,quantity:bigint>>',
    );
    expect(Columns.find(({ Name }) => Name === 'schema_errors')?.Type).toBe('array<string>');
  });

  test('raw_lines and quarantine_lines are projected onto the keys that landing writes', () => {
    for (const [name, prefix] of [
      ['raw_lines', 'raw'],
      ['quarantine_lines', 'quarantine'],
    ] as const) {
      const { Parameters, PartitionKeys } = tableNamed(name);
      expect(PartitionKeys.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual(['dt string', 'hr string']);
      expect(Parameters).toMatchObject({
        'projection.enabled': 'true',
        'projection.dt.range': `${PARAMS.since},NOW+1DAY`,
        'projection.hr.range': '0,23',
        'projection.hr.digits': '2',
        // Fn::Sub writes ${!dt} as ${dt}, which is Athena's.
        'storage.location.template': { 'Fn::Sub': `s3://\${LakeBucket}/${prefix}/dt=\${!dt}/hr=\${!hr}/` },
      });
    }
  });

  test('published tables have no projection: Athena must ask Glue where a partition is', () => {
    for (const name of ['events', ...compiledQueries().marts.map((mart) => mart.name)]) {
      const { Parameters } = tableNamed(name);
      expect(Object.keys(Parameters).filter((key) => key.startsWith('projection'))).toEqual([]);
      expect(Parameters).toMatchObject({ EXTERNAL: 'TRUE', classification: 'parquet' });
    }
  });

  test('a view carries its SQL as Athena writes it', () => {
    const { TableType, Parameters, ViewOriginalText, StorageDescriptor } = tableNamed('order_completed');
    expect([TableType, Parameters]).toEqual([
      'VIRTUAL_VIEW',
      { presto_view: 'true', comment: 'Presto View' },
    ]);
    const base64 = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(ViewOriginalText ?? '')?.[1] ?? '';
    const view = JSON.parse(Buffer.from(base64, 'base64').toString());
    expect(view).toMatchObject({ catalog: 'awsdatacatalog', schema: 'headrace_dev' });
    expect(view.columns.map((one: { name: string }) => one.name)).toEqual(
      StorageDescriptor.Columns.map(({ Name }) => Name),
    );
    expect(view.columns).toContainEqual({ name: 'event_time', type: 'timestamp(3)' });
    expect(view.columns).toContainEqual({ name: 'schema_errors', type: 'array(varchar)' });
    expect(view.originalSql).toContain(`FROM events\nWHERE "event_name" = 'order_completed'`);
  });

  test('a view has the envelope, only its own columns, and the partition keys to filter by', () => {
    const type = knownEventTypes.get('page_view');
    if (type === undefined) throw new Error('page_view is not a known type');
    const names = viewColumns(type).map(({ name }) => name);
    expect(names).toContain('page_url');
    expect(names).not.toContain('revenue');
    expect(names).not.toContain('event_name');
    expect(names.slice(-2)).toEqual(['dt', 'hr']);
    expect(eventsTable.partitionKeys.map(({ name }) => name)).toEqual(['dt', 'hr']);
  });

  test('asks osls for the stage and its params', async () => {
    const said: Record<string, string> = { 'sls:stage': 'prod', 'param:rawSince': 'NOW-400DAYS' };
    const of = async (nowDays: string) => forOsls({ resolveVariable: async (name) => said[name] ?? nowDays });
    const params = { since: 'NOW-400DAYS', nowDays: 7 };
    expect(await of('7')).toEqual(catalogOf('prod', compiledQueries(), params));
    for (const wrong of ['0', '1.5', 'a week', '40000'])
      await expect(of(wrong)).rejects.toThrow(`nowDays: "${wrong}" is not a whole number of days`);
  });

  test('events_now has the columns of events, in their order, and the layer', () => {
    const { Columns } = tableNamed('events_now').StorageDescriptor;
    const table = tableNamed('events');
    const events = [...table.StorageDescriptor.Columns, ...table.PartitionKeys];
    const plain = (columns: readonly { Name: string; Type: string }[]) =>
      columns.map(({ Name, Type }) => `${Name} ${Type}`);
    expect(plain(Columns)).toEqual([...plain(events), 'layer string']);
  });
});

describe('what follows from the SQL of a project', () => {
  const ofTable = (found: Record<string, unknown>, id: string) =>
    resource.parse(found[id]).Properties.TableInput;

  test('a mart is a table of Parquet with its comments, dt its partition', () => {
    const sql =
      '-- Orders a day. Of all shops.\nSELECT count(*) AS orders, -- How many\n dt FROM order_completed WHERE dt IN (:days) GROUP BY dt';
    const { Resources } = catalogOf(
      'dev',
      compileQueries(projectOf({ 'marts/orders_a_day.sql': sql })),
      PARAMS,
    );
    expect(Resources.OrdersADayTable).toMatchObject({
      Properties: {
        TableInput: {
          ...{ Name: 'orders_a_day', Description: 'Orders a day', TableType: 'EXTERNAL_TABLE' },
          PartitionKeys: [{ Name: 'dt', Type: 'string' }],
          StorageDescriptor: {
            Columns: [{ Name: 'orders', Type: 'bigint', Comment: 'How many' }],
            Location: { 'Fn::Sub': `s3://\${LakeBucket}/marts/orders_a_day/` },
          },
        },
      },
    });
  });

  test('a view is one of Athena, without the comments, its columns with the types of Trino', () => {
    const sql =
      "-- Orders in local time. For people.\nSELECT order_id, -- its id\n at_timezone(with_timezone(event_time, 'UTC'), 'Asia/Seoul') AS local_time FROM order_completed;\n";
    const { Resources } = catalogOf(
      'dev',
      compileQueries(projectOf({ 'views/local_orders.sql': sql })),
      PARAMS,
    );
    const view = ofTable(Resources, 'LocalOrdersView');
    expect(view).toMatchObject({ Name: 'local_orders', TableType: 'VIRTUAL_VIEW' });
    const [, base64 = ''] = /Presto View: (\S+)/.exec(view?.ViewOriginalText ?? '') ?? [];
    const definition = JSON.parse(Buffer.from(base64, 'base64').toString());
    expect(definition.columns).toEqual([
      { name: 'order_id', type: 'varchar' },
      { name: 'local_time', type: 'timestamp(3) with time zone' },
    ]);
    expect(definition.originalSql).toMatch(/^SELECT order_id,\n at_timezone.* FROM order_completed$/s);
  });

  test('no mart can take the place of another resource of the template', () => {
    const files = readdirSync('resources', { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.yml'),
    );
    const ids = files.flatMap((name) =>
      [...readFileSync(`resources/${name}`, 'utf8').matchAll(/^ {2}(\w+)(?:Table|View):$/gm)].map(
        ([, id = '']) => id,
      ),
    );
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => !RESERVED.map(pascal).includes(id))).toEqual([]);
  });

  test('roles may publish, sweep and read what the queries of the project name, each by its name', async () => {
    const { checks, warnings, marts } = compiledQueries();
    const names = marts.map(({ name }) => name);
    const inGlue = (found: unknown): string[] =>
      [...JSON.stringify(found).matchAll(/table\/\$\{CatalogDatabase\}\/(\w+)/g)].map(
        ([, name = '']) => name,
      );
    expect(inGlue(await publishedMarts())).toEqual(names);
    expect(inGlue(await shownTables())).toEqual(['events', ...names]);
    expect(await writtenTables()).toHaveLength(1 + names.length);
    const read = new Set(['events', ...[...checks, ...warnings, ...marts].flatMap(({ reads }) => reads)]);
    expect(await queriedObjects()).toHaveLength(read.size + 1);
  });
});
