import type { Translated } from 'headrace-trino';
import {
  commonType,
  duckType,
  nameOf,
  nameParts,
  notSupported,
  positionOf,
  sourceText,
  type T,
  TrinoError,
  toHiveType,
  typeText,
} from 'headrace-trino';
import type { JsonObject } from '../contracts.ts';
import { definitionOf, viewOf } from './definitions.ts';
import { QueryError } from './failure.ts';
import type { GlueTable } from './glueShapes.ts';
import { asFolder, parseS3, type S3Place } from './location.ts';
import { prepareQuery } from './select.ts';
import type { Outcome, Session } from './session.ts';
import { formatOf } from './tableFormat.ts';
import { storageOf } from './tableStorage.ts';
import { placeOf } from './tables.ts';
import { type Properties, propertyValue, writeOptions } from './unload.ts';
import { type WriteFormat, type WriteOptions, type Written, writeQuery } from './writer.ts';

/** Athena's limit on one statement: further partitions take further INSERT INTO. */
const MAX_PARTITIONS = 100;

const propertiesOf = (node: InstanceType<typeof T.PropertiesContext> | null): Properties =>
  new Map(
    node
      ?.propertyAssignments()
      .property()
      .map((property) => [
        nameOf(property.identifier()).toLowerCase(),
        propertyValue(sourceText(property.propertyValue())),
      ]) ?? [],
  );

/** Registers the partitions that were written and are not in the catalog yet. */
const addPartitions = async (
  table: GlueTable,
  root: string,
  files: readonly Written[],
  session: Session,
): Promise<void> => {
  const keys = table.PartitionKeys.map((key) => key.Name);
  if (keys.length === 0) return;
  const known = new Set(
    (await session.catalog.partitions(table.DatabaseName, table.Name)).map((p) => p.Values.join('\u0000')),
  );
  const fresh = new Map(
    files.filter((f) => !known.has(f.partition.join('\u0000'))).map((f) => [f.partition.join('\u0000'), f]),
  );
  for (const { partition } of fresh.values()) {
    const folder = partition.map((value, i) => `${keys[i]}=${encodeURIComponent(value)}`).join('/');
    const { StorageDescriptor } = table;
    await session.catalog.call('CreatePartition', {
      DatabaseName: table.DatabaseName,
      TableName: table.Name,
      PartitionInput: {
        Values: [...partition],
        StorageDescriptor: plain({ ...StorageDescriptor, Location: `${root}${folder}/` }),
      },
    });
  }
};

/** As JSON on the wire: without fields that are undefined. */
const plain = (value: object) => JSON.parse(JSON.stringify(value));

type CreateTableAs = InstanceType<typeof T.CreateTableAsSelectContext>;

/** The empty place the new table's files go to. Throws HIVE_PATH_ALREADY_EXISTS. */
const emptyRoot = (
  external: string | readonly string[] | undefined,
  table: string,
  session: Session,
): S3Place => {
  const { bucket, key } = session.output;
  const own = { bucket, key: `${key}tables/${session.id}/` };
  const root = typeof external === 'string' ? asFolder(parseS3(external)) : own;
  if (session.objects.list(root.bucket, root.key).length === 0) return root;
  const where = `Target directory for table '${table}' already exists: s3://${root.bucket}/${root.key}`;
  throw new QueryError('HIVE_PATH_ALREADY_EXISTS', where);
};

const rowsFor = async (node: CreateTableAs, session: Session): Promise<Translated> => {
  const query = node.rootQuery();
  if (!query) throw notSupported('this CREATE TABLE AS', positionOf(node));
  const translated = await prepareQuery(query.query(), session);
  const unnamed = translated.columns.findIndex((column) => /^_col\d+$/.test(column.name));
  if (unnamed >= 0) {
    throw new TrinoError(
      'SYNTAX_ERROR',
      `Column name not specified at position ${unnamed + 1}`,
      positionOf(node),
    );
  }
  if (!node.KW_NO()) return translated;
  return { ...translated, sql: `SELECT * FROM (${translated.sql}) AS e WHERE FALSE` };
};

const tableInput = (
  Name: string,
  { columns }: Translated,
  options: WriteOptions,
  Location: string,
): JsonObject => {
  const all = columns.map(({ name, type }) => ({ Name: name.toLowerCase(), Type: toHiveType(type) }));
  const split = all.length - options.partitionedBy.length;
  return {
    Name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', has_encrypted_data: 'false' },
    PartitionKeys: all.slice(split),
    StorageDescriptor: plain({
      ...storageOf(options.format, options.text?.separators[0]),
      Columns: all.slice(0, split),
      Location,
    }),
  };
};

/** What CTAS may ask for: a table of Hive's kind, which `table_type = 'HIVE'` says as nothing does. */
const checkProperties = (properties: Properties, node: CreateTableAs): void => {
  const type = properties.get('table_type');
  if (type !== undefined && String(type).toUpperCase() !== 'HIVE')
    throw notSupported(`a table of the type ${String(type).toUpperCase()}`, positionOf(node));
  if (String(properties.get('is_external') ?? 'true').toLowerCase() !== 'true')
    throw notSupported('a table that is not external', positionOf(node));
  if (properties.has('bucketed_by')) throw notSupported('a bucketed table', positionOf(node));
};

/** CREATE TABLE … AS SELECT: writes the files, then the table, then its partitions. */
export const createTableAs = async (node: CreateTableAs, session: Session): Promise<Outcome> => {
  const parts = nameParts(node.tableNameCreate()).map((part) => part.toLowerCase());
  const place = placeOf(parts, session.database);
  const full = `${place.database}.${place.name}`;
  if (await session.catalog.table(place.database, place.name)) {
    if (node.KW_EXISTS()) return { columns: [], rows: [], tabular: false, updateCount: 0 };
    throw new QueryError('ALREADY_EXISTS', `Table '${full}' already exists`);
  }
  const properties = propertiesOf(node.properties());
  checkProperties(properties, node);
  const options = { ...writeOptions(properties, 'PARQUET'), maxPartitions: MAX_PARTITIONS };
  const root = emptyRoot(properties.get('external_location'), full, session);
  const translated = await rowsFor(node, session);
  const { files, rows } = await writeQuery(translated, options, root, session);
  const uri = `s3://${root.bucket}/${root.key}`;
  const TableInput = tableInput(place.name, translated, options, uri);
  await session.catalog.call('CreateTable', { DatabaseName: place.database, TableInput });
  const table = await session.catalog.table(place.database, place.name);
  if (table) await addPartitions({ ...table, DatabaseName: place.database }, uri, files, session);
  return { columns: [], rows: [], tabular: false, updateCount: rows, files: files.map((file) => file.uri) };
};

/** The query's columns as the table's, in the table's order, as the table's types. */
const shaped = (
  translated: Translated,
  table: GlueTable,
  named: readonly string[] | undefined,
  at: Parameters<typeof positionOf>[0],
): Translated => {
  const wanted = definitionOf(table).columns;
  const targets = named ?? wanted.map((column) => column.name);
  if (targets.length !== translated.columns.length) {
    const counts = `Insert query has mismatched column types: Table has ${targets.length} columns, query has ${translated.columns.length}`;
    throw new TrinoError('TYPE_MISMATCH', counts, positionOf(at));
  }
  const items = wanted.map((column, i) => {
    const source = targets.indexOf(column.name);
    const from = translated.columns[source];
    const duck = duckType(column.type);
    if (!from) return `CAST(NULL AS ${duck}) AS c${i}`;
    const common = commonType(from.type, column.type);
    if (!common || common.name !== column.type.name) {
      throw new TrinoError(
        'TYPE_MISMATCH',
        `Insert query has mismatched column types: Table: [${typeText(column.type)}], Query: [${typeText(from.type)}]`,
        positionOf(at),
      );
    }
    return `CAST(c${source} AS ${duck}) AS c${i}`;
  });
  const columns = wanted.map(({ name, type }) => ({ name, type, needs: [] }));
  return { ...translated, columns, sql: `SELECT ${items.join(', ')} FROM (${translated.sql}) AS s` };
};

const writtenAs: Record<string, WriteFormat> = { parquet: 'PARQUET', json: 'JSON', text: 'TEXTFILE' };

/** INSERT INTO: adds files, and the partitions that are new. */
export const insertInto = async (
  node: InstanceType<typeof T.InsertIntoContext>,
  session: Session,
): Promise<Outcome> => {
  const place = placeOf(
    nameParts(node.tableRef()).map((part) => part.toLowerCase()),
    session.database,
  );
  const found = await session.catalog.table(place.database, place.name);
  if (!found)
    throw new TrinoError(
      'TABLE_NOT_FOUND',
      `Table 'awsdatacatalog.${place.database}.${place.name}' does not exist`,
      positionOf(node),
    );
  if (viewOf(found)) throw new QueryError('NOT_SUPPORTED', 'Inserting into views is not supported');
  const table = { ...found, DatabaseName: place.database };
  const named = node
    .columnList()
    ?.columnRef()
    .map((column) => column.getText().toLowerCase());
  const translated = shaped(await prepareQuery(node.rootQuery().query(), session), table, named, node);
  const format = formatOf(table);
  if (format.kind === 'text' && format.serde.kind === 'csv')
    throw notSupported('INSERT INTO a table of OpenCSVSerde', positionOf(node));
  const { bucket, key } = asFolder(parseS3(table.StorageDescriptor.Location));
  const options = {
    format: writtenAs[format.kind] ?? 'PARQUET',
    compression: table.Parameters['write.compression'] ?? table.Parameters['parquet.compression'],
    partitionedBy: table.PartitionKeys.map((column) => column.Name),
    text: format.kind === 'text' && format.serde.kind === 'lazy' ? format.serde : undefined,
    maxPartitions: MAX_PARTITIONS,
  };
  const { files, rows } = await writeQuery(translated, options, { bucket, key }, session);
  await addPartitions(table, `s3://${bucket}/${key}`, files, session);
  return { columns: [], rows: [], tabular: false, updateCount: rows, files: files.map((file) => file.uri) };
};
