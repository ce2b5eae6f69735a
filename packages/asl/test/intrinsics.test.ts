import { describe, expect, test } from '@jest/globals';
import type { Json } from '../src/values.ts';
import { runDefinition } from './support/run.ts';

const run = (call: string, input: Json = {}) =>
  runDefinition(
    { StartAt: 'P', States: { P: { Type: 'Pass', Parameters: { 'v.$': call }, End: true } } },
    input,
  );
const evaluated = async (call: string, input: Json = {}) => {
  const { output, outcome } = await run(call, input);
  return typeof output === 'object' && output !== null && 'v' in output ? output.v : outcome;
};

describe('intrinsic functions', () => {
  test.each<[string, Json, Json]>([
    ["States.Format('{} of {}', 1, $.n)", { n: null }, '1 of null'],
    ["States.Format('it\\'s \\{{}\\}', 'x')", {}, "it's {x}"],
    ["States.Format('{}', $.o)", { o: { a: [1, 'x'], b: {} } }, '{a=[1, x], b={}}'],
    ["States.StringSplit('1,2;3', ',;')", {}, ['1', '2', '3']],
    ['States.ArrayUnique($.a)', { a: [1, '1', { a: 1, b: 2 }, { b: 2, a: 1 }, 1] }, [1, '1', { b: 2, a: 1 }]],
    ['States.ArrayContains($.a, $.b)', { a: [{ x: [1] }], b: { x: [1] } }, true],
    ['States.ArrayRange(9, 1, -3)', {}, [9, 6, 3]],
    ['States.ArrayGetItem(States.Array(1, 2, 3), States.MathAdd(1, 1))', {}, 3],
    ["States.JsonToString(States.StringToJson('[1, {}]'))", {}, '[1,{}]'],
    ['States.JsonMerge($.a, $.b, false)', { a: { x: { y: 1 } }, b: { x: {} } }, { x: {} }],
    ['States.MathAdd(-1.5, 0)', {}, -1],
    ["States.Base64Decode('SGk=')", {}, 'Hi'],
    ['States.UUID()', {}, 'uuid-1'],
    ['States.MathRandom(10, 20)', {}, 15],
  ])('%s', async (call, input, wanted) => {
    expect(await evaluated(call, input)).toEqual(wanted);
  });

  test('the same seed draws the same number, within its range', async () => {
    const first = await evaluated('States.MathRandom(0, 1000, 7)');
    expect(await evaluated('States.MathRandom(0, 1000, 7)')).toBe(first);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThan(1000);
  });

  test.each([
    ['States.ArrayGetItem($.a, 5)', 'outside of the array'],
    ['States.ArrayRange(0, 5000, 1)', 'at most 1000 elements'],
    ["States.StringToJson('{')", 'not valid JSON'],
    ['States.JsonMerge($.o, $.o, true)', 'shallow merge'],
    ["States.Hash('x', 'CRC32')", 'hashing algorithm'],
    ["States.Format('{} {}', 1)", 'number of arguments'],
    ['States.ArrayLength($.o)', 'must be an array'],
  ])('%s fails as States.IntrinsicFailure, naming the call', async (call, why) => {
    const { outcome } = await run(call, { a: [1], o: {} });

    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.IntrinsicFailure' });
    expect(JSON.stringify(outcome)).toContain(why);
    expect(JSON.stringify(outcome)).toContain(`The function '${call}'`);
  });

  test('an intrinsic that does not exist or has too many arguments is refused before any run', async () => {
    await expect(run('States.Eval($.a)')).rejects.toThrow('no intrinsic function States.Eval');
    await expect(run('States.UUID(1)')).rejects.toThrow('does not take 1 arguments');
    await expect(run("States.Format('{}', $.a")).rejects.toThrow("expected ')'");
  });
});
