import { expect, test } from '@jest/globals';
import { stepFunctionsHost } from '../../src/stepfunctions/host.ts';

const host = stepFunctionsHost('us-east-1');
const none = { timeout: undefined, heartbeat: undefined };
const about = {
  Execution: {
    Id: 'arn:aws:states:us-east-1:000000000000:execution:m:e',
    Input: {},
    Name: 'e',
    RoleArn: 'arn:aws:iam::000000000000:role/r',
    StartTime: '2026-11-01T00:00:00.000Z',
    RedriveCount: 0,
  },
  StateMachine: { Id: 'arn:aws:states:us-east-1:000000000000:stateMachine:m', Name: 'm' },
};

test.each([
  ['arn:aws:states:::aws-sdk:glue:startCrawler', { resourceType: 'aws-sdk:glue', resource: 'startCrawler' }],
  ['arn:aws:states:::lambda:invoke', { resourceType: 'lambda', resource: 'invoke' }],
  [
    'arn:aws:states:::states:startExecution.sync:2',
    { resourceType: 'states', resource: 'startExecution.sync:2' },
  ],
])('the history writes a task of %s with %j', (arn, which) => {
  const notes = host.taskNotes(arn);

  expect(notes).toMatchObject({ prefix: 'Task', resource: which });
  expect(notes.scheduled('{}', { timeout: 5, heartbeat: 1 })).toEqual({
    ...which,
    region: 'us-east-1',
    parameters: '{}',
    timeoutInSeconds: 5,
    heartbeatInSeconds: 1,
  });
});

test('a function called by its own ARN has events of its own kind, without heartbeats', () => {
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
  const notes = host.taskNotes(arn);

  expect(notes).toMatchObject({ prefix: 'LambdaFunction', resource: {} });
  expect(notes.scheduled('1', { timeout: 5, heartbeat: 1 })).toEqual({
    input: '1',
    inputDetails: { truncated: false },
    resource: arn,
    timeoutInSeconds: 5,
  });
  expect(notes.scheduled('1', none)).not.toHaveProperty('timeoutInSeconds');
});

test('a Map Run and its children have ARNs beside those of the machine and its executions', () => {
  expect(host.mapRunId(about, 'L', 'u')).toBe('arn:aws:states:us-east-1:000000000000:mapRun:m/L:u');
  expect(host.childId(about, 'L', 'c')).toBe('arn:aws:states:us-east-1:000000000000:execution:m/L:c');
});
