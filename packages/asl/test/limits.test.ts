import { describe, expect, test } from '@jest/globals';
import type { HistoryEvent } from '../src/history.ts';
import { startMachine } from '../src/run.ts';
import { aboutExecution } from '../src/testing/aboutExecution.ts';
import { virtualTimer } from '../src/testing/virtualTimer.ts';
import { compile, resource, runDefinition, tasksOf } from './support/run.ts';

const hanging = { StartAt: 'T', States: { T: { Type: 'Task', Resource: resource, End: true } } };

describe('the end of an execution that does not end by itself', () => {
  test('stopping aborts it with the error and cause given, and its task gives up', async () => {
    const events: HistoryEvent[] = [];
    let reason: unknown;
    const tasks = tasksOf({
      [resource]: (_, call) =>
        new Promise<never>(() => {
          call.signal.addEventListener('abort', () => {
            reason = call.signal.reason;
          });
        }),
    });
    const onEvent = (event: HistoryEvent) => events.push(event);
    const machine = compile(hanging, tasks);
    const running = startMachine(machine, {
      about: aboutExecution({}),
      tasks,
      timer: virtualTimer(),
      onEvent,
    });
    await new Promise((resolve) => setImmediate(resolve));

    running.stop('Mine', 'because');

    expect(await running.outcome).toEqual({ status: 'ABORTED', error: 'Mine', reason: 'because' });
    expect(reason).toBeInstanceOf(Error);
    expect(events.at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      details: { executionAbortedEventDetails: { error: 'Mine', cause: 'because' } },
    });
    expect(events.map(({ type }) => type).slice(-3)).toEqual([
      'TaskStarted',
      'TaskStateAborted',
      'ExecutionAborted',
    ]);
  });

  test('TimeoutSeconds of the machine ends it as TIMED_OUT, which no Catch can catch', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'C' }];
    const States = { T: { ...hanging.States.T, Catch }, C: { Type: 'Succeed' } };
    const definition = { StartAt: 'T', TimeoutSeconds: 60, States };

    const { outcome, events } = await runDefinition(
      definition,
      {},
      { [resource]: () => new Promise<never>(() => {}) },
    );

    expect(outcome).toMatchObject({ status: 'TIMED_OUT' });
    expect(events.at(-1)?.type).toBe('ExecutionTimedOut');
  });

  test('a machine that goes round for ever fails at 25,000 events', async () => {
    const States = {
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Variable: '$.stop', IsPresent: true, Next: 'End' }], Default: 'A' },
      End: { Type: 'Succeed' },
    };

    const { outcome, events } = await runDefinition({ StartAt: 'A', States }, {});

    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(events).toHaveLength(25_000);
    expect(events.at(-1)).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
  });

  test('an output of more than 256 KiB fails the execution; bytes count, not characters', async () => {
    const grow = (text: string) => ({
      StartAt: 'P',
      States: { P: { Type: 'Pass', Result: text, End: true } },
    });

    expect((await runDefinition(grow('x'.repeat(262_142)), {})).outcome.status).toBe('SUCCEEDED');
    expect((await runDefinition(grow('x'.repeat(262_143)), {})).outcome).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
    expect((await runDefinition(grow('ü'.repeat(131_072)), {})).outcome).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
  });
});

describe('Wait', () => {
  const wait = (fields: object) => ({ StartAt: 'W', States: { W: { Type: 'Wait', End: true, ...fields } } });

  test.each([
    [{ Seconds: 30 }, [30_000]],
    [{ SecondsPath: '$.s' }, [7000]],
    [{ Timestamp: '2026-11-01T00:01:00Z' }, [60_000]],
    [{ TimestampPath: '$.t' }, [3_600_000]],
    [{ Timestamp: '2020-01-01T00:00:00Z' }, []],
  ])('%j sleeps %j milliseconds', async (fields, wanted) => {
    const { slept, output } = await runDefinition(wait(fields), { s: 7, t: '2026-11-01T02:00:00+01:00' });

    expect(slept).toEqual(wanted);
    expect(output).toEqual({ s: 7, t: '2026-11-01T02:00:00+01:00' });
  });

  test('a timestamp that is none fails the execution', async () => {
    const { outcome } = await runDefinition(wait({ TimestampPath: '$.t' }), { t: 'tomorrow' });

    expect(outcome).toMatchObject({ error: 'States.Runtime', reason: expect.stringContaining('"tomorrow"') });
  });

  test.each([
    ['Timestamp', 'tomorrow', 'valid ISO-8601'],
    ['Seconds', '7', 'cannot be parsed as a long value'],
    ['Seconds', -1, 'a negative value'],
  ])('in JSONata a wrong %s is an error of the expression, noted with its place', async (field, t, why) => {
    const { outcome, events } = await runDefinition(
      { QueryLanguage: 'JSONata', ...wait({ [field]: '{% $states.input.t %}' }) },
      { t },
    );

    expect(outcome).toMatchObject({
      error: 'States.QueryEvaluationError',
      reason: expect.stringContaining(why),
    });
    expect(events.at(-2)).toMatchObject({
      type: 'EvaluationFailed',
      details: { evaluationFailedEventDetails: { location: field, state: 'W' } },
    });
  });
});
