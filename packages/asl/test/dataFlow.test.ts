import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../src/values.ts';
import { runDefinition } from './support/run.ts';

const pass = (fields: JsonObject) => ({
  StartAt: 'P',
  States: { P: { Type: 'Pass', End: true, ...fields } },
});
const outputOf = async (fields: JsonObject, input: Json) => (await runDefinition(pass(fields), input)).output;

describe('input and output of a state', () => {
  test('a falsy Result is a result: null, false, 0 and the empty string replace the input', async () => {
    for (const Result of [null, false, 0, '']) expect(await outputOf({ Result }, { a: 1 })).toBe(Result);
  });

  test('ResultPath puts the result into the raw input, not into what InputPath chose', async () => {
    const output = await outputOf({ InputPath: '$.a', ResultPath: '$.r.deep' }, { a: { b: 1 } });

    expect(output).toEqual({ a: { b: 1 }, r: { deep: { b: 1 } } });
  });

  test('ResultPath null drops the result, OutputPath null drops everything', async () => {
    expect(await outputOf({ Result: 1, ResultPath: null }, { a: 1 })).toEqual({ a: 1 });
    expect(await outputOf({ Result: 1, OutputPath: null }, { a: 1 })).toEqual({});
  });

  test('ResultPath can replace an element of an array, but never make one', async () => {
    expect(await outputOf({ Result: 'x', ResultPath: '$.list[1]' }, { list: [1, 2] })).toEqual({
      list: [1, 'x'],
    });
    const { outcome } = await runDefinition(pass({ Result: 'x', ResultPath: '$.list[2]' }), { list: [1, 2] });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.ResultPathMatchFailure' });
  });

  test('a template keeps keys without .$ as they are, however deep', async () => {
    const Parameters = { a: '$.x', 'b.$': '$.x', list: [{ 'c.$': '$.x' }, '$.x'] };

    expect(await outputOf({ Parameters }, { x: 1 })).toEqual({ a: '$.x', b: 1, list: [{ c: 1 }, '$.x'] });
  });

  test('the state handed a value cannot change it for another: branches share their input', async () => {
    const branch = (name: string, Result: string) => ({
      StartAt: name,
      States: { [name]: { Type: 'Pass', Result, ResultPath: '$.own', End: true } },
    });
    const Branches = [branch('A', 'a'), branch('B', 'b')];
    const definition = { StartAt: 'S', States: { S: { Type: 'Parallel', Branches, End: true } } };

    const { output } = await runDefinition(definition, { x: { y: 1 } });

    expect(output).toEqual([
      { x: { y: 1 }, own: 'a' },
      { x: { y: 1 }, own: 'b' },
    ]);
  });

  test('a key called __proto__ is data like any other', async () => {
    const input: Json = JSON.parse('{"__proto__": {"polluted": true}}');

    const output = await outputOf(
      { Parameters: { 'copy.$': "$['__proto__']" }, ResultPath: "$['__proto__']" },
      input,
    );

    expect(JSON.stringify(output)).toBe('{"__proto__":{"copy":{"polluted":true}}}');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('the context object tells execution, machine and state; RetryCount only where a retry can be', async () => {
    const output = await outputOf({ Parameters: { 'all.$': '$$' } }, { a: 1 });

    expect(output).toEqual({
      all: {
        Execution: expect.objectContaining({
          Name: 'e',
          Input: { a: 1 },
          StartTime: '2026-11-01T00:00:00.000Z',
        }),
        State: { Name: 'P', EnteredTime: '2026-11-01T00:00:00.000Z' },
        StateMachine: { Id: 'machine:m', Name: 'm' },
      },
    });
  });

  test('a path without a value fails the execution and says which field looked for it', async () => {
    const { outcome } = await runDefinition(pass({ Parameters: { 'v.$': '$.none' } }), { a: 1 });

    expect(outcome).toEqual({
      status: 'FAILED',
      error: 'States.Runtime',
      reason:
        "An error occurred while executing the state 'P' (entered at the event id #2). " +
        `The JSONPath '$.none' specified for the field 'v.$' could not be found in the input '{"a":1}'`,
    });
  });

  test('variables reach later states and inner branches, and those assigned inside stay inside', async () => {
    const States = {
      Set: { Type: 'Pass', Assign: { x: 1, 'y.$': '$.a' }, Next: 'Each' },
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemProcessor: {
          StartAt: 'Inner',
          States: {
            Inner: { Type: 'Pass', Assign: { x: 99 }, Next: 'Read' },
            Read: { Type: 'Pass', Parameters: { 'x.$': '$x', 'y.$': '$y' }, End: true },
          },
        },
        ResultPath: '$.inner',
        Next: 'After',
      },
      After: { Type: 'Pass', Parameters: { 'x.$': '$x', 'inner.$': '$.inner' }, End: true },
    };

    const { output } = await runDefinition({ StartAt: 'Set', States }, { a: 'A', items: [0] });

    expect(output).toEqual({ x: 1, inner: [{ x: 99, y: 'A' }] });
  });
});
