import { describe, expect, test } from '@jest/globals';
import { StatesError } from '../src/errors.ts';
import type { JsonObject } from '../src/values.ts';
import { resource, runDefinition } from './support/run.ts';

const machine = (States: JsonObject) => ({ QueryLanguage: 'JSONata', StartAt: 'A', States });
const output = (text: string) => machine({ A: { Type: 'Pass', Output: text, End: true } });

describe('JSONata', () => {
  test('Arguments, Assign and Output see input, result, context and variables', async () => {
    const States = {
      A: { Type: 'Pass', Assign: { factor: '{% $states.input.n %}' }, Next: 'B' },
      B: {
        Type: 'Task',
        Resource: resource,
        Arguments: { n: '{% $factor * 2 %}', who: '{% $states.context.Execution.Name %}' },
        Output: { asked: '{% $states.input.n %}', got: '{% $states.result.n + 1 %}' },
        End: true,
      },
    };

    const ran = await runDefinition(machine(States), { n: 3 }, { [resource]: (input) => input });

    expect(ran.output).toEqual({ asked: 3, got: 7 });
  });

  test('a catcher hands on what it makes of the error', async () => {
    const Catch = [{ ErrorEquals: ['E'], Next: 'B', Output: '{% $states.errorOutput.Cause %}' }];
    const States = { A: { Type: 'Task', Resource: resource, Catch, End: true }, B: { Type: 'Succeed' } };
    const fail = () => {
      throw new StatesError('E', 'why');
    };

    expect((await runDefinition(machine(States), {}, { [resource]: fail })).output).toBe('why');
  });

  test.each([
    ['{% $partition([1,2,3], 2) %}', [[1, 2], [3]]],
    ['{% $range(0, 6, 3) %}', [0, 3, 6]],
    ['{% $parse(\'{"a":1}\').a %}', 1],
    ['{% $uuid() %}', 'uuid-1'],
    ['{% [1..3][$ > 1] %}', [2, 3]],
    ['{% $range(1, 9, 9) %}', 1],
    ['{% $count($range(5, 1, -2)) %}', 3],
    ['{% [$range(1, 0, 1)] %}', []],
    ['{% $partition([1], 2) %}', [[1]]],
    ['{% $random(7) = $random(7) and $random(7) != $random(8) %}', true],
    ["{% $hash('a', 'SHA-1') %}", '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'],
    ["{% $exists($parse($states.input.none)) ? 'there' : 'none' %}", 'none'],
  ])('%s', async (text, wanted) => {
    expect((await runDefinition(output(text), {})).output).toEqual(wanted);
  });

  test.each([
    ['$range(1, 9, 0)', 'a step other than 0'],
    ["$range('1', 9, 1)", 'a number'],
    ['$partition([1], 0)', 'a positive size'],
    ["$hash('a', 'CRC32')", 'one of MD5'],
    ["$parse('{')", 'JSON'],
    ['$range(1, 0, 1)', 'returned nothing (undefined)'],
  ])('%s is States.QueryEvaluationError', async (text, why) => {
    const { outcome } = await runDefinition(output(`{% ${text} %}`), {});

    expect(outcome).toMatchObject({
      error: 'States.QueryEvaluationError',
      reason: expect.stringContaining(why),
    });
  });

  test('a Fail state whose Error is no text fails as States.QueryEvaluationError', async () => {
    const { outcome } = await runDefinition(machine({ A: { Type: 'Fail', Error: '{% 1 %}' } }), {});

    expect(outcome).toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  test('an error in an expression is States.QueryEvaluationError, with the place it happened in', async () => {
    const { outcome, events } = await runDefinition(output("{% 1 + 'a' %}"), {});

    expect(outcome).toMatchObject({
      error: 'States.QueryEvaluationError',
      reason: expect.stringContaining("field 'Output'"),
    });
    expect(events.map(({ type }) => type)).toContain('EvaluationFailed');
  });

  test('$eval is not there, so that data is never run as a program', async () => {
    const { outcome } = await runDefinition(output("{% $eval('1+1') %}"), {});

    expect(outcome).toMatchObject({ status: 'FAILED' });
  });
});
