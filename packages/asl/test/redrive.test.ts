import { describe, expect, test } from '@jest/globals';
import { coverageOf } from '../src/compile/machine.ts';
import { StatesError } from '../src/errors.ts';
import type { HistoryEvent } from '../src/history.ts';
import { startMachine } from '../src/run.ts';
import { mapRunIn, standing } from '../src/standing.ts';
import { aboutExecution } from '../src/testing/aboutExecution.ts';
import { virtualTimer } from '../src/testing/virtualTimer.ts';
import type { Json, JsonObject } from '../src/values.ts';
import { compile, countedRandomness, type Handler, resource, tasksOf } from './support/run.ts';

/** An execution that can go on: each attempt keeps the history of those before, and where they stood as JSON. */
const executionOf = (definition: JsonObject, input: Json, handler: Handler, stopAfterMs?: number) => {
  const tasks = tasksOf({ [resource]: handler });
  const machine = compile(definition, tasks);
  const events: HistoryEvent[] = [];
  const random = countedRandomness((count) => `uuid-${count}`);
  let kept: string | undefined;
  let count = 0;
  const attempt = async () => {
    const timer = virtualTimer();
    const from = kept === undefined ? undefined : standing.parse(JSON.parse(kept));
    const about = aboutExecution(input);
    const running = startMachine(machine, {
      ...{ about: { ...about, Execution: { ...about.Execution, RedriveCount: count } } },
      ...{ tasks, timer, random, coverage: coverageOf(machine), onEvent: (event) => events.push(event) },
      ...(from && { from: { standing: from, lastEventId: events.length, count } }),
    });
    if (stopAfterMs !== undefined && count === 0) queueMicrotask(() => running.stop());
    const outcome = await running.outcome;
    const stood = running.standing();
    kept = stood && JSON.stringify(stood);
    count += 1;
    return {
      outcome,
      output: outcome.status === 'SUCCEEDED' ? JSON.parse(outcome.output) : undefined,
      stood,
    };
  };
  return { attempt, events, types: () => events.map(({ type }) => type) };
};

/** Fails for the inputs of the list, each as often as it is there. */
const failing = (inputs: Json[]) => {
  const left = inputs.map((input) => JSON.stringify(input));
  const calls: Json[] = [];
  const handler: Handler = (input) => {
    calls.push(input);
    const at = left.indexOf(JSON.stringify(input));
    if (at < 0) return { done: input };
    left.splice(at, 1);
    throw new StatesError('Broken', `by ${JSON.stringify(input)}`);
  };
  return { handler, calls };
};

const task = (fields: JsonObject = {}): JsonObject => ({ Type: 'Task', Resource: resource, ...fields });

describe('an execution that goes on', () => {
  test('begins with the failed task: what had succeeded is not run again, and its variables are there', async () => {
    const { handler, calls } = failing(['second']);
    const { attempt, types } = executionOf(
      {
        StartAt: 'First',
        States: {
          First: task({ Parameters: 'first', Assign: { kept: 7 }, Next: 'Second' }),
          Second: task({ Parameters: 'second', ResultSelector: { 'kept.$': '$kept' }, End: true }),
        },
      },
      {},
      handler,
    );

    expect((await attempt()).outcome.status).toBe('FAILED');
    const { output, stood } = await attempt();

    expect(output).toEqual({ kept: 7 });
    expect(stood).toBeUndefined();
    expect(calls).toEqual(['first', 'second', 'second']);
    expect(types().slice(-8)).toEqual([
      'TaskFailed',
      'ExecutionFailed',
      'ExecutionRedriven',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('hangs the new attempt on the state that was entered, and numbers its events on', async () => {
    const { attempt, events } = executionOf(
      { StartAt: 'T', States: { T: task({ End: true }) } },
      1,
      failing([1]).handler,
    );
    await attempt();
    await attempt();

    expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'TaskStateEntered'],
      [3, 2, 'TaskScheduled'],
      [4, 3, 'TaskStarted'],
      [5, 4, 'TaskFailed'],
      [6, 5, 'ExecutionFailed'],
      [7, 6, 'ExecutionRedriven'],
      [8, 2, 'TaskScheduled'],
      [9, 8, 'TaskStarted'],
      [10, 9, 'TaskSucceeded'],
      [11, 10, 'TaskStateExited'],
      [12, 11, 'ExecutionSucceeded'],
    ]);
    expect(events[6]?.details).toEqual({ executionRedrivenEventDetails: { redriveCount: 1 } });
  });

  test('has all of its retries again', async () => {
    const { handler, calls } = failing([1, 1, 1, 1]);
    const { attempt } = executionOf(
      {
        StartAt: 'T',
        States: { T: task({ Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }], End: true }) },
      },
      1,
      handler,
    );

    expect((await attempt()).outcome.status).toBe('FAILED');
    expect((await attempt()).output).toEqual({ done: 1 });
    expect(calls).toHaveLength(5);
  });

  test('enters a Fail state again, and fails again', async () => {
    const { attempt, types } = executionOf(
      { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'No', Cause: 'so it is' } } },
      1,
      () => 1,
    );
    await attempt();

    expect((await attempt()).outcome).toMatchObject({ status: 'FAILED', error: 'No' });
    expect(types()).toEqual([
      ...['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed'],
      ...['ExecutionRedriven', 'FailStateEntered', 'ExecutionFailed'],
    ]);
  });

  test('evaluates the rules of a Choice anew', async () => {
    const { attempt } = executionOf(
      {
        StartAt: 'C',
        States: {
          C: {
            Type: 'Choice',
            Choices: [{ Variable: '$$.Execution.RedriveCount', NumericEquals: 1, Next: 'Done' }],
          },
          Done: { Type: 'Succeed' },
        },
      },
      1,
      () => 1,
    );

    expect((await attempt()).outcome).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
    expect((await attempt()).output).toBe(1);
  });

  test('that was stopped goes on as one that failed does', async () => {
    let calls = 0;
    const { attempt } = executionOf(
      { StartAt: 'T', States: { T: task({ End: true }) } },
      1,
      () => {
        calls += 1;
        return calls === 1 ? new Promise<never>(() => {}) : 'done';
      },
      0,
    );

    expect((await attempt()).outcome.status).toBe('ABORTED');
    expect((await attempt()).output).toBe('done');
  });
});

describe('branches and items that go on', () => {
  const branch = (name: string, Parameters: Json): JsonObject => ({
    StartAt: name,
    States: {
      [name]: task({ Parameters, Next: `${name} 2` }),
      [`${name} 2`]: task({ Parameters: `${String(Parameters)}2`, End: true }),
    },
  });
  const parallel = {
    StartAt: 'P',
    States: { P: { Type: 'Parallel', Branches: [branch('A', 'a'), branch('B', 'b')], End: true } },
  };

  test('of a Parallel are those that had not succeeded, each from where it stood', async () => {
    const { handler, calls } = failing(['b2']);
    const { attempt, types } = executionOf(parallel, 1, handler);

    expect((await attempt()).outcome.status).toBe('FAILED');
    const before = calls.length;
    expect((await attempt()).output).toEqual([{ done: 'a2' }, { done: 'b2' }]);

    expect(calls.slice(before)).toEqual(['b2']);
    expect(types().filter((type) => type === 'ParallelStateStarted')).toHaveLength(1);
    expect(types().slice(-3)).toEqual([
      'ParallelStateSucceeded',
      'ParallelStateExited',
      'ExecutionSucceeded',
    ]);
  });

  const map = (fields: JsonObject = {}) => ({
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        End: true,
        ItemProcessor: { StartAt: 'Work', States: { Work: task({ End: true }) } },
        ...fields,
      },
    },
  });

  test('of a Map are those that had failed, were stopped, or had not begun', async () => {
    const { handler, calls } = failing([1]);
    const { attempt, types } = executionOf(map({ MaxConcurrency: 1 }), [0, 1, 2], handler);

    expect((await attempt()).outcome.status).toBe('FAILED');
    expect((await attempt()).output).toEqual([{ done: 0 }, { done: 1 }, { done: 2 }]);

    expect(calls).toEqual([0, 1, 1, 2]);
    expect(types().filter((type) => type === 'MapStateStarted')).toHaveLength(1);
    expect(types().filter((type) => type === 'MapIterationStarted')).toHaveLength(3);
    expect(types().filter((type) => type === 'MapIterationSucceeded')).toHaveLength(3);
  });

  test('of a Map within a Map keep what each of them had done', async () => {
    const { handler, calls } = failing([12, 12]);
    const inner = map({ MaxConcurrency: 1 }).States.M;
    const { attempt } = executionOf(
      {
        StartAt: 'Outer',
        States: {
          Outer: { Type: 'Map', End: true, ItemProcessor: { StartAt: 'M', States: { M: inner } } },
        },
      },
      [
        [1, 2],
        [11, 12, 13],
      ],
      handler,
    );

    await attempt();
    await attempt();
    const { output } = await attempt();

    expect(output).toEqual([
      [{ done: 1 }, { done: 2 }],
      [{ done: 11 }, { done: 12 }, { done: 13 }],
    ]);
    expect(calls.map(Number).sort((a, b) => a - b)).toEqual([1, 2, 11, 12, 12, 12, 13]);
  });

  test('of a Map that is tried again are all of them: each attempt is a new one', async () => {
    const { handler, calls } = failing([1, 1]);
    const retried = map({ Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }], MaxConcurrency: 1 });
    const { attempt } = executionOf(retried, [0, 1], handler);

    expect((await attempt()).outcome.status).toBe('FAILED');
    expect(calls).toEqual([0, 1, 0, 1]);
    expect((await attempt()).output).toEqual([{ done: 0 }, { done: 1 }]);
    expect(calls).toEqual([0, 1, 0, 1, 1]);
  });

  test('are run anew as a whole when their output was too large', async () => {
    let size = 200_000;
    const { attempt, types } = executionOf(map(), [0, 1], () => 'x'.repeat(size));

    expect((await attempt()).outcome).toMatchObject({ error: 'States.DataLimitExceeded' });
    size = 1;
    expect((await attempt()).output).toEqual(['x', 'x']);

    expect(types().filter((type) => type === 'MapStateStarted')).toHaveLength(2);
  });

  test('of a distributed Map are not known: where it stood says that its run had begun', async () => {
    const processor = {
      ...{ StartAt: 'Work', States: { Work: task({ End: true }) } },
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    };
    const distributed = executionOf(map({ ItemProcessor: processor }), [0, 1], failing([1]).handler);
    const inline = executionOf(map(), [0, 1], failing([1]).handler);

    const { stood } = await distributed.attempt();

    expect(stood && mapRunIn(stood)).toBe('M');
    const other = (await inline.attempt()).stood;
    expect(other && mapRunIn(other)).toBeUndefined();
  });
});
