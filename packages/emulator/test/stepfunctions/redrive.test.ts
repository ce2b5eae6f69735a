import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/contracts.ts';
import { IN_MEMORY, openStore } from '../../src/database.ts';
import { context, type Fixture, fixture, role } from '../../src/testing/stepFunctions.ts';
import { type Endpoint, startEndpoint } from './endpoint.ts';

const fn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const steps: JsonObject = {
  StartAt: 'Build',
  States: {
    Build: { Type: 'Task', Resource: fn('build'), Next: 'Publish' },
    Publish: {
      Type: 'Task',
      Resource: fn('publish'),
      Parameters: { 'count.$': '$$.Execution.RedriveCount', 'input.$': '$' },
      End: true,
    },
  },
};

describe('RedriveExecution', () => {
  const store = () => openStore(IN_MEMORY);
  let db: ReturnType<typeof store>;
  let stage: Fixture;
  let endpoint: Endpoint;
  let client: SFNClient;
  let calls: string[];
  /** what `publish` does */
  let publish: (payload: string) => Promise<{ payload: string; functionError?: 'Unhandled' }>;

  const breaks = async () => ({ payload: '{"errorType":"Broken"}', functionError: 'Unhandled' as const });
  const works = async (payload: string) => ({ payload });

  /** The same store with another process over it. */
  const open = async () => {
    stage = fixture({
      store: db,
      functions: async (name, payload) => {
        calls.push(name.replace(fn(''), ''));
        return name === fn('publish') ? publish(payload) : { payload: '"built"' };
      },
    });
    endpoint = await startEndpoint(stage.states);
    client = new SFNClient({
      ...{ endpoint: endpoint.url, region: 'us-east-1', maxAttempts: 1 },
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    });
  };
  const close = async () => {
    client.destroy();
    await stage.states.close();
    await endpoint.close();
  };

  beforeEach(async () => {
    db = store();
    calls = [];
    publish = breaks;
    await open();
  });
  afterEach(close);

  const start = async (definition = steps) => {
    const stateMachineArn = stage.states.deploy('m', JSON.stringify(definition), role);
    const { executionArn = '' } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    return { executionArn, stateMachineArn };
  };
  const failed = async (definition = steps) => {
    const started = await start(definition);
    await stage.states.ended(started.executionArn);
    return started;
  };
  const redrive = (executionArn: string, clientToken?: string) =>
    client.send(new RedriveExecutionCommand({ executionArn, clientToken }));
  const describeExecution = (executionArn: string) =>
    client.send(new DescribeExecutionCommand({ executionArn }));

  test('goes on with the state that failed, and says how often and when', async () => {
    const { executionArn, stateMachineArn } = await failed();
    const before = await describeExecution(executionArn);
    expect(before).toMatchObject({ status: 'FAILED', redriveCount: 0, redriveStatus: 'REDRIVABLE' });
    expect(before.redriveDate).toBeUndefined();

    publish = works;
    const { redriveDate } = await redrive(executionArn);
    await stage.states.ended(executionArn);

    const after = await describeExecution(executionArn);
    expect(calls).toEqual(['build', 'publish', 'publish']);
    expect(after).toMatchObject({
      ...{ status: 'SUCCEEDED', output: '{"count":1,"input":"built"}', startDate: before.startDate },
      ...{ redriveCount: 1, redriveDate, redriveStatus: 'NOT_REDRIVABLE' },
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    expect([after.error, after.cause]).toEqual([undefined, undefined]);
    const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions).toMatchObject([{ status: 'SUCCEEDED', redriveCount: 1, redriveDate }]);
  });

  test('appends to the history, which tells of both attempts', async () => {
    const { executionArn } = await failed();
    publish = works;
    await redrive(executionArn);
    await stage.states.ended(executionArn);

    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    const at = events.findIndex(({ type }) => type === 'ExecutionRedriven');
    expect(events.slice(at - 1).map(({ type }) => type)).toEqual([
      'ExecutionFailed',
      'ExecutionRedriven',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events[at]?.executionRedrivenEventDetails).toEqual({ redriveCount: 1 });
    const entered = events.find((event) => event.stateEnteredEventDetails?.name === 'Publish');
    expect(events[at + 1]?.previousEventId).toBe(entered?.id);
  });

  test('runs the definition that the execution began with', async () => {
    const { executionArn } = await failed();
    stage.states.deploy(
      'm',
      JSON.stringify({ StartAt: 'Other', States: { Other: { Type: 'Pass', End: true } } }),
      role,
    );
    publish = works;
    await redrive(executionArn);

    expect(await stage.states.ended(executionArn)).toMatchObject({ output: '{"count":1,"input":"built"}' });
  });

  test('of one that runs, or has succeeded, is refused', async () => {
    publish = () => new Promise(() => {});
    const { executionArn } = await start();
    await expect(redrive(executionArn)).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
      message: expect.stringContaining('Execution is RUNNING and cannot be redriven'),
    });
    await client.send(new StopExecutionCommand({ executionArn }));
    publish = works;
    await redrive(executionArn);
    await stage.states.ended(executionArn);

    await expect(redrive(executionArn)).rejects.toThrow('Execution is SUCCEEDED and cannot be redriven');
    await expect(redrive(`${executionArn}x`)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  });

  test('is possible for 14 days after the end', async () => {
    const { executionArn } = await failed();
    const back = (days: number) =>
      db.exec(
        `UPDATE sfn_executions SET stop_ms = stop_ms - ${days * 86_400_000}, start_ms = start_ms - ${days * 86_400_000}`,
      );
    back(13.9);
    expect((await describeExecution(executionArn)).redriveStatus).toBe('REDRIVABLE');
    back(0.2);

    expect((await describeExecution(executionArn)).redriveStatusReason).toBe(
      'Execution redrivable period exceeded',
    );
    await expect(redrive(executionArn)).rejects.toThrow('Execution redrivable period exceeded');
  });

  test('with the same token is the same request; with another it is a new one', async () => {
    const { executionArn } = await failed();
    const first = await redrive(executionArn, 'a');
    await stage.states.ended(executionArn);
    const same = await redrive(executionArn, 'a');
    expect([same.redriveDate, (await describeExecution(executionArn)).redriveCount]).toEqual([
      first.redriveDate,
      1,
    ]);

    await redrive(executionArn, 'b');
    await stage.states.ended(executionArn);
    expect((await describeExecution(executionArn)).redriveCount).toBe(2);
  });

  test('picks up in another process what the end of the emulator had stopped', async () => {
    let begun = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    publish = () => {
      begun();
      return new Promise(() => {});
    };
    const { executionArn } = await start();
    await running;
    await close();

    await open();
    expect(await describeExecution(executionArn)).toMatchObject({
      ...{ status: 'ABORTED', error: 'Emulator.Stopped', redriveStatus: 'REDRIVABLE' },
    });
    publish = works;
    await redrive(executionArn);

    expect(await stage.states.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls).toEqual(['build', 'publish', 'publish']);
  });

  test('is refused, by name, for what a killed process left and for a Map Run', async () => {
    const { executionArn } = await failed();
    db.exec('UPDATE sfn_redrives SET standing = NULL');
    expect((await describeExecution(executionArn)).redriveStatusReason).toContain('Emulator: where the');

    const ItemProcessor = {
      ...{ StartAt: 'T', States: { T: { Type: 'Task', Resource: fn('publish'), End: true } } },
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    };
    const States = { M: { Type: 'Map', ItemsPath: '$.list', ItemProcessor, End: true } };
    stage.states.deploy('d', JSON.stringify({ StartAt: 'M', States }), role);
    const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:d';
    const started = await stage.states.call(
      'StartExecution',
      { stateMachineArn, input: '{"list":[1]}' },
      context,
    );
    await stage.states.ended(String(started.executionArn));

    await expect(redrive(String(started.executionArn))).rejects.toThrow(
      "Emulator: the Map Run of the state 'M' cannot be redriven",
    );
  });

  test('executions of a machine are not filtered by it: that is for Map Runs', async () => {
    const { stateMachineArn } = await failed();
    const listing = new ListExecutionsCommand({ stateMachineArn, redriveFilter: 'REDRIVEN' });

    await expect(client.send(listing)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
