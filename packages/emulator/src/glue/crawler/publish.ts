import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ACCOUNT_ID } from '../../account.ts';
import type { JsonObject } from '../../contracts.ts';
import type { Permit } from '../../iam/types.ts';
import { glueTable } from '../permissions.ts';
import type { Catalog } from '../store.ts';
import type { CrawlerDefinition } from './definition.ts';
import { type Column, columnsOf, type Shape } from './inference.ts';
import type { Folder, TableLayout } from './layout.ts';

/** What a crawl found in the folders of one table. */
export interface Found {
  /** of all folders together */
  shape: Shape;
  folders: { folder: Folder; shape: Shape }[];
  lines: number;
  sampledBytes: number;
}

/** The crawler's own table for a place: a name, and what stands there. */
interface OwnTable {
  name: string;
  current: JsonObject | undefined;
  /** values of its partitions, as JSON */
  knownPartitions: Set<string>;
}

interface Place {
  database: string;
  bucket: string;
  location: string;
  layout: TableLayout;
  own: OwnTable;
  found: Found;
}

const columnList = z.array(z.object({ Name: z.string(), Type: z.string() }));

const tableBody = z.object({
  StorageDescriptor: z.object({ Columns: columnList, Location: z.string() }),
  Parameters: z.record(z.string(), z.string()),
});

/**
 * `<prefix><folder>`. When a table of that name is not this crawler's, the name gets a suffix made from the
 * location, as in AWS: a crawler never touches what it did not make.
 */
export const findOwnTable = (
  catalog: Catalog,
  definition: CrawlerDefinition,
  database: string,
  folder: string,
  location: string,
): OwnTable => {
  const plain = `${definition.TablePrefix}${folder}`.toLowerCase().replace(/[^a-z0-9_]/g, '_');
  const suffix = createHash('md5').update(location).digest('hex');
  const isOurs = (name: string): boolean => {
    const table = catalog.table(database, name);
    if (table === undefined) return true;
    const parsed = tableBody.safeParse(table);
    return (
      parsed.success &&
      parsed.data.Parameters.UPDATED_BY_CRAWLER === definition.Name &&
      parsed.data.StorageDescriptor.Location === location
    );
  };
  const name = isOurs(plain) ? plain : `${plain}_${suffix}`;
  const partitions = catalog.partitions(database, name).map((partition) => JSON.stringify(partition.Values));
  return { name, current: catalog.table(database, name), knownPartitions: new Set(partitions) };
};

interface Ports {
  catalog: Catalog;
  nowMs: number;
  permit: Permit | undefined;
}

/** Writes the table and its partitions, all at once. A table whose schema did not change gets no new version. */
export const publishTable = (
  ports: Ports,
  definition: CrawlerDefinition,
  place: Place,
): 'created' | 'updated' | 'unchanged' => {
  const columns = tableColumns(definition, place);
  const body = tableOf(ports.nowMs, definition, place, columns);
  return ports.catalog.atomic(() => {
    const outcome = putIfChanged(ports, place, body);
    writePartitions(ports, definition, place, columns);
    return outcome;
  });
};

/** A field named as a partition key cannot be a column too: the folder's value is what queries see. */
const ownColumns = (shape: Shape, keys: readonly string[]): Column[] =>
  columnsOf(shape).filter((column) => !keys.includes(column.Name));

/**
 * The columns the table shall have. LOG leaves a table as it is; MergeNewColumns adds columns and leaves the
 * types of those it has, so a struct in it does not grow either; without both the table becomes what was found.
 */
const tableColumns = (definition: CrawlerDefinition, { own, found, layout }: Place): Column[] => {
  const inferred = ownColumns(found.shape, layout.keys);
  if (own.current === undefined) return inferred;
  const before = tableBody.parse(own.current).StorageDescriptor.Columns;
  if (definition.SchemaChangePolicy.UpdateBehavior === 'LOG') return before;
  if (definition.Configuration.CrawlerOutput?.Tables?.AddOrUpdateBehavior !== 'MergeNewColumns')
    return inferred;
  const names = new Set(before.map((column) => column.Name));
  return [...before, ...inferred.filter((column) => !names.has(column.Name))];
};

const storageOf = (location: string, columns: readonly Column[], parameters: Record<string, string>) => ({
  Columns: columns.map((column) => ({ ...column })),
  Location: location,
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
  Compressed: parameters.compressionType !== 'none',
  NumberOfBuckets: -1,
  SerdeInfo: {
    SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
    Parameters: {
      paths: columns
        .map((column) => column.Name)
        .sort()
        .join(','),
    },
  },
  BucketColumns: [],
  SortColumns: [],
  Parameters: parameters,
  StoredAsSubDirectories: false,
});

const parametersOf = (
  definition: CrawlerDefinition,
  folders: readonly Folder[],
  found: Found,
): Record<string, string> => {
  const objects = folders.flatMap((folder) => folder.objects);
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
  const gzipped = objects.some((object) => object.key.endsWith('.gz'));
  const size = Math.max(1, Math.round(found.sampledBytes / Math.max(1, found.lines)));
  return {
    CrawlerSchemaDeserializerVersion: '1.0',
    CrawlerSchemaSerializerVersion: '1.0',
    UPDATED_BY_CRAWLER: definition.Name,
    averageRecordSize: String(size),
    classification: 'json',
    compressionType: gzipped ? 'gzip' : 'none',
    objectCount: String(objects.length),
    recordCount: String(found.lines),
    sizeKey: String(bytes),
    typeOfData: 'file',
  };
};

const tableOf = (
  nowMs: number,
  definition: CrawlerDefinition,
  { database, location, layout, own, found }: Place,
  columns: readonly Column[],
): JsonObject => {
  const Parameters = parametersOf(definition, layout.partitions, found);
  return {
    Name: own.name,
    DatabaseName: database,
    Owner: 'owner',
    CreateTime: own.current?.CreateTime ?? nowMs / 1000,
    UpdateTime: nowMs / 1000,
    LastAccessTime: nowMs / 1000,
    Retention: 0,
    StorageDescriptor: storageOf(location, columns, Parameters),
    PartitionKeys: layout.keys.map((Name) => ({ Name, Type: 'string' })),
    TableType: 'EXTERNAL_TABLE',
    Parameters,
    CreatedBy: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/emulator/crawler`,
    IsRegisteredWithLakeFormation: false,
    CatalogId: ACCOUNT_ID,
  };
};

const schemaOf = (table: JsonObject): string => {
  const { Columns, Location } = tableBody.parse(table).StorageDescriptor;
  const pairs = Columns.map((column) => [column.Name, column.Type]);
  return JSON.stringify([pairs, table.PartitionKeys, Location]);
};

const putIfChanged = (
  { catalog, permit }: Ports,
  { database, own }: Place,
  body: JsonObject,
): 'created' | 'updated' | 'unchanged' => {
  if (own.current !== undefined && schemaOf(own.current) === schemaOf(body)) return 'unchanged';
  permit?.(...glueTable(own.current === undefined ? 'CreateTable' : 'UpdateTable', database, own.name));
  catalog.putTable(database, own.name, body, true);
  return own.current === undefined ? 'created' : 'updated';
};

const writePartitions = (
  { catalog, nowMs, permit }: Ports,
  definition: CrawlerDefinition,
  { database, bucket, layout, own, found }: Place,
  columns: readonly Column[],
): void => {
  if (layout.keys.length === 0) return;
  const inherits =
    definition.Configuration.CrawlerOutput?.Partitions?.AddOrUpdateBehavior === 'InheritFromTable';
  for (const { folder, shape } of found.folders) {
    const schema = inherits ? columns : ownColumns(shape, layout.keys);
    const Parameters = parametersOf(definition, [folder], found);
    const before = catalog.partition(database, own.name, folder.values);
    if (before !== undefined && definition.SchemaChangePolicy.UpdateBehavior === 'LOG') continue;
    permit?.(
      ...glueTable(before === undefined ? 'BatchCreatePartition' : 'UpdatePartition', database, own.name),
    );
    catalog.putPartition(database, own.name, folder.values, {
      Values: folder.values,
      DatabaseName: database,
      TableName: own.name,
      CreationTime: before?.CreationTime ?? nowMs / 1000,
      LastAccessTime: nowMs / 1000,
      StorageDescriptor: storageOf(`s3://${bucket}/${folder.prefix}`, schema, Parameters),
      Parameters,
      CatalogId: ACCOUNT_ID,
    });
  }
  if (definition.SchemaChangePolicy.DeleteBehavior !== 'DELETE_FROM_DATABASE') return;
  const present = new Set(layout.partitions.map((folder) => JSON.stringify(folder.values)));
  for (const known of own.knownPartitions) {
    if (present.has(known)) continue;
    catalog.deletePartition(database, own.name, z.array(z.string()).parse(JSON.parse(known)));
  }
};
