import { TrinoError } from 'headrace-trino';
import { columnsOf } from './createExternal.ts';
import { QueryError } from './failure.ts';
import type { GlueTable } from './glueShapes.ts';
import { bracketed, keyValues, NAME, partitionSpec, placeIn, unquoted } from './hiveNames.ts';
import { asFolder, parseS3 } from './location.ts';
import { NOTHING, type Outcome, type Session } from './session.ts';

type Run = (session: Session) => Promise<Outcome>;

/** As JSON on the wire: without fields that are undefined. */
const plain = (value: object) => JSON.parse(JSON.stringify(value));

const tableOf = async (written: string, session: Session): Promise<GlueTable> => {
  const place = placeIn(written, session);
  const table = await session.catalog.table(place.database, place.name);
  if (!table)
    throw new TrinoError('TABLE_NOT_FOUND', `Table '${place.database}.${place.name}' does not exist`);
  return { ...table, DatabaseName: place.database };
};

const valuesOf = (table: GlueTable, spec: Readonly<Record<string, string>>): string[] =>
  table.PartitionKeys.map(({ Name }) => {
    const value = spec[Name.toLowerCase()];
    if (value === undefined)
      throw new QueryError('FAILED', `SemanticException Partition spec lacks the column ${Name}`);
    return value;
  });

const hivePath = (table: GlueTable, values: readonly string[]): string =>
  `${table.StorageDescriptor.Location.replace(/\/$/, '')}/${table.PartitionKeys.map((key, i) => `${key.Name}=${encodeURIComponent(values[i] ?? '')}`).join('/')}/`;

const addPartition = async (
  table: GlueTable,
  values: readonly string[],
  Location: string,
  session: Session,
): Promise<void> => {
  await session.catalog.call('CreatePartition', {
    DatabaseName: table.DatabaseName,
    TableName: table.Name,
    PartitionInput: {
      Values: [...values],
      StorageDescriptor: plain({ ...table.StorageDescriptor, Location }),
    },
  });
};

const knownPartitions = async (table: GlueTable, session: Session): Promise<Set<string>> =>
  new Set(
    (await session.catalog.partitions(table.DatabaseName, table.Name)).map((p) => p.Values.join('\u0000')),
  );

/** `PARTITION (…) [LOCATION '…'] PARTITION (…) …` */
const specs = (text: string): { spec: Record<string, string>; location?: string }[] => {
  const found: { spec: Record<string, string>; location?: string }[] = [];
  let rest = text.trim();
  while (rest) {
    const word = /^,?\s*PARTITION\s*\(/i.exec(rest);
    if (!word)
      throw new TrinoError(
        'SYNTAX_ERROR',
        `mismatched input '${rest.split(/\s+/)[0]}'. Expecting: PARTITION`,
        { line: 1, column: 1 },
      );
    const { inside, end } = bracketed(rest, word[0].length - 1);
    const location = /^\s*LOCATION\s+('(?:[^'])*'|"[^"]*")/i.exec(rest.slice(end));
    found.push({
      spec: partitionSpec(inside),
      ...(location ? { location: unquoted(location[1] ?? '') } : {}),
    });
    rest = rest.slice(end + (location?.[0].length ?? 0)).trim();
  }
  return found;
};

const add =
  (name: string, ifNotExists: boolean, text: string): Run =>
  async (session) => {
    const table = await tableOf(name, session);
    const known = await knownPartitions(table, session);
    for (const { spec, location } of specs(text)) {
      const values = valuesOf(table, spec);
      if (!known.has(values.join('\u0000')))
        await addPartition(table, values, location ?? hivePath(table, values), session);
      else if (!ifNotExists)
        throw new QueryError(
          'FAILED',
          `AlreadyExistsException(message:Partition already exists: [${values.join(', ')}])`,
        );
    }
    return NOTHING;
  };

const drop =
  (name: string, ifExists: boolean, text: string): Run =>
  async (session) => {
    const table = await tableOf(name, session);
    const known = await knownPartitions(table, session);
    for (const { spec } of specs(text)) {
      const values = valuesOf(table, spec);
      if (known.has(values.join('\u0000'))) {
        await session.catalog.call('DeletePartition', {
          DatabaseName: table.DatabaseName,
          TableName: table.Name,
          PartitionValues: values,
        });
      } else if (!ifExists)
        throw new QueryError('FAILED', `SemanticException Partition not found: [${values.join(', ')}]`);
    }
    return NOTHING;
  };

const setLocation =
  (name: string, spec: string | undefined, location: string): Run =>
  async (session) => {
    const table = await tableOf(name, session);
    const StorageDescriptor = plain({ ...table.StorageDescriptor, Location: location });
    const { DatabaseName, Name } = table;
    if (spec === undefined) return updateTable(table, session, { StorageDescriptor });
    const Values = valuesOf(table, partitionSpec(spec));
    await session.catalog.call('UpdatePartition', {
      DatabaseName,
      TableName: Name,
      PartitionValueList: Values,
      PartitionInput: { Values, StorageDescriptor },
    });
    return NOTHING;
  };

const updateTable = async (
  table: GlueTable,
  session: Session,
  change: Partial<Pick<GlueTable, 'Parameters' | 'StorageDescriptor'>>,
): Promise<Outcome> => {
  const { DatabaseName, Name, TableType, Parameters, PartitionKeys, StorageDescriptor, ViewOriginalText } =
    table;
  const kept = { Name, TableType, Parameters, PartitionKeys, StorageDescriptor, ViewOriginalText };
  await session.catalog.call('UpdateTable', { DatabaseName, TableInput: plain({ ...kept, ...change }) });
  return NOTHING;
};

const setProperties =
  (name: string, text: string): Run =>
  async (session) => {
    const table = await tableOf(name, session);
    return updateTable(table, session, { Parameters: { ...table.Parameters, ...keyValues(text) } });
  };

/** ADD COLUMNS puts them behind the others, REPLACE COLUMNS in place of them. The partitions keep the columns they have. */
const setColumns =
  (name: string, how: string, text: string): Run =>
  async (session) => {
    const table = await tableOf(name, session);
    const before = /^ADD$/i.test(how) ? table.StorageDescriptor.Columns : [];
    const columns = [...before, ...columnsOf(text)];
    const names = [...columns, ...table.PartitionKeys].map((column) => column.Name.toLowerCase());
    const twice = names.find((each, i) => names.indexOf(each) < i);
    if (twice) throw new QueryError('FAILED', `SemanticException Duplicate column name: ${twice}`);
    return updateTable(table, session, {
      StorageDescriptor: { ...table.StorageDescriptor, Columns: columns },
    });
  };

/** ALTER TABLE of the kinds that run; undefined for the others. */
export const readAlterTable = (sql: string): Run | undefined => {
  const added = new RegExp(
    `^ALTER\\s+TABLE\\s+${NAME}\\s+ADD\\s+(IF\\s+NOT\\s+EXISTS\\s+)?(PARTITION[\\s\\S]*)$`,
    'i',
  ).exec(sql);
  if (added) return add(added[1] ?? '', added[2] !== undefined, added[3] ?? '');
  const dropped = new RegExp(
    `^ALTER\\s+TABLE\\s+${NAME}\\s+DROP\\s+(IF\\s+EXISTS\\s+)?(PARTITION[\\s\\S]*)$`,
    'i',
  ).exec(sql);
  if (dropped) return drop(dropped[1] ?? '', dropped[2] !== undefined, dropped[3] ?? '');
  const moved = new RegExp(
    `^ALTER\\s+TABLE\\s+${NAME}\\s+(?:PARTITION\\s*\\(([^)]*)\\)\\s+)?SET\\s+LOCATION\\s+('[^']*'|"[^"]*")$`,
    'i',
  ).exec(sql);
  if (moved) return setLocation(moved[1] ?? '', moved[2], unquoted(moved[3] ?? ''));
  const properties = new RegExp(
    `^ALTER\\s+TABLE\\s+${NAME}\\s+SET\\s+TBLPROPERTIES\\s*\\(([\\s\\S]*)\\)$`,
    'i',
  ).exec(sql);
  if (properties) return setProperties(properties[1] ?? '', properties[2] ?? '');
  const columns = new RegExp(
    `^ALTER\\s+TABLE\\s+${NAME}\\s+(ADD|REPLACE)\\s+COLUMNS\\s*\\(([\\s\\S]*)\\)$`,
    'i',
  ).exec(sql);
  if (columns) return setColumns(columns[1] ?? '', columns[2] ?? '', columns[3] ?? '');
  return undefined;
};

/** MSCK REPAIR TABLE: adds the partitions whose Hive-style folders hold files and that the catalog lacks. */
export const repairTable =
  (name: string): Run =>
  async (session) => {
    const table = await tableOf(name, session);
    const root = asFolder(parseS3(table.StorageDescriptor.Location));
    const known = await knownPartitions(table, session);
    const folder = new RegExp(`^${table.PartitionKeys.map(({ Name }) => `${Name}=([^/]+)/`).join('')}`, 'i');
    const lines: string[] = [];
    for (const { key } of session.objects.list(root.bucket, root.key)) {
      const found = folder.exec(key.slice(root.key.length));
      if (!found || table.PartitionKeys.length === 0) continue;
      const values = found.slice(1).map(decodeURIComponent);
      if (known.has(values.join('\u0000'))) continue;
      known.add(values.join('\u0000'));
      await addPartition(table, values, `s3://${root.bucket}/${root.key}${found[0]}`, session);
      const spec = found[0].slice(0, -1);
      lines.push(`Repair: Added partition to metastore ${table.Name}:${spec}`);
    }
    return { columns: [], rows: lines.map((line) => [line]), tabular: false };
  };

export { tableOf };
