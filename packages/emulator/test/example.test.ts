import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../src/emulator.ts';
import { scratch } from '../src/testing/scratch.ts';

const packageRoot = new URL('..', import.meta.url).pathname;
const framework = join(packageRoot, '..', '..', 'node_modules', 'serverless', 'bin', 'serverless.js');

let emulator: Emulator;
let dynamodb: DynamoDBClient;
let sfn: SFNClient;
let sqs: SQSClient;
let remove: () => void;

beforeAll(async () => {
  const { dir, remove: removeScratch } = scratch();
  remove = removeScratch;
  const packageDir = join(dir, 'package');
  const PATH = process.env.PATH ?? '';
  execFileSync(process.execPath, [framework, 'package', '--package', packageDir], {
    cwd: join(packageRoot, 'example'),
    env: { PATH, HOME: dir, TMPDIR: dir, NO_COLOR: '1' },
    stdio: 'pipe',
  });
  emulator = await startEmulator({ packageDir, dataDir: join(dir, 'data'), port: 0 });
  const config = {
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  dynamodb = new DynamoDBClient(config);
  sfn = new SFNClient(config);
  sqs = new SQSClient(config);
}, 120_000);

afterAll(async () => {
  for (const client of [dynamodb, sfn, sqs]) client?.destroy();
  await emulator?.close();
  remove?.();
}, 60_000);

describe('the example, packaged by the framework and booted', () => {
  test('is named after its service and stage', () => {
    expect(emulator.stage).toBe('dev');
    expect(emulator.names.OrdersTable).toBe('orders-dev');
    expect(emulator.names.AcceptLambdaFunction).toBe('orders-dev-accept');
  });

  test('takes an order in, and its machine, its queue and its consumer see it through', async () => {
    const answer = await fetch(`${emulator.httpApi}/orders`, { method: 'POST', body: '{"item":"tea"}' });
    expect(answer.status).toBe(202);
    const { id, executionArn } = JSON.parse(await answer.text());

    await ended(executionArn);
    await emulator.mappingsIdle();

    const { Items } = await dynamodb.send(new ScanCommand({ TableName: 'orders-dev', ConsistentRead: true }));
    expect(Items).toEqual([{ id: { S: id }, status: { S: 'confirmed' }, order: { S: '{"item":"tea"}' } }]);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: `${emulator.endpoint}/000000000000/orders-confirmations-dev`,
        AttributeNames: ['All'],
      }),
    );
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
    expect(emulator.permissionsDenied()).toEqual([]);
  }, 60_000);
});

const ended = async (executionArn: string): Promise<void> => {
  for (;;) {
    const { status, output } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'RUNNING') {
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    expect([status, JSON.parse(output ?? '{}')]).toEqual([
      'SUCCEEDED',
      { id: expect.any(String), messageId: expect.any(String) },
    ]);
    return;
  }
};
