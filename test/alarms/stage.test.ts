import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from 'headrace-emulator';
import { createFaults } from 'headrace-emulator/faults';
import { callOverHttp, callQuery } from 'headrace-emulator/template';
import { z } from 'zod';
import { accessTo, type StageAccess } from '../../client/access.ts';
import { runExecution } from '../../client/executions.ts';
import { createWriteKey } from '../../client/keys.ts';
import { headrace } from '../helpers/commandLine.ts';
import { packaged } from '../helpers/packaged.ts';

/** The whole stage from the packaged template: what a function writes becomes a message in a subscriber's queue. */

let dataDir: string;
let stage: Emulator;
let access: StageAccess;
let queue: string;

beforeAll(async () => {
  mkdirSync('.headrace', { recursive: true });
  dataDir = mkdtempSync(join(resolve('.headrace'), 'test-'));
  const { folder } = await packaged('local');
  // The first query of a run is a check.
  const rule = {
    service: 'athena',
    operation: 'StartQueryExecution',
    kind: 'queryFailedDeterministic',
    calls: [1],
  } as const;
  const faults = createFaults({ seed: 'alarms', rules: [rule] });
  stage = await startEmulator({
    packageDir: folder,
    dataDir,
    port: 0,
    faults,
    usageFolder: process.env.HEADRACE_IAM_USAGE,
  });
  const { endpoint, httpApi } = stage;
  access = accessTo('local', { endpoint, collector: httpApi, dataDir });
  const created = await callOverHttp(stage.endpoint, 'AmazonSQS.CreateQueue', 'sqs', {
    QueueName: 'on-call',
  });
  queue = String(created.QueueUrl);
  await callQuery(stage.endpoint, 'sns', {
    Action: 'Subscribe',
    TopicArn: 'arn:aws:sns:us-east-1:000000000000:headrace-local-alarms',
    Protocol: 'sqs',
    Endpoint: 'arn:aws:sqs:us-east-1:000000000000:on-call',
  });
}, 240_000);
afterAll(async () => {
  await stage.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const received = z.object({
  Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })).default([]),
});
const alarmMessage = z.object({ AlarmName: z.string(), NewStateValue: z.string() });

/** `ALARM headrace-local-etl-failed` … since this was last asked. */
const told = async (): Promise<string[]> => {
  const lines: string[] = [];
  for (;;) {
    const input = { QueueUrl: queue, MaxNumberOfMessages: 10 };
    const { Messages } = received.parse(
      await callOverHttp(stage.endpoint, 'AmazonSQS.ReceiveMessage', 'sqs', input),
    );
    if (Messages.length === 0) return lines.sort();
    for (const { Body, ReceiptHandle } of Messages) {
      const { AlarmName, NewStateValue } = alarmMessage.parse(JSON.parse(JSON.parse(Body).Message));
      lines.push(`${NewStateValue} ${AlarmName}`);
      await callOverHttp(stage.endpoint, 'AmazonSQS.DeleteMessage', 'sqs', {
        QueueUrl: queue,
        ReceiptHandle,
      });
    }
  }
};

const send = async (): Promise<void> => {
  const key = await createWriteKey(access, 'shop', new Date());
  const answer = await fetch(`${stage.httpApi}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
    body: JSON.stringify({ event_name: 'page_view', user_id: 'u1' }),
  });
  expect(answer.status).toBe(202);
  await stage.mappingsIdle();
};

const runEtl = async (): Promise<string> => {
  const { status } = await runExecution(access, {}, () => {}, new AbortController().signal);
  return status;
};

const MINUTE = 60_000;

test('a query that fails in a run rings for the run and for the query; a run that succeeds rings nothing', async () => {
  await send();
  expect(await runEtl()).toBe('FAILED');
  const failedAt = Date.now();
  await stage.alarms.evaluate(failedAt + MINUTE);
  const messages = await told();
  expect(messages.filter((line) => line.startsWith('ALARM'))).toEqual([
    'ALARM headrace-local-etl-failed',
    'ALARM headrace-local-queries-failed',
  ]);
  const { document } = await headrace(['status', '--data', dataDir, '--json']);
  expect(document.alarms.map(({ name }: { name: string }) => name)).toEqual(['etl-failed', 'queries-failed']);

  expect(await runEtl()).toBe('SUCCEEDED');
  // As long as an alarm looks back it stays up: the same trouble in the next run would be no news.
  await stage.alarms.evaluate(failedAt + 120 * MINUTE);
  expect((await headrace(['status', '--data', dataDir, '--json'])).document.alarms).toHaveLength(2);
  await stage.alarms.evaluate(failedAt + 240 * MINUTE);
  expect((await headrace(['status', '--data', dataDir, '--json'])).document.alarms).toEqual([]);
  expect(await told()).toEqual([]);
}, 240_000);

test("what the functions and the services of the stage say of themselves are CloudWatch's metrics", async () => {
  const sum = async (Namespace: string, MetricName: string, Name: string, Value: string): Promise<number> => {
    const { Datapoints } = await access.cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace, MetricName, Dimensions: [{ Name, Value }], Period: 3600, Statistics: ['Sum'] },
        StartTime: new Date(Date.now() - 120 * MINUTE),
        EndTime: new Date(Date.now() + MINUTE),
      }),
    );
    return (Datapoints ?? []).reduce((total, { Sum = 0 }) => total + Sum, 0);
  };
  const { EventStream = '', HttpApi = '' } = stage.names;
  expect(await sum('Headrace/local', 'EventsAccepted', 'service', 'collect')).toBe(1);
  expect(await sum('Headrace/local', 'RowsLanded', 'service', 'land')).toBe(1);
  expect(await sum('Headrace/local', 'RunsFailed', 'service', 'recordFailure')).toBe(1);
  expect(await sum('AWS/Kinesis', 'IncomingRecords', 'StreamName', EventStream)).toBe(1);
  expect(await sum('AWS/Lambda', 'Invocations', 'FunctionName', 'headrace-local-land')).toBe(1);
  expect(await sum('AWS/Athena', 'ProcessedBytes', 'WorkGroup', 'headrace-local-etl')).toBeGreaterThan(0);
  expect(HttpApi).not.toBe('');
  const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:headrace-local-etl';
  expect(await sum('AWS/States', 'ExecutionsSucceeded', 'StateMachineArn', machine)).toBe(1);
});
