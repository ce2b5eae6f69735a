import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { afterAll, beforeAll } from '@jest/globals';
import { createEngine } from '../../src/duckdb/engine.ts';

/** An engine for the tests of a file: gives its connection, once a test runs. */
export const connectionOfTests = (): (() => DuckDBConnection) => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    instance = await createEngine({ folders: [] });
    connection = await instance.connect();
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });
  return () => connection;
};

/** The same, for the one value that an expression of DuckDB's SQL has. */
export const engineOfTests = (): ((sql: string) => Promise<DuckDBValue>) => {
  const connection = connectionOfTests();
  return async (sql) => (await connection().runAndReadAll(`SELECT ${sql}`)).getRows()[0]?.[0] ?? null;
};
