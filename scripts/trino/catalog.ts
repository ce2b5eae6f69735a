import {
  type GlueClient,
  type Partition,
  paginateGetPartitions,
  paginateGetTables,
  type Table,
} from '@aws-sdk/client-glue';
import { hiveType, quoted, typeText } from 'headrace-trino';
import { z } from 'zod';
import type { Trino } from './server.ts';

/** Reads all of a page after page. */
const all = async <Page, Item>(
  pages: AsyncIterable<Page>,
  of: (page: Page) => Item[] | undefined,
): Promise<Item[]> => {
  const found: Item[] = [];
  for await (const page of pages) found.push(...(of(page) ?? []));
  return found;
};

const tablesOf = (client: GlueClient, DatabaseName: string): Promise<Table[]> =>
  all(paginateGetTables({ client }, { DatabaseName }), (page) => page.TableList);

const localUri = (uri: string): string => uri.replace(/^s3:\/\//, 'local:///');

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const formatOf = (library: string): string => {
  if (/ParquetHiveSerDe/.test(library)) return 'PARQUET';
  if (/openx.*JsonSerDe/.test(library)) return 'OPENX_JSON';
  if (/JsonSerDe/.test(library)) return 'JSON';
  if (/LazySimpleSerDe/.test(library)) return 'TEXTFILE';
  throw new Error(`check:trino does not know the SerDe ${library}`);
};

const column = ({ Name = '', Type = 'string' }): string => `${quoted(Name)} ${typeText(hiveType(Type))}`;

/** What a table of text says of its lines. */
const textProperties = (serde: Readonly<Record<string, string>> = {}): string[] => {
  const { 'field.delim': delimiter, 'serialization.null.format': nullFormat } = serde;
  return [
    ...(delimiter === undefined ? [] : [`textfile_field_separator = ${text(delimiter)}`]),
    ...(nullFormat === undefined ? [] : [`null_format = ${text(nullFormat)}`]),
  ];
};

const createTable = (database: string, table: Table): string => {
  const storage = table.StorageDescriptor;
  const keys = table.PartitionKeys ?? [];
  const properties = [
    `format = '${formatOf(storage?.SerdeInfo?.SerializationLibrary ?? '')}'`,
    ...textProperties(storage?.SerdeInfo?.Parameters),
    `external_location = ${text(localUri(storage?.Location ?? ''))}`,
    ...(keys.length > 0
      ? [`partitioned_by = ARRAY[${keys.map(({ Name = '' }) => text(Name)).join(', ')}]`]
      : []),
  ];
  const columns = [...(storage?.Columns ?? []), ...keys].map(column).join(', ');
  return `CREATE TABLE ${quoted(database)}.${quoted(table.Name ?? '')} (${columns}) WITH (${properties.join(', ')})`;
};

interface Place {
  values: string[];
  location: string;
}

/** Projected partitions are in no catalog: they are the folders that hold files. */
const projected = (table: Table, uris: readonly string[]): Place[] => {
  const template = (table.Parameters?.['storage.location.template'] ?? '').replace(/\/$/, '');
  const pattern = template
    .split(/(\$\{[^}]+\})/)
    .map((part) => {
      const key = /^\$\{(.+)\}$/.exec(part)?.[1];
      return key ? `(?<${key}>[^/]+)` : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  const folder = new RegExp(`^${pattern}/`);
  const found = new Map<string, Place>();
  for (const uri of uris) {
    const match = folder.exec(uri);
    const values = (table.PartitionKeys ?? []).map(({ Name = '' }) => match?.groups?.[Name] ?? '');
    if (match) found.set(match[0], { values, location: match[0] });
  }
  return [...found.values()];
};

const partitionsOf = async (
  client: GlueClient,
  DatabaseName: string,
  table: Table,
  uris: readonly string[],
): Promise<Place[]> => {
  if ((table.PartitionKeys ?? []).length === 0) return [];
  if (table.Parameters?.['projection.enabled'] === 'true') return projected(table, uris);
  const listed = await all(
    paginateGetPartitions({ client }, { DatabaseName, TableName: table.Name ?? '' }),
    (page) => page.Partitions,
  );
  return listed.map(({ Values = [], StorageDescriptor }: Partition) => ({
    values: Values,
    location: StorageDescriptor?.Location ?? '',
  }));
};

const view = z.object({ originalSql: z.string(), schema: z.string().optional() });

/** A view's statement, as Athena keeps it. */
export const viewOf = (table: Table): z.infer<typeof view> | undefined => {
  const [, encoded] = /^\/\* Presto View: (\S+) \*\/$/.exec(table.ViewOriginalText ?? '') ?? [];
  return encoded === undefined
    ? undefined
    : view.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
};

const withoutFiles = (location: string, uris: readonly string[]): boolean =>
  !uris.some((uri) => uri.startsWith(location));

const addTable = async (
  trino: Trino,
  client: GlueClient,
  database: string,
  table: Table,
  uris: readonly string[],
): Promise<void> => {
  await trino.query(createTable(database, table));
  const keys = (table.PartitionKeys ?? []).map(({ Name = '' }) => text(Name)).join(', ');
  for (const { values, location } of await partitionsOf(client, database, table, uris)) {
    if (withoutFiles(location, uris)) continue;
    const list = values.map(text).join(', ');
    await trino.query(
      `CALL system.register_partition(${text(database)}, ${text(table.Name ?? '')}, ARRAY[${keys}], ARRAY[${list}], ${text(localUri(location))})`,
    );
  }
};

/** Views that name other views come after them: tried until none is left, or none gets any further. */
const addViews = async (trino: Trino, database: string, tables: readonly Table[]): Promise<void> => {
  let left = tables.flatMap((table) => {
    const found = viewOf(table);
    return found ? [{ name: table.Name ?? '', ...found }] : [];
  });
  while (left.length > 0) {
    const failed: typeof left = [];
    let why: unknown;
    for (const each of left) {
      const sql = `CREATE VIEW ${quoted(database)}.${quoted(each.name)} AS ${each.originalSql}`;
      await trino.query(sql, each.schema ?? database).catch((cause: unknown) => {
        why = cause;
        failed.push(each);
      });
    }
    if (failed.length === left.length) throw why;
    left = failed;
  }
};

/** Brings a database of Glue into Trino: tables with their partitions, views. `uris`: of all objects. */
export const copyDatabase = async (
  trino: Trino,
  client: GlueClient,
  database: string,
  uris: readonly string[],
): Promise<Table[]> => {
  await trino.query(`CREATE SCHEMA ${quoted(database)}`);
  const tables = await tablesOf(client, database);
  for (const table of tables)
    if (viewOf(table) === undefined) await addTable(trino, client, database, table, uris);
  await addViews(trino, database, tables);
  return tables;
};
