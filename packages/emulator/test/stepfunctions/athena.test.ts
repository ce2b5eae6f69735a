import { describe, expect, test } from '@jest/globals';
import { AwsError, type JsonObject } from '../../src/contracts.ts';
import { context, fixture, oneTask, outputOf, role } from '../../src/testing/stepFunctions.ts';

const sync = 'arn:aws:states:::athena:startQueryExecution.sync';
const Parameters = { QueryString: 'SELECT 1', WorkGroup: 'w' };
const query = (State: string): JsonObject => ({
  QueryExecution: { QueryExecutionId: 'q', Status: { State, SubmissionDateTime: 1793491200.5 } },
});

/** Athena that goes through these states, one each time it is asked; the last one stays. */
const athena = (...states: string[]) => ({
  athena: {
    StartQueryExecution: () => ({ QueryExecutionId: 'q' }),
    GetQueryExecution: () => query((states.length > 1 ? states.shift() : states[0]) ?? ''),
    StopQueryExecution: () => ({}),
  },
});
const actions = (calls: { action: string }[]) => calls.map(({ action }) => action);

describe('athena:startQueryExecution.sync', () => {
  test('waits until the query has succeeded and answers with its execution, times in milliseconds', async () => {
    const { run, calls } = fixture({ services: athena('QUEUED', 'RUNNING', 'SUCCEEDED') });

    const ended = await run(oneTask(sync, { Parameters }));

    expect(actions(calls)).toEqual([
      'StartQueryExecution',
      'GetQueryExecution',
      'GetQueryExecution',
      'GetQueryExecution',
    ]);
    expect(calls[0]).toMatchObject({ input: Parameters, accessKeyId: `key of ${role}` });
    expect(outputOf(ended)).toEqual({
      QueryExecution: {
        QueryExecutionId: 'q',
        Status: { State: 'SUCCEEDED', SubmissionDateTime: 1793491200500 },
      },
    });
  });

  test('a failed or cancelled query is States.TaskFailed, its execution the cause', async () => {
    for (const state of ['FAILED', 'CANCELLED']) {
      const { run, calls } = fixture({ services: athena('RUNNING', state) });

      const ended = await run(oneTask(sync, { Parameters }));

      expect(ended).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
      expect(JSON.parse(String(ended.cause))).toMatchObject({
        QueryExecutionId: 'q',
        Status: { State: state },
      });
      expect(actions(calls)).not.toContain('StopQueryExecution');
    }
  });

  test('a query that outlives its task is stopped', async () => {
    const { run, calls } = fixture({ services: athena('RUNNING') });

    expect(await run(oneTask(sync, { Parameters, TimeoutSeconds: 5 }))).toMatchObject({
      error: 'States.Timeout',
    });

    expect(calls.at(-1)).toMatchObject({ action: 'StopQueryExecution', input: { QueryExecutionId: 'q' } });
    expect(actions(calls).filter((action) => action === 'StopQueryExecution')).toHaveLength(1);
  });

  test('stopping the execution stops its query', async () => {
    const { states, calls } = fixture({ services: athena('RUNNING') });
    const stateMachineArn = states.deploy('m', JSON.stringify(oneTask(sync, { Parameters })), role);
    const { executionArn = '' } = await states.call('StartExecution', { stateMachineArn }, context);
    await new Promise((resolve) => setImmediate(resolve));

    await states.call('StopExecution', { executionArn }, context);

    expect(actions(calls)).toContain('StopQueryExecution');
  });

  test('a query that could not be started has the error of the call', async () => {
    const StartQueryExecution = () => {
      throw new AwsError('TooManyRequestsException', 'Slow down.');
    };
    const { run } = fixture({ services: { athena: { StartQueryExecution } } });

    expect(await run(oneTask(sync, { Parameters }))).toMatchObject({
      error: 'Athena.TooManyRequestsException',
      cause: 'Slow down. (Service: Athena, Status Code: 400, Request ID: request-1)',
    });
  });

  test('the submitted query can be seen in the history while it runs', async () => {
    const { states, run } = fixture({ services: athena('SUCCEEDED') });

    const { executionArn = '' } = await run(oneTask(sync, { Parameters }));

    const history = JSON.stringify(await states.call('GetExecutionHistory', { executionArn }, context));
    expect(history).toContain(
      '"taskSubmittedEventDetails":{"resourceType":"athena","resource":"startQueryExecution.sync"',
    );
  });
});

test('the plain athena integrations call the action of their name', async () => {
  const answer = { ResultSet: { Rows: [] } };
  const { run, calls } = fixture({ services: { athena: { GetQueryResults: () => answer } } });

  const ended = await run(
    oneTask('arn:aws:states:::athena:getQueryResults', {
      Parameters: { QueryExecutionId: 'q', MaxResults: 2 },
    }),
  );

  expect(calls).toMatchObject([
    { action: 'GetQueryResults', input: { QueryExecutionId: 'q', MaxResults: 2 } },
  ]);
  expect(outputOf(ended)).toEqual(answer);
});
