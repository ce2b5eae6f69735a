import { CreateTableCommand, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import stores from 'dynalite/db/index.js';
import { type Services, startServices } from '../endpoint/fixture.ts';

const TableName = 'headrace-local-ledger';
const create = stores.create;

let stage: Services;
/** one for every iterator that dynalite has opened; resolves when it is closed */
let closed: Promise<void>[];

beforeEach(async () => {
  closed = [];
  stores.create = (options) => {
    const store = create(options);
    const values = store.db.values.bind(store.db);
    store.db.values = (range) => {
      const iterator = values(range);
      const close = iterator.close.bind(iterator);
      const { promise, resolve } = Promise.withResolvers<void>();
      closed.push(promise);
      iterator.close = () => close().then(resolve);
      return iterator;
    };
    return store;
  };
  stage = await startServices();
  await stage.dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    }),
  );
  for (const sk of ['a', 'b', 'c'])
    await stage.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'p' }, sk: { S: sk } } }));
});

afterEach(async () => {
  stores.create = create;
  await stage.closeAndRemove();
});

const query = (Limit?: number) =>
  stage.dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'p' } },
      Limit,
    }),
  );

test.each([
  ['a query to its end', () => query(), 3],
  ['a query up to its limit', () => query(1), 1],
  ['a scan', () => stage.dynamodb.send(new ScanCommand({ TableName })), 3],
])('%s leaves no iterator of leveldb open', async (_, read, count) => {
  closed = [];
  expect(await read()).toHaveProperty('Count', count);
  expect(closed).toHaveLength(1);
  await Promise.all(closed);
});
