import { describe, expect, test } from '@jest/globals';
import { StatesError } from '../src/errors.ts';
import type { Json, JsonObject } from '../src/values.ts';
import { type Handler, resource, runDefinition } from './support/run.ts';

const machine = (fields: JsonObject) => ({
  StartAt: 'T',
  States: {
    T: { Type: 'Task', Resource: resource, End: true, ...fields },
    ...('Catch' in fields ? { Caught: { Type: 'Succeed' } } : {}),
  },
});
const run = (fields: JsonObject, handler: Handler, input: Json = {}) =>
  runDefinition(machine(fields), input, { [resource]: handler });

/** Fails with these errors, one after the other, then succeeds. */
const failing =
  (...errors: string[]): Handler =>
  () => {
    const error = errors.shift();
    if (error === undefined) return 'done';
    throw new StatesError(error, `cause of ${error}`);
  };

describe('Retry', () => {
  test('waits IntervalSeconds, growing by BackoffRate, up to MaxDelaySeconds', async () => {
    const Retry = [
      { ErrorEquals: ['E'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 4 },
    ];

    const { output, slept } = await run({ Retry }, failing('E', 'E', 'E', 'E'));

    expect(slept).toEqual([2000, 6000, 10_000, 10_000]);
    expect(output).toBe('done');
  });

  test('by default three more attempts after one, two and four seconds; then the error stands', async () => {
    const { outcome, slept } = await run({ Retry: [{ ErrorEquals: ['E'] }] }, failing('E', 'E', 'E', 'E'));

    expect(slept).toEqual([1000, 2000, 4000]);
    expect(outcome).toEqual({ status: 'FAILED', error: 'E', reason: 'cause of E' });
  });

  test('with full jitter waits a random share of the delay', async () => {
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 8, JitterStrategy: 'FULL' }];

    expect((await run({ Retry }, failing('E', 'E'))).slept).toEqual([4000, 8000]);
  });

  test('counts each retrier on its own, and the first that matches decides', async () => {
    const Retry = [
      { ErrorEquals: ['A'], IntervalSeconds: 1, MaxAttempts: 1 },
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 9, MaxAttempts: 1 },
    ];

    expect((await run({ Retry }, failing('A', 'B'))).slept).toEqual([1000, 9000]);
    expect((await run({ Retry }, failing('A', 'A'))).outcome).toMatchObject({ error: 'A' });
  });

  test('MaxAttempts 0 means never, whatever stands after it', async () => {
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 0 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 5 },
    ];

    expect((await run({ Retry }, failing('A'))).outcome).toMatchObject({ error: 'A' });
  });

  test('evaluates Parameters anew, with the count of retries in the context', async () => {
    const seen: Json[] = [];
    const Parameters = { 'retries.$': '$$.State.RetryCount' };
    const fail = failing('E', 'E');

    await run({ Parameters, Retry: [{ ErrorEquals: ['E'] }] }, (input, call) => {
      seen.push(input);
      return fail(input, call);
    });

    expect(seen).toEqual([{ retries: 0 }, { retries: 1 }, { retries: 2 }]);
  });

  test('each attempt follows the failure of the one before in the history', async () => {
    const { events } = await run({ Retry: [{ ErrorEquals: ['E'] }] }, failing('E'));

    expect(events.map(({ id, previousEventId, type }) => `${id} ${previousEventId} ${type}`)).toEqual([
      '1 0 ExecutionStarted',
      '2 0 TaskStateEntered',
      '3 2 TaskScheduled',
      '4 3 TaskStarted',
      '5 4 TaskFailed',
      '6 5 TaskScheduled',
      '7 6 TaskStarted',
      '8 7 TaskSucceeded',
      '9 8 TaskStateExited',
      '10 9 ExecutionSucceeded',
    ]);
  });
});

describe('Catch', () => {
  const caught = async (ErrorEquals: string[], error: string) =>
    (await run({ Catch: [{ ErrorEquals, Next: 'Caught' }] }, failing(error))).output;

  test('gives Error and Cause to the next state, in the place of the input or at ResultPath', async () => {
    const error = { Error: 'E', Cause: 'cause of E' };
    const Catch = [{ ErrorEquals: ['E'], ResultPath: '$.error', Next: 'Caught' }];

    expect(await caught(['E'], 'E')).toEqual(error);
    expect((await run({ Catch, InputPath: '$.a' }, failing('E'), { a: 1 })).output).toEqual({ a: 1, error });
  });

  test('a timeout has an empty cause, so that a path to it always finds something', async () => {
    const Catch = [{ ErrorEquals: ['States.Timeout'], Next: 'Caught' }];

    const { output } = await run({ TimeoutSeconds: 1, Catch }, () => new Promise<never>(() => {}));

    expect(output).toEqual({ Error: 'States.Timeout', Cause: '' });
  });

  test('States.TaskFailed stands for every error but a timeout; States.ALL for those too', async () => {
    expect(await caught(['States.TaskFailed'], 'Anything')).toMatchObject({ Error: 'Anything' });
    expect(await caught(['States.TaskFailed'], 'States.Timeout')).toBeUndefined();
    expect(await caught(['States.ALL'], 'States.Timeout')).toMatchObject({ Error: 'States.Timeout' });
    expect(await caught(['States.Timeout'], 'States.HeartbeatTimeout')).toMatchObject({
      Error: 'States.HeartbeatTimeout',
    });
    expect(await caught(['States.TaskFailed'], 'States.HeartbeatTimeout')).toBeUndefined();
  });

  test('nothing catches States.Runtime, not even its own name', async () => {
    const Catch = [{ ErrorEquals: ['States.Runtime'], Next: 'Caught' }];

    const { outcome } = await run({ Parameters: { 'a.$': '$.none' }, Catch }, () => 1);

    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  test('a failed intrinsic function of the state itself can be caught', async () => {
    const Catch = [{ ErrorEquals: ['States.IntrinsicFailure'], Next: 'Caught' }];

    const { output } = await run({ Parameters: { 'a.$': 'States.ArrayGetItem($.l, 1)' }, Catch }, () => 1, {
      l: [],
    });

    expect(output).toMatchObject({ Error: 'States.IntrinsicFailure' });
  });

  test('retries come before catching', async () => {
    const fields = {
      Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['E'], Next: 'Caught' }],
    };

    const { output, slept } = await run(fields, failing('E', 'E'));

    expect(slept).toEqual([1000]);
    expect(output).toMatchObject({ Error: 'E' });
  });
});
