import { notSupported } from 'headrace-trino';
import { readAlterTable, repairTable } from './alterTable.ts';
import { readCreateExternal } from './createExternal.ts';
import { NAME, partsOf } from './hiveNames.ts';
import { NOTHING, type Outcome, type Session, type Statement } from './session.ts';
import { readShow } from './show.ts';
import { dropTable } from './views.ts';

type Run = (session: Session) => Promise<Outcome>;

const ddl = (kind: string, run: Run): Statement => ({ type: 'DDL', kind, run });

const createDatabase =
  (name: string, ifNotExists: boolean): Run =>
  async (session) => {
    if (ifNotExists && (await session.catalog.hasDatabase(name))) return NOTHING;
    await session.catalog.call('CreateDatabase', { DatabaseInput: { Name: name } });
    return NOTHING;
  };

const dropDatabase =
  (name: string, ifExists: boolean): Run =>
  async (session) => {
    if (ifExists && !(await session.catalog.hasDatabase(name))) return NOTHING;
    await session.catalog.call('DeleteDatabase', { Name: name });
    return NOTHING;
  };

const refused = (sql: string): never => {
  throw notSupported(`this statement (${sql.split(/\s+/).slice(0, 4).join(' ').slice(0, 60)})`);
};

/** The statements that Athena reads by Hive's grammar, not by Trino's; undefined for Trino's. */
export const findHiveStatement = (sql: string): Statement | undefined => {
  const word = /^\w+/.exec(sql)?.[0].toUpperCase() ?? '';
  if (word === 'SHOW' || word === 'DESCRIBE' || word === 'DESC') {
    const show = readShow(sql) ?? refused(sql);
    return { type: 'UTILITY', ...show };
  }
  const created = readCreateExternal(sql);
  if (created) return ddl('CREATE_TABLE', created);
  if (word === 'ALTER') return ddl('ALTER_TABLE', readAlterTable(sql) ?? refused(sql));
  const repair = new RegExp(`^MSCK\\s+REPAIR\\s+TABLE\\s+${NAME}$`, 'i').exec(sql);
  if (repair) return ddl('MSCK_REPAIR_TABLE', repairTable(repair[1] ?? ''));
  const database =
    /^(CREATE|DROP)\s+(?:DATABASE|SCHEMA)\s+(IF\s+(?:NOT\s+)?EXISTS\s+)?([`"\w-]+)(?:\s+(?:COMMENT|LOCATION|CASCADE|RESTRICT)\b[\s\S]*)?$/i.exec(
      sql,
    );
  const name = partsOf(database?.[3] ?? '')[0] ?? '';
  if (database?.[1]?.toUpperCase() === 'CREATE')
    return ddl('CREATE_DATABASE', createDatabase(name, database[2] !== undefined));
  if (database) return ddl('DROP_DATABASE', dropDatabase(name, database[2] !== undefined));
  const dropped = new RegExp(`^DROP\\s+TABLE\\s+(IF\\s+EXISTS\\s+)?${NAME}$`, 'i').exec(sql);
  if (dropped)
    return ddl('DROP_TABLE', (session) =>
      dropTable(partsOf(dropped[2] ?? ''), dropped[1] !== undefined, session),
    );
  if (
    [
      'MSCK',
      'MERGE',
      'UPDATE',
      'DELETE',
      'OPTIMIZE',
      'VACUUM',
      'ANALYZE',
      'USE',
      'SET',
      'CALL',
      'GRANT',
      'REVOKE',
      'TRUNCATE',
    ].includes(word)
  )
    refused(sql);
  return undefined;
};
