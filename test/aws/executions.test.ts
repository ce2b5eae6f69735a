import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { EtlExecutions } from '../../src/aws/executions.ts';

const client = new SFNClient({ region: 'us-east-1' });
const states = mockClient(client);
const ARN = 'arn:aws:states:us-east-1:000000000000:execution:headrace-test-etl';
const executions = new EtlExecutions(client, ARN);

beforeEach(() => {
  states.reset();
});

describe('an execution of the etl', () => {
  test.each([
    ['SUCCEEDED', true],
    ['FAILED', true],
    ['TIMED_OUT', true],
    ['ABORTED', true],
    ['RUNNING', false],
    ['PENDING_REDRIVE', false],
  ] as const)('that is %s has ended: %s', async (status, ended) => {
    states.on(DescribeExecutionCommand, { executionArn: `${ARN}:run-1` }).resolves({ status });
    expect(await executions.hasEnded('run-1')).toBe(ended);
  });

  test('that Step Functions does not know, or not yet, has not ended', async () => {
    const unknown = new ExecutionDoesNotExist({ message: 'no such execution', $metadata: {} });
    states.on(DescribeExecutionCommand).rejects(unknown);
    expect(await executions.hasEnded('run-1')).toBe(false);
  });

  test('that cannot be asked about is an error worth a retry', async () => {
    const slow = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    states.on(DescribeExecutionCommand).rejects(slow);
    await expect(executions.hasEnded('run-1')).rejects.toMatchObject({ name: 'Throttled' });
  });
});
