import {
  CreateTableCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { eachServices, restart } from '../endpoint/fixture.ts';

const TableName = 'headrace-local-ledger';

const stage = eachServices(({ dynamodb }) =>
  dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'pending', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'pending',
          KeySchema: [
            { AttributeName: 'pending', KeyType: 'HASH' },
            { AttributeName: 'pk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  ),
);

const mark = (pk: string, UpdateExpression: string, rest: object = {}) =>
  stage.dynamodb.send(
    new UpdateItemCommand({ TableName, Key: { pk: { S: pk } }, UpdateExpression, ...rest }),
  );

const pending = async (): Promise<(string | undefined)[]> => {
  const found = await stage.dynamodb.send(
    new QueryCommand({
      TableName,
      IndexName: 'pending',
      KeyConditionExpression: 'pending = :p',
      ExpressionAttributeValues: { ':p': { S: 'partition' } },
    }),
  );
  return (found.Items ?? []).map((item) => item.pk?.S);
};

describe('the ledger table', () => {
  test('takes writes as soon as its creation is answered', async () => {
    const { Table } = await stage.dynamodb.send(new DescribeTableCommand({ TableName }));

    expect(Table?.TableStatus).toBe('ACTIVE');
    expect(Table?.GlobalSecondaryIndexes?.[0]?.IndexStatus).toBe('ACTIVE');
  });

  test('counts atomically while many write at once', async () => {
    const add = { ExpressionAttributeValues: { ':one': { N: '1' } } };

    await Promise.all(Array.from({ length: 25 }, () => mark('p', 'ADD landings :one', add)));

    const { Item } = await stage.dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: 'p' } } }));
    expect(Item?.landings?.N).toBe('25');
  });

  test('lets exactly one of many take a lock by condition', async () => {
    const take = (owner: number) =>
      stage.dynamodb.send(
        new PutItemCommand({
          TableName,
          Item: { pk: { S: 'lock' }, owner: { N: String(owner) } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );

    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, owner) => take(owner)));

    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(9);
    expect(refused[0]?.reason).toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  test('has in its sparse index only what carries the mark, in order', async () => {
    const stale = { ExpressionAttributeValues: { ':p': { S: 'partition' } } };
    for (const pk of ['2026-11-01T06', '2026-11-01T05', '2026-11-01T07']) {
      await mark(pk, 'SET pending = :p', stale);
    }
    await mark('2026-11-01T06', 'REMOVE pending');

    expect(await pending()).toEqual(['2026-11-01T05', '2026-11-01T07']);
  });

  test('is as before after a restart', async () => {
    await mark('p', 'SET pending = :p', { ExpressionAttributeValues: { ':p': { S: 'partition' } } });
    await restart(stage);

    expect(await pending()).toEqual(['p']);
  });
});
