import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';
import { Client, type ClientConfig } from 'pg';
import { HeadraceError } from '../errors.ts';
import type { Database, DatabaseRow, Query } from '../ports/database.ts';

export interface Login {
  host: string;
  port: number;
  database: string;
  username: string;
  password: string;
  /** certificate of whoever signed the server's, where that is not a well-known one or Amazon's */
  ca?: string | undefined;
}

/** Certificates of Amazon RDS, which Lambda has there and Node does not read by itself. */
const LAMBDA_CERTIFICATES = '/var/runtime/ca-cert.pem';

const certificates = (ca: string | undefined): string[] => {
  if (ca !== undefined) return [ca];
  const amazon = existsSync(LAMBDA_CERTIFICATES) ? [readFileSync(LAMBDA_CERTIFICATES, 'utf8')] : [];
  return [...rootCertificates, ...amazon];
};

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** An Aurora cluster that has paused takes half a minute to answer; after days it is more. */
const CONNECT_MS = 45_000;
/** Beyond the time that the server gives a statement: for a server that does not answer at all. */
const GRACE_MS = 10_000;

const configOf = (login: Login, statementMs: number): ClientConfig => ({
  host: login.host,
  port: login.port,
  database: login.database,
  user: login.username,
  password: login.password,
  ssl: isLoopback(login.host) ? false : { ca: certificates(login.ca), rejectUnauthorized: true },
  connectionTimeoutMillis: CONNECT_MS,
  statement_timeout: statementMs,
  lock_timeout: Math.min(statementMs, 20_000),
  // What a function that was killed has begun must not hold its locks.
  idle_in_transaction_session_timeout: statementMs,
  query_timeout: statementMs + GRACE_MS,
  keepAlive: true,
  application_name: 'headrace',
  options: '-c timezone=UTC -c datestyle=ISO -c search_path=pg_catalog',
  // Every value as the text that the server sent: it is for the caller to read.
  types: { getTypeParser: () => (value: string) => value },
});

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const isOfServer = (error: unknown): boolean => /^[0-9A-Z]{5}$/.test(codeOf(error));

/**
 * May be over by itself: connection (08), resources (53), conflicts with others (40, 55P03), an operator (57: shutdown,
 * starting up, a statement that took too long). Aurora that is resuming says 57P03, or nothing for a while.
 */
const isPassing = (error: unknown): boolean =>
  !isOfServer(error) || /^(08|40|53|55P03|57)/.test(codeOf(error));

const wording = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const asFailure = (error: unknown): unknown =>
  error instanceof HeadraceError || !isPassing(error)
    ? error
    : new HeadraceError('Transient', `PostgreSQL: ${wording(error)}`, { cause: error });

interface Connection {
  query: Query;
  isBroken(): boolean;
  close(): void;
}

const connect = async (login: Login, statementMs: number): Promise<Connection> => {
  const client = new Client(configOf(login, statementMs));
  let broken = false;
  const mark = (): void => {
    broken = true;
  };
  // Also while nobody asks anything: an error event that nobody hears ends the process.
  client.on('error', mark);
  client.on('end', mark);
  const query: Query = async (sql, values = []) => {
    try {
      return (await client.query<DatabaseRow>(sql, [...values])).rows;
    } catch (error) {
      // 57P: the server ends this connection, to shut down say.
      if (!isOfServer(error) || /^(08|57P)/.test(codeOf(error))) broken = true;
      throw error;
    }
  };
  const close = (): void => {
    client.end().catch(mark);
  };
  try {
    await client.connect();
  } catch (error) {
    close();
    throw error;
  }
  return { query, isBroken: () => broken, close };
};

/**
 * A PostgreSQL server, over one connection that outlives a call. One that broke while nobody used it is noticed when the
 * next statement fails, so that work is done once more on a new one: it may have been done already, when only the answer
 * got lost.
 */
export class PostgresDatabase implements Database {
  readonly #login: () => Promise<Login>;
  readonly #statementMs: number;
  #kept: Connection | undefined;

  /** The login is asked for at each connection: passwords change. */
  constructor(login: () => Promise<Login>, statementMs: number) {
    this.#login = login;
    this.#statementMs = statementMs;
  }

  query: Query = (sql, values) => this.#with(({ query }) => query(sql, values));

  transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
    return this.#with(async ({ query }) => {
      await query('BEGIN');
      try {
        const result = await work(query);
        await query('COMMIT');
        return result;
      } catch (error) {
        // Where this fails too the connection is broken, and the server rolls back by itself.
        await query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  close(): void {
    this.#kept?.close();
    this.#kept = undefined;
  }

  async #with<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    const kept = this.#kept;
    if (kept === undefined || kept.isBroken()) return this.#withNew(work);
    try {
      return await this.#on(kept, work);
    } catch (error) {
      if (!kept.isBroken()) throw error;
      return this.#withNew(work);
    }
  }

  async #withNew<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    this.close();
    const connection = await connect(await this.#login(), this.#statementMs).catch((error: unknown) => {
      throw asFailure(error);
    });
    this.#kept = connection;
    return this.#on(connection, work);
  }

  async #on<Result>(
    connection: Connection,
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work(connection);
    } catch (error) {
      throw asFailure(error);
    }
  }
}
