import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/contracts.ts';
import { IN_MEMORY, openStore } from '../../src/database.ts';
import { context, fixture, oneTask, role } from '../../src/testing/stepFunctions.ts';

const pass = (Result: string) =>
  JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', Result, End: true } } });
const hanging = JSON.stringify(oneTask('arn:aws:lambda:us-east-1:000000000000:function:f'));
const never = () => new Promise<never>(() => {});
const started = async (states: ReturnType<typeof fixture>['states'], stateMachineArn: string) => {
  const { executionArn } = await states.call('StartExecution', { stateMachineArn }, context);
  return { executionArn: String(executionArn) };
};
const typesOf = (history: JsonObject) => JSON.stringify(history).match(/"type":"\w+"/g);

describe('a stage that is started again over the same store', () => {
  test('knows the machines, executions and histories of before', async () => {
    const store = openStore(IN_MEMORY);
    const before = fixture({ store });
    const execution = await started(before.states, before.states.deploy('m', pass('x'), role));
    await before.states.ended(execution.executionArn);
    await before.states.close();

    const after = fixture({ store }).states;

    expect(await after.call('DescribeExecution', execution, context)).toMatchObject({
      status: 'SUCCEEDED',
      output: '"x"',
    });
    expect(typesOf(await after.call('GetExecutionHistory', execution, context))).toHaveLength(4);
  });

  test('closes as ABORTED what was running when the process died, and says why', async () => {
    const store = openStore(IN_MEMORY);
    const died = fixture({ store, functions: never }).states;
    const execution = await started(died, died.deploy('m', hanging, role));
    // What had happened until then is stored before anyone asks.
    await new Promise((resolve) => setImmediate(resolve));

    const after = fixture({ store }).states;

    expect(await after.call('DescribeExecution', execution, context)).toMatchObject({
      status: 'ABORTED',
      error: 'Emulator.Stopped',
      cause: 'The emulator ended while this execution ran; it does not go on after a restart.',
    });
    const types = typesOf(await after.call('GetExecutionHistory', execution, context));
    expect(types?.at(0)).toBe('"type":"ExecutionStarted"');
    expect(types?.at(-1)).toBe('"type":"ExecutionAborted"');
    expect(types).toContain('"type":"LambdaFunctionStarted"');
  });

  test('an orderly end aborts what runs, too', async () => {
    const { states } = fixture({ functions: never });
    const execution = await started(states, states.deploy('m', hanging, role));

    await states.close();

    expect(await states.call('DescribeExecution', execution, context)).toMatchObject({ status: 'ABORTED' });
  });

  test('deploying the same definition again leaves the machine as it is; another one is a new revision', async () => {
    const { states } = fixture();
    const stateMachineArn = states.deploy('m', pass('a'), role);
    states.deploy('m', pass('a'), role);
    expect(await states.call('DescribeStateMachine', { stateMachineArn }, context)).toMatchObject({
      revisionId: '1',
    });

    states.deploy('m', pass('b'), role);
    expect(await states.call('DescribeStateMachine', { stateMachineArn }, context)).toMatchObject({
      revisionId: '2',
    });
  });

  test('executions that ended more than 90 days ago are forgotten, with their histories', async () => {
    const store = openStore(IN_MEMORY);
    const first = fixture({ store });
    await first.run(JSON.parse(pass('old')));
    store.exec('UPDATE sfn_executions SET stop_ms = stop_ms - 91 * 86400000');

    fixture({ store });

    expect(store.prepare('SELECT count(*) AS n FROM sfn_executions').get()).toEqual({ n: 0 });
    expect(store.prepare('SELECT count(*) AS n FROM sfn_events').get()).toEqual({ n: 0 });
  });
});
