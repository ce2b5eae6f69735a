import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import dynalite from 'dynalite';
import dynaliteStores from 'dynalite/db/index.js';
import { IN_MEMORY } from '../database.ts';
import type { HttpHandler } from '../endpoint/types.ts';

/** What dynalite answers. */
export const dynamodbActions: readonly string[] = [
  ...['CreateTable', 'DeleteTable', 'DescribeTable', 'ListTables', 'UpdateTable', 'DescribeTimeToLive'],
  ...['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchGetItem', 'BatchWriteItem', 'Query', 'Scan'],
  ...['ListTagsOfResource', 'TagResource', 'UntagResource'],
];

export interface DynamoDb {
  handle: HttpHandler;
  close(): Promise<void>;
}

/**
 * DynamoDB, by dynalite, in `<dataDir>/dynamodb/` (or in memory). It answers through its request handler; its own
 * server never listens. What leveldb has written outlives a killed process, as the database of the emulator does.
 */
export const openDynamoDb = (dataDir: string): DynamoDb => {
  const path = dataDir === IN_MEMORY ? undefined : join(dataDir, 'dynamodb');
  if (path !== undefined) mkdirSync(path, { recursive: true });
  const { server, close } = createServer(path);
  return {
    handle: (request, response) => {
      server.emit('request', request, response);
    },
    close,
  };
};

/** A real table takes seconds to change; nothing here waits for that, so nothing is gained by playing it. */
const AT_ONCE = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };

/**
 * dynalite closes its database when its server stops listening, which ours never began. So the store it makes is
 * caught on the way, to be closed directly.
 */
const createServer = (path: string | undefined) => {
  const original = dynaliteStores.create;
  let store: ReturnType<typeof original> | undefined;
  dynaliteStores.create = (options) => {
    store = original(options);
    activateFromTheStart(store);
    closeIterators(store.db);
    return store;
  };
  try {
    const server = dynalite(path === undefined ? AT_ONCE : { ...AT_ONCE, path });
    return { server, close: async () => store?.lifecycleManager.gracefulClose() };
  } finally {
    dynaliteStores.create = original;
  }
};

/**
 * dynalite writes a new table as CREATING and, after its answer, again as ACTIVE. An emulator killed in between would
 * keep a table that never becomes active, so it is ACTIVE from the first write.
 */
const activateFromTheStart = ({ tableDb }: ReturnType<typeof dynaliteStores.create>): void => {
  const put = tableDb.put;
  tableDb.put = (name, table, done) => {
    if (table.TableStatus !== 'CREATING') return put(name, table, done);
    const indexes = table.GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: 'ACTIVE' }));
    const active = { ...table, TableStatus: 'ACTIVE' };
    put(name, indexes === undefined ? active : { ...active, GlobalSecondaryIndexes: indexes }, done);
  };
};

/**
 * dynalite ends an iterator by `return()`, which those of leveldb do not have: every Query and Scan would leave one
 * open, with a snapshot that leveldb then keeps for good.
 */
const closeIterators = (db: ReturnType<typeof dynaliteStores.create>['db']): void => {
  const [keys, values] = [db.keys.bind(db), db.values.bind(db)];
  const closing = <Iterator extends ReturnType<typeof keys>>(iterator: Iterator) =>
    Object.assign(iterator, { return: () => iterator.close() });
  db.keys = (range) => closing(keys(range));
  db.values = (range) => closing(values(range));
};
