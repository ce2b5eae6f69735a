import { HeadraceError } from '../errors.ts';
import * as z from '../schema.ts';
import type { Login } from './postgresDatabase.ts';

/** What a secret with a login may hold; `dbname` is how AWS calls the database. */
const secret = z.object({
  username: z.string(),
  password: z.string(),
  host: z.optional(z.string()),
  port: z.optional(z.coerce.number()),
  dbname: z.optional(z.string()),
  database: z.optional(z.string()),
  ca: z.optional(z.string()),
});

/** Where the database is, as far as the template knows it. */
export interface Place {
  host?: string | undefined;
  port?: number | undefined;
  database?: string | undefined;
}

const DEFAULT_PORT = 5432;

const parsed = (text: string): z.infer<typeof secret> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const result = secret.safeParse(value);
  if (result.success) return result.data;
  // Without what it says: it is a secret.
  throw new HeadraceError(
    'ConfigurationInvalid',
    'The secret of PostgreSQL must be a JSON object with username and password (and host, port and dbname, where the database is your own): docs/guides/postgres.md',
  );
};

export const credentialsOf = (text: string): { username: string; password: string } => {
  const { username, password } = parsed(text);
  return { username, password };
};

/** What the secret says wins over what the template knows. */
export const loginOf = (text: string, place: Place): Login => {
  const { username, password, host = place.host, port = place.port, dbname, database, ca } = parsed(text);
  const name = dbname ?? database ?? place.database;
  if (host === undefined || name === undefined)
    throw new HeadraceError(
      'ConfigurationInvalid',
      'The secret of PostgreSQL must say host and dbname, since the database is not of this stack: docs/guides/postgres.md',
    );
  return { username, password, host, port: port ?? DEFAULT_PORT, database: name, ca };
};
