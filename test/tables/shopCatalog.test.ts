import '../helpers/shop.ts';
import { describe, expect, test } from '@jest/globals';
import { compiledQueries, compileQueries } from '../../compiler/sql/compile.ts';
import { catalogOf } from '../../resources/data/catalog.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { eventsTable } from '../../src/tables/tables.ts';
import { viewColumns } from '../../src/tables/views.ts';
import { catalogParams } from '../helpers/catalogParams.ts';
import { resource, table } from '../helpers/glueResources.ts';
import { projectOf } from '../helpers/queries.ts';

/** What becomes of the shop's event types, and of queries over them. */

const ofTable = (found: Record<string, unknown>, id: string) =>
  resource.parse(found[id]).Properties.TableInput;
const shop = catalogOf('dev', compiledQueries(), catalogParams).Resources;
const tableOf = (id: string) => table.parse(ofTable(shop, id));

describe('the catalog', () => {
  test('an array of structs is one column', () => {
    const { Columns } = tableOf('EventsTable').StorageDescriptor;
    expect(Columns.find(({ Name }) => Name === 'items')?.Type).toBe(
      'array<struct<product_id:string,product_name:string,category:string,brand:string,variant:string,price:double,quantity:bigint>>',
    );
  });

  test('a view carries its SQL as Athena writes it', () => {
    const { TableType, Parameters, ViewOriginalText, StorageDescriptor } = tableOf('OrderCompletedView');
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
});

describe('what follows from the SQL of a project', () => {
  test('a mart is a table of Parquet with its comments, dt its partition', () => {
    const sql =
      '-- Orders a day. Of all shops.\nSELECT count(*) AS orders, -- How many\n dt FROM order_completed WHERE dt IN (:days) GROUP BY dt';
    const { Resources } = catalogOf(
      'dev',
      compileQueries(projectOf({ 'marts/orders_a_day.sql': sql })),
      catalogParams,
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
      catalogParams,
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
});
