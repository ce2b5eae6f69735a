import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Where everything but S3's bytes stands in a data folder. The name stays: folders of older versions open as before. */
export const STORE_FILE = 'stage.db';

/** As a data folder: everything in memory, gone with the process. For tests. */
export const IN_MEMORY = ':memory:';

/**
 * Opens the one database of the emulator, `<dataDir>/stage.db`. Every service makes its own tables in it, named
 * with its own prefix. What was committed survives the death of the process (kill -9 included): in WAL mode a
 * commit is a write to the log, and the log outlives us. NORMAL skips the sync to disk, so a power cut may cost
 * the last moments; that is the price of ten thousand commits a second.
 */
export const openStore = (dataDir: string): DatabaseSync => {
  const inMemory = dataDir === IN_MEMORY;
  if (!inMemory) mkdirSync(dataDir, { recursive: true });
  const db = new DatabaseSync(inMemory ? IN_MEMORY : join(dataDir, STORE_FILE));
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA foreign_keys = ON;
    PRAGMA busy_timeout = 5000;
  `);
  return db;
};

/**
 * Runs `work` in one transaction: all of it is stored, or, if it throws, none. `work` must not await: the
 * connection is shared, and another service's writes would slip into the transaction. Nested calls join the outer one.
 */
export const transaction = <T>(db: DatabaseSync, work: () => T): T => {
  if (db.isTransaction) return work();
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite ends the transaction by itself on some errors (a full disk); a second ROLLBACK would hide the cause.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
};
