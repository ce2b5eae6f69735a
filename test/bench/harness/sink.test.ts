import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type Sink, startSink } from '../../../bench/harness/sink.ts';

let sink: Sink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());

const config = (endpoint: string | undefined) => ({
  endpoint: endpoint ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

const overHttp1 = () =>
  new KinesisClient({ ...config(sink.env.AWS_ENDPOINT_URL), requestHandler: new NodeHttpHandler() });
const overHttp2 = () => new KinesisClient(config(sink.http2));

test.each([
  ['HTTP/1.1, as the collector makes it', overHttp1],
  ["HTTP/2, which is the SDK's own way", overHttp2],
])('every record of a call over %s is taken, each with its sequence number', async (_way, clientOf) => {
  const client = clientOf();
  const Records = ['a', 'b', 'c'].map((PartitionKey) => ({ PartitionKey, Data: Buffer.from('{}\n') }));
  const answer = await client.send(new PutRecordsCommand({ StreamName: 'bench', Records }));
  expect(answer.FailedRecordCount).toBe(0);
  expect(answer.Records?.map(({ SequenceNumber }) => SequenceNumber !== undefined)).toEqual([
    true,
    true,
    true,
  ]);
  client.destroy();
});

test('every write key is known, and ledger and lake take what they are given', async () => {
  const dynamo = new DynamoDBClient(config(sink.env.AWS_ENDPOINT_URL));
  const key = await dynamo.send(new GetItemCommand({ TableName: 'keys', Key: { key_hash: { S: 'any' } } }));
  expect(key.Item?.source).toEqual({ S: 'bench' });
  await dynamo.send(new UpdateItemCommand({ TableName: 'ledger', Key: { pk: { S: 'hour' } } }));
  dynamo.destroy();
  const s3 = new S3Client({ ...config(sink.env.AWS_ENDPOINT_URL), forcePathStyle: true });
  const put = await s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'raw/x', Body: 'bytes' }));
  expect(put.ETag).toBeDefined();
  s3.destroy();
});
