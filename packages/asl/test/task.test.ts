import { describe, expect, test } from '@jest/globals';
import { StatesError } from '../src/errors.ts';
import { type Host, plainHost } from '../src/host.ts';
import type { Json, JsonObject } from '../src/values.ts';
import { type Handler, runDefinition } from './support/run.ts';

const resource = 'crawler:start';

const machine = (fields: JsonObject = {}, Resource = resource) => ({
  StartAt: 'T',
  States: { T: { Type: 'Task', Resource, End: true, ...fields } },
});
const run = (fields: JsonObject, handler: Handler) =>
  runDefinition(machine(fields), { a: 1 }, { [resource]: handler });
const withCatch = (definition: ReturnType<typeof machine>) => ({
  ...definition,
  States: { ...definition.States, Caught: { Type: 'Succeed' } },
});
const never = () => new Promise<never>(() => {});

describe('a Task', () => {
  test('hands Parameters to its resource and shapes the answer by ResultSelector and OutputPath', async () => {
    const seen: unknown[] = [];
    const fields = { Parameters: { 'x.$': '$.a' }, ResultSelector: { 'r.$': '$.deep.r' }, OutputPath: '$.r' };

    const { output } = await run(fields, (input) => {
      seen.push(input);
      return { deep: { r: [1] } };
    });

    expect(seen).toEqual([{ x: 1 }]);
    expect(output).toEqual([1]);
  });

  test('writes its events in order, each hung on the one before', async () => {
    const { events } = await run({ TimeoutSeconds: 5, Parameters: { Name: 'c' } }, (_, call) => {
      call.submitted({ id: 1 });
      return {};
    });

    const which = { resource };
    expect(
      events
        .slice(2, 6)
        .map(({ type, id, previousEventId, details }) => [id, previousEventId, type, details]),
    ).toEqual([
      [
        3,
        2,
        'TaskScheduled',
        {
          taskScheduledEventDetails: {
            ...which,
            parameters: '{"Name":"c"}',
            timeoutInSeconds: 5,
          },
        },
      ],
      [4, 3, 'TaskStarted', { taskStartedEventDetails: which }],
      [
        5,
        4,
        'TaskSubmitted',
        { taskSubmittedEventDetails: { ...which, output: '{"id":1}', outputDetails: { truncated: false } } },
      ],
      [
        6,
        5,
        'TaskSucceeded',
        { taskSucceededEventDetails: { ...which, output: '{}', outputDetails: { truncated: false } } },
      ],
    ]);
  });

  test('is written down in the words of the host', async () => {
    const host: Host = {
      ...plainHost,
      taskNotes: (name) => ({ prefix: 'Job', scheduled: (input) => ({ name, input }), resource: {} }),
    };

    const { events } = await runDefinition(machine(), { a: 1 }, { [resource]: () => 1 }, { host });

    expect(events.slice(2, 5).map(({ type, details }) => [type, details])).toEqual([
      ['JobScheduled', { jobScheduledEventDetails: { name: resource, input: '{"a":1}' } }],
      ['JobStarted', {}],
      ['JobSucceeded', { jobSucceededEventDetails: { output: '1', outputDetails: { truncated: false } } }],
    ]);
  });

  test('one that takes longer than TimeoutSeconds is told to give up and fails as States.Timeout', async () => {
    let gaveUp = false;
    const { outcome, events, slept } = await run({ TimeoutSeconds: 90 }, (_, call) => {
      call.signal.addEventListener('abort', () => {
        gaveUp = true;
      });
      return never();
    });

    expect(outcome).toEqual({ status: 'FAILED', error: 'States.Timeout', reason: undefined });
    expect(gaveUp).toBe(true);
    expect(slept).toEqual([90_000]);
    expect(events.at(-2)?.type).toBe('TaskTimedOut');
  });

  test('TimeoutSecondsPath is read from the input; a value that is no number of seconds fails the execution', async () => {
    expect((await run({ TimeoutSecondsPath: '$.a' }, never)).slept).toEqual([1000]);
    const { outcome } = await runDefinition(
      machine({ TimeoutSecondsPath: '$.a' }),
      { a: 'soon' },
      { [resource]: never },
    );
    expect(outcome).toMatchObject({
      error: 'States.Runtime',
      reason: expect.stringContaining('not a valid integer'),
    });
  });

  test('a task that reports heartbeats lives as long as they come', async () => {
    const callback = 'test:x.waitForTaskToken';
    const beats: Handler = async (_, call) => {
      await Promise.resolve();
      call.heartbeat();
      return never();
    };

    const { outcome, slept } = await runDefinition(
      machine({ HeartbeatSeconds: 10 }, callback),
      {},
      { [callback]: beats },
    );

    // The heartbeat began ten new seconds, and no other came.
    expect(slept).toEqual([10_000, 10_000]);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  test.each(['States.Timeout', 'States.HeartbeatTimeout', 'States.ALL'])(
    'a missed heartbeat is a timeout, and %s catches it',
    async (name) => {
      const callback = 'test:x.waitForTaskToken';
      const Catch = [{ ErrorEquals: [name], Next: 'Caught' }];

      const { output } = await runDefinition(
        withCatch(machine({ HeartbeatSeconds: 10, Catch }, callback)),
        {},
        { [callback]: never },
      );

      expect(output).toEqual({ Error: 'States.Timeout', Cause: '' });
    },
  );

  test('a timeout of the whole task is no missed heartbeat', async () => {
    const Catch = [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Caught' }];

    const { outcome } = await runDefinition(
      withCatch(machine({ TimeoutSeconds: 10, Catch })),
      {},
      { [resource]: never },
    );

    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  test('a resource that waits for its token gets a new one with each attempt', async () => {
    const callback = 'test:x.waitForTaskToken';
    const seen: [Json, string | undefined][] = [];
    const Retry = [{ ErrorEquals: ['E'] }];
    const Parameters = { 'token.$': '$$.Task.Token' };

    const { output } = await runDefinition(
      machine({ Parameters, Retry }, callback),
      {},
      {
        [callback]: (input, { taskToken }) => {
          seen.push([input, taskToken]);
          if (seen.length === 1) throw new StatesError('E', undefined);
          return 'handed back';
        },
      },
    );

    expect(output).toBe('handed back');
    expect(seen).toEqual([
      [{ token: 'uuid-1' }, 'uuid-1'],
      [{ token: 'uuid-2' }, 'uuid-2'],
    ]);
  });

  test('Credentials name the role that the task is called with', async () => {
    const roles: string[] = [];
    const role: Handler = (_, call) => {
      roles.push(call.roleArn);
      return null;
    };
    const Credentials = { 'RoleArn.$': '$.role' };

    await runDefinition(machine({ Credentials }), { role: 'other' }, { [resource]: role });
    const { outcome } = await runDefinition(machine({ Credentials }), { role: 1 }, { [resource]: role });

    expect(roles).toEqual(['other']);
    expect(outcome).toMatchObject({ error: 'States.Runtime', reason: expect.stringContaining('RoleArn') });
  });

  test('an answer of more than 256 KiB is caught by its name and by States.ALL', async () => {
    const tooMuch = { [resource]: () => 'x'.repeat(262_144) };
    const caughtBy = async (name: string) => {
      const Catch = [{ ErrorEquals: [name], Next: 'Caught' }];
      return (await runDefinition(withCatch(machine({ Catch })), {}, tooMuch)).output;
    };

    expect(await caughtBy('States.ALL')).toMatchObject({ Error: 'States.DataLimitExceeded' });
    expect(await caughtBy('States.DataLimitExceeded')).toMatchObject({ Error: 'States.DataLimitExceeded' });
  });

  test('no wildcard tries again what was too large, for it would be so again', async () => {
    let calls = 0;
    const Retry = [{ ErrorEquals: ['States.ALL'] }];
    const tooMuch = () => {
      calls += 1;
      return '한'.repeat(87_382);
    };

    const { outcome } = await runDefinition(machine({ Retry }), {}, { [resource]: tooMuch });

    expect(calls).toBe(1);
    expect(outcome).toMatchObject({
      error: 'States.DataLimitExceeded',
      reason: expect.stringContaining(`'${resource}' returned a result with a size exceeding`),
    });
  });

  test('an error without a name and a cause shows null for both', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
    const fail = () => {
      throw new StatesError(undefined, undefined);
    };

    const { output } = await runDefinition(withCatch(machine({ Catch })), {}, { [resource]: fail });

    expect(output).toEqual({ Error: null, Cause: null });
  });

  test('a handler that breaks is no failure of the task: the execution fails and says whose it was', async () => {
    const { outcome } = await run({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T' }] }, () => {
      throw new TypeError('a bug of ours');
    });

    expect(outcome).toMatchObject({
      error: 'States.Runtime',
      reason: expect.stringContaining('a bug of ours'),
    });
  });

  test('a failed task says its error and cause in the event, unchanged', async () => {
    const { events } = await run({}, () => {
      throw new StatesError('Crawler.NotFound', 'no crawler');
    });

    expect(events.at(-2)?.details).toEqual({
      taskFailedEventDetails: {
        resource,
        error: 'Crawler.NotFound',
        cause: 'no crawler',
      },
    });
  });
});
