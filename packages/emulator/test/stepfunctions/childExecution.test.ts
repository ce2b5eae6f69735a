import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/contracts.ts';
import { context, fixture, oneTask, outputOf, role } from '../../src/testing/stepFunctions.ts';

const childArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:child';
const Parameters = { StateMachineArn: childArn, Input: { 'n.$': '$.n' }, Name: 'c1' };
const run = async (resource: string, child: JsonObject, fields: JsonObject = {}) => {
  const stage = fixture({ functions: () => new Promise<never>(() => {}) });
  stage.states.deploy('child', JSON.stringify(child), role);
  const ended = await stage.run(oneTask(`arn:aws:states:::states:${resource}`, { Parameters, ...fields }), {
    n: 1,
  });
  return { ended, stage };
};
const pass = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };

describe('states:startExecution', () => {
  test('starts the child and goes on', async () => {
    const { ended } = await run('startExecution', pass);

    expect(outputOf(ended)).toEqual({
      ExecutionArn: 'arn:aws:states:us-east-1:000000000000:execution:child:c1',
      StartDate: Date.parse('2026-11-01T00:00:00Z'),
    });
  });

  test('.sync:2 waits for the child and gives its output as JSON, .sync as text', async () => {
    const { ended: asJson } = await run('startExecution.sync:2', pass);
    const { ended: asText } = await run('startExecution.sync', pass);

    expect(outputOf(asJson)).toMatchObject({
      Status: 'SUCCEEDED',
      Input: { n: 1 },
      Output: { n: 1 },
      Name: 'c1',
    });
    expect(outputOf(asText)).toMatchObject({ Output: '{"n":1}' });
  });

  test('the history names the whole resource, version included', async () => {
    const { ended, stage } = await run('startExecution.sync:2', pass);

    const executionArn = String(ended.executionArn);
    const { events } = await stage.states.call('GetExecutionHistory', { executionArn }, context);
    expect(JSON.stringify(events)).toContain(
      '"taskScheduledEventDetails":{"resourceType":"states","resource":"startExecution.sync:2"',
    );
  });

  test('a child that fails is States.TaskFailed with its description as the cause', async () => {
    const child = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E', Cause: 'why' } } };

    const { ended } = await run('startExecution.sync:2', child);

    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(String(ended.cause))).toMatchObject({ Status: 'FAILED', Error: 'E', Cause: 'why' });
  });

  test('a child nobody waits for any more is stopped', async () => {
    const hanging = oneTask('arn:aws:lambda:us-east-1:000000000000:function:f');

    const { ended, stage } = await run('startExecution.sync:2', hanging, { TimeoutSeconds: 2 });

    expect(ended).toMatchObject({ error: 'States.Timeout' });
    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:child:c1';
    expect((await stage.states.ended(executionArn)).status).toBe('ABORTED');
    expect(await stage.states.call('DescribeExecution', { executionArn }, context)).toMatchObject({
      status: 'ABORTED',
    });
  });
});
