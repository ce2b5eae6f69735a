import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { namePattern, page } from '../../endpoint/listing.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import { type AthenaAction, type AthenaCore, parse } from '../core.ts';
import type { GlueTable } from '../glueShapes.ts';

const INVALID = 'InvalidRequestException';

/** Athena's own limit on a page. */
const PAGE = 50;

const paging = { MaxResults: z.int().min(1).max(PAGE).optional(), NextToken: z.string().optional() };
const inCatalog = { CatalogName: z.string().default('AwsDataCatalog') };
const inDatabase = z.object({ ...inCatalog, DatabaseName: z.string().min(1) });

/** Glue's error as Athena passes it on: PyAthena and R's drivers look for these words. */
const notFound = (): AwsError =>
  new AwsError(
    'MetadataException',
    `Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; Request ID: ${randomUUID()}; Proxy: null)`,
  );

const checkCatalog = (name: string): void => {
  if (name.toLowerCase() === 'awsdatacatalog') return;
  throw new AwsError(INVALID, `Data catalog ${name} was not found`);
};

const columns = (list: GlueTable['PartitionKeys']): JsonObject[] =>
  list.map(({ Name, Type, Comment }) => ({ Name, Type, ...(Comment === undefined ? {} : { Comment }) }));

/** What the catalog says of the storage stands among the table's own parameters. */
const parameters = ({ Parameters, StorageDescriptor: storage }: GlueTable): JsonObject => {
  const serde = Object.entries(storage.SerdeInfo.Parameters);
  const all: [string, string][] = [
    ...Object.entries(Parameters),
    ['inputformat', storage.InputFormat],
    ['location', storage.Location],
    ['outputformat', storage.OutputFormat],
    ...serde.map(([name, value]): [string, string] => [`serde.param.${name}`, value]),
    ['serde.serialization.lib', storage.SerdeInfo.SerializationLibrary],
  ];
  return Object.fromEntries(all.filter(([, value]) => value !== ''));
};

const describe = (table: GlueTable): JsonObject => ({
  Name: table.Name,
  CreateTime: table.CreateTime ?? 0,
  LastAccessTime: table.UpdateTime ?? table.CreateTime ?? 0,
  TableType: table.TableType,
  Columns: columns(table.StorageDescriptor.Columns),
  PartitionKeys: columns(table.PartitionKeys),
  Parameters: parameters(table),
});

interface Database {
  Name: string;
  Description?: string | undefined;
}

const shownDatabase = ({ Name, Description }: Database): JsonObject => ({
  Name,
  ...(Description ? { Description } : {}),
});

const requireDatabase = async (core: AthenaCore, name: string): Promise<Database> => {
  const wanted = name.toLowerCase();
  const found = (await core.catalog.databases()).find(({ Name }) => Name === wanted);
  if (!found) throw notFound();
  return found;
};

/** What BI tools ask before they query. */
export const metadataActions: Record<string, AthenaAction> = {
  ListDataCatalogs: () => ({ DataCatalogsSummary: [{ CatalogName: 'AwsDataCatalog', Type: 'GLUE' }] }),
  GetDataCatalog: (_core, raw) => {
    checkCatalog(parse(z.object({ Name: z.string().default('AwsDataCatalog') }), raw).Name);
    return { DataCatalog: { Name: 'AwsDataCatalog', Type: 'GLUE', Parameters: {} } };
  },
  ListDatabases: async (core, raw) => {
    const input = parse(z.object({ ...inCatalog, ...paging }), raw);
    checkCatalog(input.CatalogName);
    const { items, NextToken } = page(await core.catalog.databases(), input, PAGE, INVALID);
    return jsonObject({ DatabaseList: items.map(shownDatabase), NextToken });
  },
  GetDatabase: async (core, raw) => {
    const { CatalogName, DatabaseName } = parse(inDatabase, raw);
    checkCatalog(CatalogName);
    return { Database: shownDatabase(await requireDatabase(core, DatabaseName)) };
  },
  ListTableMetadata: async (core, raw) => {
    const input = parse(inDatabase.extend({ Expression: z.string().optional(), ...paging }), raw);
    checkCatalog(input.CatalogName);
    await requireDatabase(core, input.DatabaseName);
    const wanted = namePattern(input.Expression, INVALID);
    const tables = (await core.catalog.tables(input.DatabaseName)).filter(({ Name }) => wanted.test(Name));
    const { items, NextToken } = page(tables, input, PAGE, INVALID);
    return jsonObject({ TableMetadataList: items.map(describe), NextToken });
  },
  GetTableMetadata: async (core, raw) => {
    const input = parse(inDatabase.extend({ TableName: z.string().min(1) }), raw);
    checkCatalog(input.CatalogName);
    const table = await core.catalog.table(input.DatabaseName, input.TableName);
    if (!table) throw notFound();
    return { TableMetadata: describe(table) };
  },
};
