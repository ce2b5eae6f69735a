/** dynalite has no types of its own; this is what we use of it. */
declare module 'dynalite' {
  interface DynaliteOptions {
    /** folder of its leveldb; in memory without one */
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }
  const dynalite: (options?: DynaliteOptions) => import('node:http').Server;
  export = dynalite;
}

declare module 'dynalite/db/index.js' {
  interface TableDescription {
    TableStatus: string;
    GlobalSecondaryIndexes?: { IndexStatus: string }[];
  }
  interface LevelIterator {
    close(): Promise<void>;
  }
  interface Level {
    keys(range: object): LevelIterator;
    values(range: object): LevelIterator;
  }
  interface Store {
    db: Level;
    tableDb: { put(name: string, table: TableDescription, done: (error?: unknown) => void): void };
    lifecycleManager: { gracefulClose(): Promise<void> };
  }
  const db: { create(options: object): Store };
  export = db;
}
