import { HeadraceError } from '../../errors.ts';
import type { Database, Query } from '../../ports/database.ts';
import {
  addColumns,
  createStatements,
  type DatabaseColumn,
  EVENTS_TABLE,
  identifier,
  readerGrants,
  SCHEMA_LOCK,
  text,
  writerGrants,
} from '../../sinks/postgres/schema.ts';

/** Who logs in. */
interface RoleLogin {
  username: string;
  password: string;
}

/** Only a stack's own database: where the connection is the user's, roles are the user's too. */
export interface Roles {
  writer: RoleLogin;
  reader: RoleLogin;
}

const listColumns = `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
WHERE attrelid = '${EVENTS_TABLE}'::regclass AND attnum > 0 AND NOT attisdropped`;

/** Spaces and words differ between what one writes and what the catalog says: numeric(12, 2). */
const sameType = (one: string, other: string | null | undefined): boolean =>
  one.replaceAll(' ', '') === (other ?? '').replaceAll(' ', '');

/** Columns of the catalog that the table does not have yet. Those that somebody else has added stay. */
const missingColumns = async (
  query: Query,
  columns: readonly DatabaseColumn[],
): Promise<DatabaseColumn[]> => {
  const there = new Map((await query(listColumns)).map(({ name, type }) => [name, type]));
  for (const { name, type } of columns) {
    if (!there.has(name) || sameType(type, there.get(name))) continue;
    throw new HeadraceError(
      'ConfigurationInvalid',
      `The column ${name} of ${EVENTS_TABLE} is ${there.get(name)}, and the column catalog says ${type}. Rename the column in PostgreSQL, and upkeep adds one of the right type: docs/guides/postgres.md`,
    );
  }
  return columns.filter(({ name }) => !there.has(name));
};

const hasRole = `SELECT 1 AS found FROM pg_roles WHERE rolname = $1`;

/** The password too, each time: it may have been changed in the secret. */
const makeRole = async (query: Query, { username, password }: RoleLogin): Promise<void> => {
  const [found] = await query(hasRole, [username]);
  if (found === undefined) await query(`CREATE ROLE ${identifier(username)}`);
  await query(`ALTER ROLE ${identifier(username)} LOGIN PASSWORD ${text(password)}`);
};

const makeRoles = async (query: Query, { writer, reader }: Roles): Promise<void> => {
  for (const role of [writer, reader]) await makeRole(query, role);
  for (const grant of [...writerGrants(writer.username), ...readerGrants(reader.username)])
    await query(grant);
};

/**
 * Makes schema and tables, adds the columns that they do not have, and the roles. Forward only: nothing is dropped, no type
 * is changed. May run at the same time as anything else. Returns the columns that it added.
 */
export const migrate = (
  database: Database,
  columns: readonly DatabaseColumn[],
  roles: Roles | undefined,
): Promise<string[]> =>
  database.transaction(async (query) => {
    await query(`SELECT pg_advisory_xact_lock(${SCHEMA_LOCK})`);
    for (const statement of createStatements(columns)) await query(statement);
    const missing = await missingColumns(query, columns);
    if (missing.length > 0) await query(addColumns(missing));
    if (roles !== undefined) await makeRoles(query, roles);
    return missing.map(({ name }) => name);
  });
