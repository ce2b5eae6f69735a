import { createServer } from 'node:net';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { createFaults } from '../../src/faults/faults.ts';
import type { FaultRule } from '../../src/faults/rules.ts';
import { eachEmulator } from '../emulator/boot.ts';

const { boot } = eachEmulator();

const post = (url: string): Promise<Response> => fetch(`${url}/v1/events`, { method: 'POST', body: '{}' });

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

test('a client that sends while the stage boots is told to come again, not that there is no collector', async () => {
  const port = await freePort();
  const answers: Promise<Response>[] = [];

  await boot({
    port,
    intercept: async () => {
      answers.push(post(`http://127.0.0.1:${port}`));
      return undefined;
    },
  });

  const first = await answers[0];
  expect([first?.status, first?.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await post(`http://127.0.0.1:${port}`)).status).toBe(202);
});

test('faults begin when the stage has booted', async () => {
  const rules: FaultRule[] = [{ service: 'dynamodb', kind: 'throttled', probability: 1 }];
  const { endpoint, names } = await boot({ faults: createFaults({ seed: '1', rules }) });

  const dynamodb = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const asked = dynamodb.send(new DescribeTableCommand({ TableName: names.LedgerTable ?? '' }));
  await expect(asked).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
});

test('a request whose answer is lost has been served, and one that is lost itself has not', async () => {
  const faults = createFaults({
    seed: '1',
    rules: [
      { service: 'httpApi', kind: 'droppedAfter', calls: [1] },
      { service: 'httpApi', kind: 'droppedBefore', calls: [2] },
    ],
  });
  const { httpApi, functionStats } = await boot({ faults });

  await expect(post(httpApi)).rejects.toThrow();
  await expect(post(httpApi)).rejects.toThrow();

  expect(functionStats()['headrace-local-collect']).toMatchObject({ invocations: 1, errors: 0 });
  expect((await post(httpApi)).status).toBe(202);
  expect(faults.counts()).toEqual({ droppedAfter: 1, droppedBefore: 1 });
});
