import { gzipSync } from 'node:zlib';
import { paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { realTimer } from 'headrace-emulator';
import type { ScenarioStage } from './scenarioStage.ts';

/** How an execution came out: `SUCCEEDED`, or the status with error and cause. */
export interface Ended {
  name: string;
  status: string;
  error: string;
  cause: string;
}

const POLL_MS = 25;

/** Asks until there is an answer. Throws after three minutes: then something waits that nothing will end. */
export const until = async <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> => {
  const end = Date.now() + 180_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`The scenario waited three minutes in vain for ${what}.`);
    await realTimer.sleep(POLL_MS);
  }
};

export const post = async (
  { stage, writeKey }: ScenarioStage,
  events: readonly object[],
): Promise<number> => {
  const response = await fetch(`${stage.httpApi}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${writeKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
  await response.arrayBuffer();
  return response.status;
};

export const ended = ({ sfn }: ScenarioStage, executionArn: string): Promise<Ended> =>
  until(`the end of ${executionArn}`, async () => {
    const {
      name = '',
      status = '',
      error = '',
      cause = '',
    } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING' ? undefined : { name, status, error, cause };
  });

const machineArn = ({ stage }: ScenarioStage, key: 'etl' | 'backfill'): string =>
  `arn:aws:states:us-east-1:000000000000:stateMachine:headrace-${stage.stage}-${key}`;

export const start = async (on: ScenarioStage, key: 'etl' | 'backfill', input: object): Promise<string> => {
  const request = { stateMachineArn: machineArn(on, key), input: JSON.stringify(input) };
  const { executionArn = '' } = await on.sfn.send(new StartExecutionCommand(request));
  return executionArn;
};

export const run = async (on: ScenarioStage, key: 'etl' | 'backfill', input: object): Promise<Ended> =>
  ended(on, await start(on, key, input));

/** The schedule's own way to a run. */
export const runBySchedule = async (on: ScenarioStage): Promise<Ended> => {
  const [fired] = await on.stage.fireSchedule(`headrace-${on.stage.stage}-etl`);
  return ended(on, fired?.executionArn ?? '');
};

/** The schedule that counts everything; undefined when all adds up, else what it says. */
export const reconcileBySchedule = async (on: ScenarioStage): Promise<string | undefined> => {
  const [fired] = await on.stage.fireSchedule(`headrace-${on.stage.stage}-reconcile`);
  const said = fired?.payload ?? 'The schedule fired nothing.';
  return said.startsWith('{"days":') ? undefined : said;
};

/**
 * Starts an execution and stops it once it waits for a query or for another execution, which it cannot hear of as
 * long as it is held.
 */
export const stopWhile = async (
  on: ScenarioStage,
  key: 'etl' | 'backfill',
  input: object,
): Promise<Ended> => {
  on.hands.hold = true;
  try {
    const executionArn = await start(on, key, input);
    await until(`what ${executionArn} waits for`, async () => {
      const { events = [] } = await on.sfn.send(
        new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 20 }),
      );
      return (
        events.some(({ type }) => /^(TaskSubmitted|Execution(Succeeded|Failed))$/.test(type ?? '')) ||
        undefined
      );
    });
    await on.sfn.send(new StopExecutionCommand({ executionArn }));
    return await ended(on, executionArn);
  } finally {
    on.hands.hold = false;
  }
};

/** Puts an object of raw lines as land would have. */
export const putRaw = async (on: ScenarioStage, hour: string, lines: readonly string[]): Promise<void> => {
  const [day, hr] = hour.split('T');
  const Key = `raw/dt=${day}/hr=${hr}/shardId-000000000000-9-n${lines.length}.ndjson.gz`;
  const Body = gzipSync(lines.map((line) => `${line}\n`).join(''));
  await on.s3.send(new PutObjectCommand({ Bucket: on.lake, Key, Body }));
};

/** Puts an object that is not gzip. */
export const putDamaged = async (on: ScenarioStage, hour: string): Promise<void> => {
  const [day, hr] = hour.split('T');
  const Key = `raw/dt=${day}/hr=${hr}/shardId-000000000000-9-n1.ndjson.gz`;
  await on.s3.send(new PutObjectCommand({ Bucket: on.lake, Key, Body: 'no gzip' }));
};

export const removeAll = async (on: ScenarioStage, prefix: string): Promise<void> => {
  const { Contents = [] } = await on.s3.send(new ListObjectsV2Command({ Bucket: on.lake, Prefix: prefix }));
  const Objects = Contents.map(({ Key }) => ({ Key }));
  if (Objects.length > 0)
    await on.s3.send(new DeleteObjectsCommand({ Bucket: on.lake, Delete: { Objects } }));
};

/** Locks an hour as a run that was stopped in the middle of its build leaves it. */
export const leaveLocked = async (
  { dynamodb, ledgerTable }: ScenarioStage,
  hour: string,
  owner: string,
): Promise<void> => {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: ledgerTable,
      Key: { pk: { S: hour } },
      UpdateExpression: 'SET lock_owner = :owner, lock_until = :until',
      ExpressionAttributeValues: { ':owner': { S: owner }, ':until': { N: String(Date.now() + 900_000) } },
    }),
  );
};

/** Makes builds that were replaced look as if that had been two days ago. */
export const ageRetiredBuilds = async ({ dynamodb, ledgerTable }: ScenarioStage): Promise<void> => {
  const pages = paginateScan({ client: dynamodb }, { TableName: ledgerTable });
  for await (const { Items = [] } of pages) {
    for (const { pk, retired_builds: members } of Items) {
      if (pk === undefined || members?.SS === undefined) continue;
      const old = new Date(Date.now() - 2 * 24 * 3_600_000).toISOString();
      const names = new Set(members.SS.map((member) => member.split(' ')[1]));
      const aged = [...names].map((name) => `${old} ${name}`);
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: ledgerTable,
          Key: { pk },
          UpdateExpression: 'SET retired_builds = :aged',
          ExpressionAttributeValues: { ':aged': { SS: aged } },
        }),
      );
    }
  }
};

/** Has the next run compare the last hours with the archive, one with a rejected record among them, and with the windows. */
export const checkArchiveAgain = async (on: ScenarioStage): Promise<void> => {
  const { s3, dynamodb, lake, ledgerTable } = on;
  const hour = new Date(Date.now() - 5 * 3_600_000).toISOString().slice(0, 13);
  const [day, hr] = hour.split('T');
  const Key = `quarantine/dt=${day}/hr=${hr}/shardId-000000000000-9-n1.ndjson.gz`;
  const row = { reason: 'not_ndjson', detail: '', raw: '', received_at: `${hour}:00:00.000Z`, sequence: '9' };
  const Body = gzipSync(`${JSON.stringify(row)}\n`);
  await s3.send(new PutObjectCommand({ Bucket: lake, Key, Body }));
  for (const check of ['archive', 'speed']) {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: ledgerTable,
        Key: { pk: { S: check } },
        UpdateExpression: 'SET checked_until = :until',
        ExpressionAttributeValues: { ':until': { S: hour } },
      }),
    );
  }
};
