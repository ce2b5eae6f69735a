import {
  CreateTableCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateDatabaseCommand, GetDatabaseCommand } from '@aws-sdk/client-glue';
import { CreateStreamCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { eachFaulty } from './fixture.ts';

const start = eachFaulty();

const nameOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: Error) => error.name,
  );

const object = { Bucket: 'lake', Key: 'raw/one' };

describe('S3', () => {
  test('asks to slow down as SlowDown, and has not done what it refused', async () => {
    const { s3, faults } = await start({
      service: 's3',
      operation: 'PUT object',
      kind: 'throttled',
      calls: [1],
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));

    expect(await nameOf(s3.send(new PutObjectCommand({ ...object, Body: 'one' })))).toBe('SlowDown');
    expect(await nameOf(s3.send(new GetObjectCommand(object)))).toBe('NoSuchKey');
    expect(await nameOf(s3.send(new PutObjectCommand({ ...object, Body: 'one' })))).toBe('no error');
    expect(faults.counts()).toEqual({ throttled: 1 });
  });

  test('has stored the object whose answer was cut off, and not the one whose connection broke before', async () => {
    const { s3, faults } = await start(
      { service: 's3', operation: 'PUT object', kind: 'droppedAfter', calls: [1] },
      { service: 's3', operation: 'PUT object', kind: 'droppedBefore', calls: [2] },
    );
    await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));

    await expect(s3.send(new PutObjectCommand({ ...object, Body: 'one' }))).rejects.toThrow();
    await expect(s3.send(new PutObjectCommand({ ...object, Body: 'two' }))).rejects.toThrow();

    const found = await s3.send(new GetObjectCommand(object));
    expect(await found.Body?.transformToString()).toBe('one');
    expect(faults.counts()).toEqual({ droppedAfter: 1, droppedBefore: 1 });
  });
});

describe('Kinesis', () => {
  const put = (...names: string[]) =>
    new PutRecordsCommand({
      StreamName: 'events',
      Records: names.map((name) => ({ PartitionKey: name, Data: Buffer.from(name) })),
    });

  test('takes some of the records and refuses the others by their name', async () => {
    const { kinesis, services } = await start({
      service: 'kinesis',
      operation: 'PutRecords',
      kind: 'partlyThrottled',
      calls: [1],
    });
    await kinesis.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 1 }));

    const answer = await kinesis.send(put('a', 'b', 'c', 'd'));

    const taken = answer.Records?.filter(({ SequenceNumber }) => SequenceNumber !== undefined).length ?? 0;
    expect(answer.Records).toHaveLength(4);
    expect(answer.FailedRecordCount).toBe(4 - taken);
    expect(answer.Records?.at(-1)?.ErrorCode).toBe('ProvisionedThroughputExceededException');
    const limits = { maxRecords: 10, maxBytes: 1_000 };
    const [shard] = services.kinesis.shards('events');
    expect(
      services.kinesis.readShard('events', shard?.shardId ?? '', 'TRIM_HORIZON', limits).records,
    ).toHaveLength(taken);
  });

  test('has taken the records whose answer was cut off on HTTP/2', async () => {
    const { kinesis, services } = await start({
      service: 'kinesis',
      operation: 'PutRecords',
      kind: 'droppedAfter',
      calls: [1],
    });
    await kinesis.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 1 }));

    await expect(kinesis.send(put('a'))).rejects.toThrow();

    const [shard] = services.kinesis.shards('events');
    const limits = { maxRecords: 10, maxBytes: 1_000 };
    expect(
      services.kinesis.readShard('events', shard?.shardId ?? '', 'TRIM_HORIZON', limits).records,
    ).toHaveLength(1);
  });
});

describe('DynamoDB', () => {
  const key = { pk: { S: 'one' } };
  const table = new CreateTableCommand({
    TableName: 'ledger',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  const set = { TableName: 'ledger', Key: key, UpdateExpression: 'SET a = :a' };
  const values = { ExpressionAttributeValues: { ':a': { N: '1' } } };

  test('refuses by their condition only calls that have one', async () => {
    const { dynamodb, faults } = await start({
      service: 'dynamodb',
      operation: 'UpdateItem',
      kind: 'conditionFailed',
      probability: 1,
    });
    await dynamodb.send(table);

    const condition = { ConditionExpression: 'attribute_not_exists(b)' };
    const refused = dynamodb.send(new UpdateItemCommand({ ...set, ...values, ...condition }));
    expect(await nameOf(refused)).toBe('ConditionalCheckFailedException');
    expect(await nameOf(dynamodb.send(new UpdateItemCommand({ ...set, ...values })))).toBe('no error');
    expect(faults.counts()).toEqual({ conditionFailed: 1 });
  });

  test('has done what it never answered, and is throttled by its own name', async () => {
    const { dynamodb } = await start(
      { service: 'dynamodb', operation: 'PutItem', kind: 'droppedAfter', calls: [1] },
      { service: 'dynamodb', operation: 'PutItem', kind: 'throttled', calls: [2] },
    );
    await dynamodb.send(table);
    const item = new PutItemCommand({ TableName: 'ledger', Item: { ...key, a: { N: '1' } } });

    await expect(dynamodb.send(item)).rejects.toThrow();

    expect(await nameOf(dynamodb.send(item))).toBe('ProvisionedThroughputExceededException');
    const found = await dynamodb.send(new GetItemCommand({ TableName: 'ledger', Key: key }));
    expect(found.Item?.a).toEqual({ N: '1' });
  });
});

test('Glue says that somebody else has created the thing, and it is there', async () => {
  const { glue } = await start({
    service: 'glue',
    operation: 'CreateDatabase',
    kind: 'alreadyExists',
    calls: [1],
  });

  const refused = glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'lake' } }));

  expect(await nameOf(refused)).toBe('AlreadyExistsException');
  expect((await glue.send(new GetDatabaseCommand({ Name: 'lake' }))).Database?.Name).toBe('lake');
});

test('an answer that comes late comes after its effect', async () => {
  const { glue, faults } = await start(
    { service: 'glue', operation: 'CreateDatabase', kind: 'answerLate', ms: 1, calls: [1] },
    { service: 'glue', operation: 'CreateDatabase', kind: 'effectLate', ms: 1, calls: [2] },
  );

  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'one' } }));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'two' } }));

  expect((await glue.send(new GetDatabaseCommand({ Name: 'two' }))).Database?.Name).toBe('two');
  expect(faults.counts()).toEqual({ answerLate: 1, effectLate: 1 });
});
