import type { DatabaseSync } from 'node:sqlite';

const schema = `
  CREATE TABLE IF NOT EXISTS sfn_machines (
    arn TEXT PRIMARY KEY, name TEXT NOT NULL, revision INTEGER NOT NULL, created_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS sfn_revisions (
    machine TEXT NOT NULL, revision INTEGER NOT NULL, definition TEXT NOT NULL, role_arn TEXT NOT NULL,
    updated_ms INTEGER NOT NULL, PRIMARY KEY (machine, revision)) STRICT;
  CREATE TABLE IF NOT EXISTS sfn_executions (
    id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, machine TEXT NOT NULL, name TEXT NOT NULL,
    revision INTEGER NOT NULL, status TEXT NOT NULL, start_ms INTEGER NOT NULL, stop_ms INTEGER,
    input TEXT NOT NULL, output TEXT, error TEXT, cause TEXT) STRICT;
  CREATE INDEX IF NOT EXISTS sfn_executions_machine ON sfn_executions (machine, id);
  CREATE INDEX IF NOT EXISTS sfn_executions_status ON sfn_executions (status, id);
  CREATE TABLE IF NOT EXISTS sfn_events (
    execution INTEGER NOT NULL REFERENCES sfn_executions(id) ON DELETE CASCADE, id INTEGER NOT NULL,
    event TEXT NOT NULL, PRIMARY KEY (execution, id)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sfn_redrives (
    execution INTEGER PRIMARY KEY REFERENCES sfn_executions(id) ON DELETE CASCADE,
    count INTEGER NOT NULL DEFAULT 0, redriven_ms INTEGER, token TEXT, standing TEXT) STRICT;
`;

/** The tables of machines.ts, executions.ts, journal.ts and redrives.ts, which read and write them. */
export const createTables = (db: DatabaseSync): void => db.exec(schema);
