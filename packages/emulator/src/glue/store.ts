import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { JsonObject } from '../contracts.ts';
import { transaction } from '../database.ts';
import { Bodies } from './bodies.ts';

/** Entries are kept as the JSON the API answers, each under its names. */
const schema = `
  CREATE TABLE IF NOT EXISTS glue_databases (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS glue_tables (
    database TEXT NOT NULL REFERENCES glue_databases(name) ON DELETE CASCADE, name TEXT NOT NULL,
    version INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (database, name)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS glue_old_versions (
    database TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (database, name, version),
    FOREIGN KEY (database, name) REFERENCES glue_tables(database, name) ON DELETE CASCADE) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS glue_partitions (
    database TEXT NOT NULL, name TEXT NOT NULL, "values" TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (database, name, "values"),
    FOREIGN KEY (database, name) REFERENCES glue_tables(database, name) ON DELETE CASCADE) STRICT, WITHOUT ROWID;
`;

const bodyRow = z.object({
  body: z.string().transform((text) => z.record(z.string(), z.json()).parse(JSON.parse(text))),
});

const textRow = z.object({ body: z.string() });

const valuesRow = z.object({ values: z.string() });

/** Of a table, or of its partition with these values, as they stand in the database. */
const keyOf = (...names: string[]): string => names.join('\u0000');

const versionRow = z.object({ version: z.number() });

/** Databases, tables, their versions and partitions. Every method is one statement or one transaction. */
export class Catalog {
  readonly #db: DatabaseSync;
  readonly #bodies = new Bodies();

  constructor(db: DatabaseSync) {
    db.exec(schema);
    this.#db = db;
  }

  atomic<T>(work: () => T): T {
    try {
      return transaction(this.#db, work);
    } catch (error) {
      // What was read in it may never have been.
      this.#bodies.clear();
      throw error;
    }
  }

  database(name: string): JsonObject | undefined {
    return this.#one('SELECT body FROM glue_databases WHERE name = ?', name);
  }

  databases(): JsonObject[] {
    return this.#many('SELECT body FROM glue_databases ORDER BY name');
  }

  putDatabase(name: string, body: JsonObject): void {
    // Not REPLACE: that would delete the row first, and with it, by the foreign key, every table.
    this.#run(
      'INSERT INTO glue_databases (name, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
      name,
      JSON.stringify(body),
    );
  }

  /** With all that is in it. False when there was none. */
  deleteDatabase(name: string): boolean {
    this.#bodies.clear();
    return this.#run('DELETE FROM glue_databases WHERE name = ?', name) > 0;
  }

  table(database: string, name: string): JsonObject | undefined {
    const sql = 'SELECT body FROM glue_tables WHERE database = ? AND name = ?';
    return this.#bodies.get(keyOf(database, name), () => this.#text(sql, database, name));
  }

  tables(database: string): JsonObject[] {
    return this.#many('SELECT body FROM glue_tables WHERE database = ? ORDER BY name', database);
  }

  /** Stores a table as its newest version; the version before is kept if `archive`. The body gets its VersionId. */
  putTable(database: string, name: string, body: JsonObject, archive: boolean): void {
    this.#bodies.forget(keyOf(database, name));
    transaction(this.#db, () => {
      const before = this.#db
        .prepare('SELECT version FROM glue_tables WHERE database = ? AND name = ?')
        .get(database, name);
      const version = before === undefined ? 0 : versionRow.parse(before).version + 1;
      if (archive && before !== undefined) {
        this.#run(
          `INSERT INTO glue_old_versions (database, name, version, body)
           SELECT database, name, version, body FROM glue_tables WHERE database = ? AND name = ?`,
          database,
          name,
        );
      }
      this.#run(
        `INSERT INTO glue_tables (database, name, version, body) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET version = excluded.version, body = excluded.body`,
        database,
        name,
        version,
        JSON.stringify({ ...body, VersionId: String(version) }),
      );
    });
  }

  /** With its versions and partitions. False when there was none. */
  deleteTable(database: string, name: string): boolean {
    this.#bodies.clear();
    return this.#run('DELETE FROM glue_tables WHERE database = ? AND name = ?', database, name) > 0;
  }

  /** All versions kept of a table, newest first; each body has its VersionId. */
  versions(database: string, name: string): JsonObject[] {
    const old = this.#many(
      'SELECT body FROM glue_old_versions WHERE database = ? AND name = ? ORDER BY version DESC',
      database,
      name,
    );
    const current = this.table(database, name);
    return current === undefined ? [] : [current, ...old];
  }

  deleteVersion(database: string, name: string, version: number): boolean {
    const sql = 'DELETE FROM glue_old_versions WHERE database = ? AND name = ? AND version = ?';
    return this.#run(sql, database, name, version) > 0;
  }

  partition(database: string, table: string, values: readonly string[]): JsonObject | undefined {
    return this.#partition(database, table, JSON.stringify(values));
  }

  partitions(database: string, table: string): JsonObject[] {
    const sql = 'SELECT "values" FROM glue_partitions WHERE database = ? AND name = ? ORDER BY "values"';
    const rows = this.#db.prepare(sql).all(database, table);
    return rows
      .map((row) => this.#partition(database, table, valuesRow.parse(row).values))
      .filter((partition) => partition !== undefined);
  }

  putPartition(database: string, table: string, values: readonly string[], body: JsonObject): void {
    this.#bodies.forget(keyOf(database, table, JSON.stringify(values)));
    this.#run(
      'INSERT OR REPLACE INTO glue_partitions (database, name, "values", body) VALUES (?, ?, ?, ?)',
      database,
      table,
      JSON.stringify(values),
      JSON.stringify(body),
    );
  }

  deletePartition(database: string, table: string, values: readonly string[]): boolean {
    this.#bodies.forget(keyOf(database, table, JSON.stringify(values)));
    const sql = 'DELETE FROM glue_partitions WHERE database = ? AND name = ? AND "values" = ?';
    return this.#run(sql, database, table, JSON.stringify(values)) > 0;
  }

  #partition(database: string, table: string, values: string): JsonObject | undefined {
    const sql = 'SELECT body FROM glue_partitions WHERE database = ? AND name = ? AND "values" = ?';
    return this.#bodies.get(keyOf(database, table, values), () => this.#text(sql, database, table, values));
  }

  #text(sql: string, ...values: string[]): string | undefined {
    const row = this.#db.prepare(sql).get(...values);
    return row === undefined ? undefined : textRow.parse(row).body;
  }

  #one(sql: string, ...values: string[]): JsonObject | undefined {
    const row = this.#db.prepare(sql).get(...values);
    return row === undefined ? undefined : bodyRow.parse(row).body;
  }

  #many(sql: string, ...values: string[]): JsonObject[] {
    return this.#db
      .prepare(sql)
      .all(...values)
      .map((row) => bodyRow.parse(row).body);
  }

  #run(sql: string, ...values: (string | number)[]): number {
    return Number(this.#db.prepare(sql).run(...values).changes);
  }
}
