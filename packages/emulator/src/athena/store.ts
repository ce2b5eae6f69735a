import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { JsonObject } from '../contracts.ts';

/** One query as it is remembered. */
export const execution = z.object({
  id: z.string(),
  token: z.string().optional(),
  /** as GetQueryExecution shows it */
  shown: z.record(z.string(), z.json()),
  columns: z.array(
    z.object({ name: z.string(), type: z.string(), precision: z.number(), scale: z.number() }),
  ),
  tabular: z.boolean(),
  updateCount: z.number(),
  submitted: z.number(),
  state: z.string(),
  workGroup: z.string(),
});
export type Execution = z.infer<typeof execution>;

/** How many finished queries are remembered; Athena keeps 45 days. */
const REMEMBERED = 5_000;

/** The queries of the emulator, newest last, in its database. */
export class History {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(`
      CREATE TABLE IF NOT EXISTS athena_queries (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, work_group TEXT NOT NULL, token TEXT, body TEXT NOT NULL
      ) STRICT;
      CREATE INDEX IF NOT EXISTS athena_queries_token ON athena_queries (token) WHERE token IS NOT NULL;
      CREATE TABLE IF NOT EXISTS athena_workgroups (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS athena_prepared (
        work_group TEXT NOT NULL, name TEXT NOT NULL, sql TEXT NOT NULL, PRIMARY KEY (work_group, name)
      ) STRICT;
    `);
  }

  add(query: Execution): void {
    this.#db
      .prepare('INSERT INTO athena_queries (id, work_group, token, body) VALUES (?, ?, ?, ?)')
      .run(query.id, query.workGroup, query.token ?? null, JSON.stringify(query));
    this.#db
      .prepare('DELETE FROM athena_queries WHERE number <= (SELECT max(number) FROM athena_queries) - ?')
      .run(REMEMBERED);
  }

  update(query: Execution): void {
    this.#db.prepare('UPDATE athena_queries SET body = ? WHERE id = ?').run(JSON.stringify(query), query.id);
  }

  get(id: string): Execution | undefined {
    return this.#one('SELECT body FROM athena_queries WHERE id = ?', id);
  }

  byToken(token: string): Execution | undefined {
    return this.#one('SELECT body FROM athena_queries WHERE token = ?', token);
  }

  #one(sql: string, value: string): Execution | undefined {
    const row = this.#db.prepare(sql).get(value);
    return row && execution.parse(JSON.parse(String(row.body)));
  }

  /** Newest first, from before `before`. */
  list(workGroup: string, before: number, limit: number): { number: number; id: string }[] {
    const rows = this.#db
      .prepare(
        'SELECT number, id FROM athena_queries WHERE work_group = ? AND number < ? ORDER BY number DESC LIMIT ?',
      )
      .all(workGroup, before, limit);
    return rows.map((row) => ({ number: Number(row.number), id: String(row.id) }));
  }

  /** Queries that an emulator which died left unfinished. */
  unfinished(): Execution[] {
    const rows = this.#db
      .prepare("SELECT body FROM athena_queries WHERE json_extract(body, '$.state') IN ('QUEUED', 'RUNNING')")
      .all();
    return rows.map((row) => execution.parse(JSON.parse(String(row.body))));
  }

  workGroup(name: string): JsonObject | undefined {
    const row = this.#db.prepare('SELECT body FROM athena_workgroups WHERE name = ?').get(name);
    return row && z.record(z.string(), z.json()).parse(JSON.parse(String(row.body)));
  }

  workGroups(): string[] {
    return this.#db
      .prepare('SELECT name FROM athena_workgroups ORDER BY name')
      .all()
      .map((row) => String(row.name));
  }

  putWorkGroup(name: string, body: JsonObject): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO athena_workgroups (name, body) VALUES (?, ?)')
      .run(name, JSON.stringify(body));
  }

  removeWorkGroup(name: string): void {
    this.#db.prepare('DELETE FROM athena_workgroups WHERE name = ?').run(name);
  }

  prepared(workGroup: string) {
    return {
      get: (name: string): string | undefined => {
        const row = this.#db
          .prepare('SELECT sql FROM athena_prepared WHERE work_group = ? AND name = ?')
          .get(workGroup, name);
        return row && String(row.sql);
      },
      set: (name: string, sql: string): void => {
        this.#db
          .prepare('INSERT OR REPLACE INTO athena_prepared (work_group, name, sql) VALUES (?, ?, ?)')
          .run(workGroup, name, sql);
      },
      drop: (name: string): void => {
        this.#db
          .prepare('DELETE FROM athena_prepared WHERE work_group = ? AND name = ?')
          .run(workGroup, name);
      },
    };
  }
}
