import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { compiledQueries } from '../../compiler/sql/compile.ts';
import { martFolder } from '../../src/lake/layout.ts';
import { eventsTable, quarantineLinesTable, rawLinesTable } from '../../src/tables/tables.ts';
import { hiveType } from '../../src/tables/types.ts';
import { packaged } from '../helpers/packaged.ts';
import { packagedOnce } from '../helpers/packagedOnce.ts';

const column = z.object({ Name: z.string(), Type: z.string() });
const tableInput = z.object({
  Name: z.string(),
  TableType: z.string(),
  PartitionKeys: z.array(column),
  StorageDescriptor: z.object({
    Columns: z.array(column),
    Location: z.object({ 'Fn::Sub': z.string() }).optional(),
  }),
});

const prod = packagedOnce('prod');
let tables: Map<string, z.infer<typeof tableInput>>;

beforeAll(async () => {
  const inputs = prod
    .ofType('AWS::Glue::Table')
    .map(([, properties]) => tableInput.parse(properties.TableInput));
  tables = new Map(inputs.map((input) => [input.Name, input]));
});

const hive = (columns: typeof eventsTable.columns) =>
  columns.map(({ name, type }) => ({ Name: name, Type: hiveType(type) }));

const described = [
  ...[eventsTable, rawLinesTable, quarantineLinesTable].map(({ name, prefix, columns, partitionKeys }) => ({
    ...{ name, prefix, columns: hive(columns), keys: hive(partitionKeys) },
  })),
  ...compiledQueries().marts.map(({ name, typed }) => {
    const columns = typed.map((column) => ({ Name: column.name, Type: column.hive }));
    return { name, prefix: martFolder(name), columns: columns.slice(0, -1), keys: columns.slice(-1) };
  }),
];

describe('the catalog of the template', () => {
  test.each(described.map((table) => [table.name, table] as const))(
    'has %s with the columns, types and place that src/tables and queries/marts say',
    (name, table) => {
      const found = tables.get(name);
      expect(found?.StorageDescriptor.Columns).toEqual(table.columns);
      expect(found?.PartitionKeys).toEqual(table.keys);
      expect(found?.StorageDescriptor.Location).toEqual({ 'Fn::Sub': `s3://\${LakeBucket}/${table.prefix}` });
    },
  );

  test('has no table besides those and the views', () => {
    const real = [...tables.values()].filter(({ TableType }) => TableType !== 'VIRTUAL_VIEW');
    expect(real.map(({ Name }) => Name).sort()).toEqual(described.map(({ name }) => name).sort());
  });

  test('is one database a stage', async () => {
    const names = async (stage: string) =>
      (await packaged(stage)).ofType('AWS::Glue::Database').map(([, { DatabaseInput }]) => DatabaseInput);
    expect(await names('prod')).toMatchObject([{ Name: 'headrace_prod' }]);
    expect(await names('dev')).toMatchObject([{ Name: 'headrace_dev' }]);
  });
});

describe('the crawler', () => {
  test('runs when it is started only, and makes one table of raw/, however much the events differ', () => {
    const crawler = prod.resources.RawCrawler?.Properties ?? {};
    expect(crawler.Schedule).toBeUndefined();
    expect(crawler).toMatchObject({ Name: 'headrace-prod-raw', TablePrefix: 'discovered_' });
    expect(JSON.parse(String(crawler.Configuration))).toMatchObject({
      Version: 1,
      Grouping: { TableGroupingPolicy: 'CombineCompatibleSchemas', TableLevelConfiguration: 2 },
    });
  });
});

describe('the workgroup', () => {
  test('binds every client to its own results, encryption and cutoff', () => {
    expect(prod.resources.QueryWorkGroup?.Properties).toMatchObject({
      Name: 'headrace-prod',
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 2 ** 40,
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
      },
    });
  });
});
