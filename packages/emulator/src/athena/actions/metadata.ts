import { toHiveType } from 'headrace-trino';
import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { type AthenaAction, parse } from '../core.ts';
import { definitionOf } from '../definitions.ts';
import type { GlueTable } from '../glueShapes.ts';

const inDatabase = z.object({ DatabaseName: z.string(), Expression: z.string().optional() });

const column = (table: GlueTable, partition: boolean): JsonObject[] =>
  definitionOf(table)
    .columns.filter((c) => (c.partition ?? false) === partition)
    .map((c) => ({ Name: c.name, Type: toHiveType(c.type) }));

const describe = (table: GlueTable): JsonObject => ({
  Name: table.Name,
  CreateTime: table.CreateTime ?? 0,
  LastAccessTime: table.UpdateTime ?? table.CreateTime ?? 0,
  TableType: table.TableType,
  Columns: column(table, false),
  PartitionKeys: column(table, true),
  Parameters: { ...table.Parameters, location: table.StorageDescriptor.Location },
});

/** What BI tools ask before they query. */
export const metadataActions: Record<string, AthenaAction> = {
  ListDataCatalogs: () => ({ DataCatalogsSummary: [{ CatalogName: 'AwsDataCatalog', Type: 'GLUE' }] }),
  GetDataCatalog: () => ({ DataCatalog: { Name: 'AwsDataCatalog', Type: 'GLUE', Parameters: {} } }),
  ListDatabases: async (core) => ({
    DatabaseList: (await core.catalog.databases()).map(({ Name, Description }) => ({
      Name,
      ...(Description ? { Description } : {}),
    })),
  }),
  GetDatabase: async (core, raw) => {
    const { DatabaseName } = parse(inDatabase, raw);
    const found = (await core.catalog.databases()).find(({ Name }) => Name === DatabaseName);
    if (!found) throw new AwsError('MetadataException', `Database ${DatabaseName} not found`);
    return { Database: { Name: found.Name } };
  },
  ListTableMetadata: async (core, raw) => {
    const { DatabaseName, Expression } = parse(inDatabase, raw);
    const tables = await core.catalog.tables(DatabaseName);
    const wanted = Expression ? new RegExp(`^(?:${Expression})$`) : /./;
    return { TableMetadataList: tables.filter(({ Name }) => wanted.test(Name)).map(describe) };
  },
  GetTableMetadata: async (core, raw) => {
    const { DatabaseName, TableName } = parse(
      z.object({ DatabaseName: z.string(), TableName: z.string() }),
      raw,
    );
    const table = await core.catalog.table(DatabaseName, TableName);
    if (!table) throw new AwsError('MetadataException', `Table ${DatabaseName}.${TableName} not found`);
    return { TableMetadata: describe(table) };
  },
};
