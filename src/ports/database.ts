/** A row as the database says it, every value as text; null where there is none. */
export type DatabaseRow = Readonly<Record<string, string | null>>;

export type Query = (sql: string, values?: readonly unknown[]) => Promise<DatabaseRow[]>;

/**
 * A database of SQL. What it answers with an error is thrown as it came, with the code of the error (SQLSTATE); what
 * breaks on the way is thrown as Transient, and its connection is not used again.
 */
export interface Database {
  /** One statement by itself. */
  query: Query;
  /** Begins, works, commits. Whatever the work throws, nothing of it stays; unless it was the answer of COMMIT that got lost. */
  transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result>;
}
