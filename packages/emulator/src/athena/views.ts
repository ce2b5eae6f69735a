import {
  nameParts,
  sourceText,
  type T,
  TrinoError,
  toHiveType,
  translateStatement,
  typeText,
} from 'headrace-trino';
import { viewOf } from './definitions.ts';
import { QueryError } from './failure.ts';
import { NOTHING, type Outcome, type Session } from './session.ts';
import { CATALOG, placeOf, TableSnapshot } from './tables.ts';

/** CREATE [OR REPLACE] VIEW: the statement goes into Glue the way Athena keeps it, so other readers find it too. */
export const createView = async (
  node: InstanceType<typeof T.CreateViewContext>,
  session: Session,
): Promise<Outcome> => {
  const place = placeOf(
    nameParts(node.viewNameCreate()).map((part) => part.toLowerCase()),
    session.database,
  );
  const query = node.rootQuery();
  const tables = new TableSnapshot(session.catalog);
  await tables.load(query, session.database);
  const { columns } = translateStatement(query.query(), {
    table: tables.resolve,
    database: session.database,
    catalog: CATALOG,
    now: session.now,
  });
  const existing = await session.catalog.table(place.database, place.name);
  if (existing && !viewOf(existing))
    throw new QueryError('ALREADY_EXISTS', `Table '${place.database}.${place.name}' already exists`);
  if (existing && !node.KW_REPLACE())
    throw new QueryError('ALREADY_EXISTS', `View already exists: '${place.database}.${place.name}'`);
  const stored = {
    originalSql: sourceText(query),
    catalog: 'awsdatacatalog',
    schema: session.database,
    columns: columns.map(({ name, type }) => ({ name: name.toLowerCase(), type: typeText(type) })),
  };
  const TableInput = {
    Name: place.name,
    TableType: 'VIRTUAL_VIEW',
    ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(stored)).toString('base64')} */`,
    ViewExpandedText: '/* Presto View */',
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    PartitionKeys: [],
    StorageDescriptor: {
      Columns: columns.map(({ name, type }) => ({ Name: name.toLowerCase(), Type: toHiveType(type) })),
      Location: '',
      SerdeInfo: {},
    },
  };
  await session.catalog.call(existing ? 'UpdateTable' : 'CreateTable', {
    DatabaseName: place.database,
    TableInput,
  });
  return NOTHING;
};

const drop = async (
  parts: readonly string[],
  ifExists: boolean,
  wantView: boolean,
  session: Session,
): Promise<Outcome> => {
  const place = placeOf(
    parts.map((part) => part.toLowerCase()),
    session.database,
  );
  const table = await session.catalog.table(place.database, place.name);
  const isView = table !== undefined && viewOf(table) !== undefined;
  if (!table || (wantView && !isView)) {
    if (ifExists && !table) return NOTHING;
    throw new TrinoError(
      'TABLE_NOT_FOUND',
      `${wantView ? 'View' : 'Table'} '${place.database}.${place.name}' does not exist`,
    );
  }
  await session.catalog.call('DeleteTable', { DatabaseName: place.database, Name: place.name });
  return NOTHING;
};

export const dropView = (node: InstanceType<typeof T.DropViewContext>, session: Session): Promise<Outcome> =>
  drop(nameParts(node.viewRef()), node.KW_EXISTS() !== null, true, session);

/** DROP TABLE forgets the table; the files of an external table stay. */
export const dropTable = (parts: readonly string[], ifExists: boolean, session: Session): Promise<Outcome> =>
  drop(parts, ifExists, false, session);
