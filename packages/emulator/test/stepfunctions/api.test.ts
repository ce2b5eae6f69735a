import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Fixture, fixture, oneTask, role } from '../../src/testing/stepFunctions.ts';
import { type Endpoint, startEndpoint } from './endpoint.ts';

const pass = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
const name = 'm';

describe('Step Functions through its real client', () => {
  let stage: Fixture;
  let endpoint: Endpoint;
  let client: SFNClient;
  let release: () => void;

  beforeEach(async () => {
    const hung = new Promise<void>((resolve) => {
      release = resolve;
    });
    stage = fixture({
      functions: async () => {
        await hung;
        return { payload: '"done"' };
      },
    });
    endpoint = await startEndpoint(stage.states);
    client = new SFNClient({
      endpoint: endpoint.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
  });

  afterEach(async () => {
    client.destroy();
    await stage.states.close();
    await endpoint.close();
  });

  const create = async (definition = pass) => {
    const { stateMachineArn } = await client.send(
      new CreateStateMachineCommand({ name, definition, roleArn: role }),
    );
    return stateMachineArn ?? '';
  };
  const start = async (stateMachineArn: string, fields: { name?: string; input?: string } = {}) => {
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, ...fields }));
    return executionArn ?? '';
  };
  const refusal = async (sent: Promise<unknown>) => {
    const error: unknown = await sent.catch((thrown: unknown) => thrown);
    return error instanceof Error ? error.name : 'none';
  };

  test('an execution is started, described and read as history', async () => {
    const arn = await start(await create(), { name: 'first', input: '{"a":1}' });
    await stage.states.ended(arn);

    const described = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn: arn }));

    expect(described).toMatchObject({
      executionArn: 'arn:aws:states:us-east-1:000000000000:execution:m:first',
      status: 'SUCCEEDED',
      input: '{"a":1}',
      output: '{"a":1}',
      startDate: new Date('2026-11-01T00:00:00.000Z'),
    });
    expect(events?.map((event) => event.type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events?.[1]).toMatchObject({
      id: 2,
      previousEventId: 0,
      timestamp: new Date('2026-11-01T00:00:00.000Z'),
      stateEnteredEventDetails: { name: 'P', input: '{"a":1}', inputDetails: { truncated: false } },
    });
  });

  test('creating the same machine again is the same machine; with another definition it is refused', async () => {
    const arn = await create();

    expect(await create()).toBe(arn);
    expect(await refusal(create(JSON.stringify(oneTask('arn:aws:states:::lambda:invoke'))))).toBe(
      'StateMachineAlreadyExists',
    );
  });

  test('an execution keeps the definition it began with when the machine gets a new one', async () => {
    const stateMachineArn = await create(
      JSON.stringify(oneTask('arn:aws:lambda:us-east-1:000000000000:function:f')),
    );
    const executionArn = await start(stateMachineArn);

    await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: pass }));
    release();
    await stage.states.ended(executionArn);

    const now = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const then = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    const { output } = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(now).toMatchObject({
      definition: pass,
      revisionId: '2',
      status: 'ACTIVE',
      type: 'STANDARD',
      roleArn: role,
    });
    expect(then.definition).toContain('function:f');
    expect(output).toBe('"done"');
  });

  test('a definition with a resource that is not emulated is refused, naming the resource', async () => {
    const definition = JSON.stringify(oneTask('arn:aws:states:::batch:submitJob.sync'));

    const error: unknown = await create(definition).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'InvalidDefinition' });
    expect(String(error)).toContain('/States/T/Resource');
    expect(String(error)).toContain('batch:submitJob.sync');
  });

  test('the same name with the same input while it runs is the same execution; otherwise it exists already', async () => {
    const stateMachineArn = await create(
      JSON.stringify(oneTask('arn:aws:lambda:us-east-1:000000000000:function:f')),
    );
    const first = await start(stateMachineArn, { name: 'n', input: '{}' });

    expect(await start(stateMachineArn, { name: 'n', input: '{}' })).toBe(first);
    expect(await refusal(start(stateMachineArn, { name: 'n', input: '{"a":1}' }))).toBe(
      'ExecutionAlreadyExists',
    );
    release();
    await stage.states.ended(first);
    expect(await refusal(start(stateMachineArn, { name: 'n', input: '{}' }))).toBe('ExecutionAlreadyExists');
  });

  test('bad names, inputs and ARNs get the errors AWS has for them', async () => {
    const arn = await create();

    expect(await refusal(start(arn, { name: 'a b' }))).toBe('InvalidName');
    expect(await refusal(start(arn, { input: '{' }))).toBe('InvalidExecutionInput');
    expect(await refusal(start('arn:aws:s3:::bucket'))).toBe('InvalidArn');
    expect(await refusal(start(`${arn}x`))).toBe('StateMachineDoesNotExist');
    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:m:none';
    expect(await refusal(client.send(new DescribeExecutionCommand({ executionArn })))).toBe(
      'ExecutionDoesNotExist',
    );
  });

  test('a stopped execution is ABORTED with the error and cause of who stopped it', async () => {
    const stateMachineArn = await create(
      JSON.stringify(oneTask('arn:aws:lambda:us-east-1:000000000000:function:f')),
    );
    const executionArn = await start(stateMachineArn);

    const { stopDate } = await client.send(
      new StopExecutionCommand({ executionArn, error: 'Mine', cause: 'enough' }),
    );

    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'ABORTED', error: 'Mine', cause: 'enough', stopDate });
    expect(described.output).toBeUndefined();
  });

  test('executions are listed newest first, in pages, by status', async () => {
    const stateMachineArn = await create();
    for (const each of ['a', 'b', 'c'])
      await stage.states.ended(await start(stateMachineArn, { name: each }));

    const names: (string | undefined)[] = [];
    for await (const page of paginateListExecutions({ client, pageSize: 2 }, { stateMachineArn })) {
      expect(page.executions?.length).toBeLessThanOrEqual(2);
      names.push(...(page.executions ?? []).map((execution) => execution.name));
    }
    const running = await client.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
    );

    const tooMany = client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1001 }));

    expect(names).toEqual(['c', 'b', 'a']);
    expect(running.executions).toEqual([]);
    await expect(tooMany).rejects.toThrow("Value '1001' at 'maxResults' failed to satisfy constraint");
  });

  test('a history is read in pages, forwards and backwards, with and without the data in it', async () => {
    const executionArn = await start(await create(), { input: '{"secret":1}' });
    await stage.states.ended(executionArn);

    const ids: (number | undefined)[] = [];
    const reversed = { executionArn, reverseOrder: true };
    for await (const page of paginateGetExecutionHistory({ client, pageSize: 3 }, reversed)) {
      ids.push(...(page.events ?? []).map((event) => event.id));
    }
    const { events } = await client.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );

    expect(ids).toEqual([4, 3, 2, 1]);
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(events?.[1]?.stateEnteredEventDetails?.name).toBe('P');
  });

  test('machines are listed by name, and definitions are validated without being created', async () => {
    await create();

    const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
    const good = await client.send(new ValidateStateMachineDefinitionCommand({ definition: pass }));
    const bad = await client.send(new ValidateStateMachineDefinitionCommand({ definition: '{}' }));

    expect(stateMachines?.map((machine) => machine.name)).toEqual(['m']);
    expect(good).toMatchObject({ result: 'OK', diagnostics: [] });
    expect(bad.diagnostics).toEqual([
      {
        severity: 'ERROR',
        code: 'SCHEMA_VALIDATION_FAILED',
        message: 'These fields are required: [States, StartAt]',
        location: '/',
      },
    ]);
  });
});
