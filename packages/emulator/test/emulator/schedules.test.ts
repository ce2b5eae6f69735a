import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/contracts.ts';
import { fire, schedulesOf } from '../../src/scheduler/firing.ts';
import { parseTemplate } from '../../src/template/read.ts';
import { resolveTemplate } from '../../src/template/resolveTemplate.ts';

const schedules = (resources: object) =>
  schedulesOf(
    resolveTemplate(parseTemplate({ Resources: resources }), {
      stack: 'headrace-test',
      endpoint: 'http://127.0.0.1:1',
    }),
  );

const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:etl';
const lambda = 'arn:aws:lambda:us-east-1:000000000000:function:sweep';

const services = () => {
  const calls: unknown[] = [];
  return {
    calls,
    mayInvoke(role: string) {
      if (role !== 'caller') throw new Error(`${role} may not`);
    },
    invoker: {
      async invoke(name: string, payload: string) {
        calls.push([name, JSON.parse(payload)]);
        return { payload: '"done"' };
      },
    },
    states: {
      name: 'states',
      targetPrefix: 'AWSStepFunctions',
      jsonVersion: '1.0' as const,
      async call(action: string, input: JsonObject) {
        calls.push([action, input]);
        return { executionArn: 'arn:execution' };
      },
    },
  };
};

const at = new Date('2026-11-01T05:06:07.089Z');

describe('firing a schedule', () => {
  test('starts its state machine with its input', async () => {
    const Etl = {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Name: 'etl',
        ScheduleExpression: 'rate(15 minutes)',
        State: 'DISABLED',
        Target: { Arn: machine, Input: '{}' },
      },
    };
    const [schedule] = schedules({ Etl });
    const around = services();
    expect(schedule).toMatchObject({ name: 'etl', enabled: false, expression: 'rate(15 minutes)' });
    expect(await fire(schedule!, around, at)).toEqual([{ target: machine, executionArn: 'arn:execution' }]);
    expect(around.calls).toEqual([['StartExecution', { stateMachineArn: machine, input: '{}' }]]);
  });

  test('of a rule without an input sends the scheduled event to all of its targets', async () => {
    const Rule = {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'hourly',
        ScheduleExpression: 'cron(0 * * * ? *)',
        Targets: [{ Id: 'a', Arn: lambda }],
      },
    };
    const around = services();
    expect(await fire(schedules({ Rule })[0]!, around, at)).toEqual([{ target: lambda, payload: '"done"' }]);
    expect(around.calls).toEqual([
      [
        lambda,
        {
          version: '0',
          id: expect.any(String),
          'detail-type': 'Scheduled Event',
          source: 'aws.events',
          account: '000000000000',
          time: '2026-11-01T05:06:07Z',
          region: 'us-east-1',
          resources: ['arn:aws:events:us-east-1:000000000000:rule/hourly'],
          detail: {},
        },
      ],
    ]);
  });

  test('calls a function only if the role of the schedule may', async () => {
    const firing = (RoleArn: string) => {
      const Target = { Arn: lambda, RoleArn, Input: '{}' };
      const Sweep = {
        Type: 'AWS::Scheduler::Schedule',
        Properties: { ScheduleExpression: 'rate(1 day)', Target },
      };
      const around = services();
      return { around, fired: fire(schedules({ Sweep })[0]!, around, at) };
    };
    expect(await firing('caller').fired).toEqual([{ target: lambda, payload: '"done"' }]);

    const refused = firing('somebody');
    await expect(refused.fired).rejects.toThrow('somebody may not');
    expect(refused.around.calls).toEqual([]);
  });

  test('at something that is neither is refused by name', async () => {
    const Rule = {
      Type: 'AWS::Events::Rule',
      Properties: { ScheduleExpression: 'rate(1 hour)', Targets: [{ Arn: 'arn:aws:ecs:x' }] },
    };
    await expect(fire(schedules({ Rule })[0]!, services(), at)).rejects.toThrow(
      'cannot send to arn:aws:ecs:x',
    );
  });

  test('is never asked of a rule with an event pattern', () => {
    const Rule = { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['aws.s3'] } } };
    expect(() => schedules({ Rule })).toThrow('Rule (AWS::Events::Rule): ✖ only schedules are emulated');
  });
});
