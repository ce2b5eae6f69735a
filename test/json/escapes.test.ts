import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseWithEscapedKeys } from '../../src/json/escapes.ts';
import { parseExactly } from '../../src/json/exactNumbers.ts';
import { parseJson } from '../../src/json/parse.ts';

describe('keys written with an escape', () => {
  test('are read as written, whatever was parsed before (V8 13.6 takes them for a key it saw)', () => {
    parseWithEscapedKeys('{"a":1,"\\\\":1}');
    expect(Object.keys(Object(parseJson('{"a":1,"\\"":1}')?.value))).toEqual(['a', '"']);
    expect(Object.keys(Object(parseExactly('{"a":1.0,"\\"":1}')?.value))).toEqual(['a', '"']);
  });

  test('are found however they are spaced, after a key that is called what they look like', () => {
    const key = fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'a'), minLength: 1, maxLength: 3 });
    let runs = 0;
    fc.assert(
      fc.property(key, fc.constantFrom('', ' ', '\n\t'), (name, space) => {
        const spelling = JSON.stringify(name).slice(1, -1);
        const first = `first ${++runs}`;
        // V8 guesses the key that came after this first one, and finds it in the text, up to an escaped quote.
        JSON.parse(JSON.stringify({ [first]: 1, [spelling.slice(0, -1)]: 1 }));
        const read = parseWithEscapedKeys(`{"${first}":1,"${spelling}"${space}:"${spelling}"}`);
        expect(Object.entries(Object(read)).at(-1)).toEqual([name, name]);
      }),
      { seed: 24, numRuns: 500 },
    );
  });

  test('come back from any JSON just as they went in, in their order', () => {
    const awkward = fc.string({
      unit: fc.constantFrom('\\', '"', '\n', 'a', '\ue000', '\udfff', '__proto__', '1'),
    });
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        awkward,
        tie('object'),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
      object: fc.dictionary(awkward, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(json.value, (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(parseWithEscapedKeys(text))).toBe(text);
      }),
      { seed: 24, numRuns: 500 },
    );
  });

  test('may stand twice: the last one counts, as in JSON.parse', () => {
    expect(parseWithEscapedKeys('{"\\n":1,"\\u000a":2}')).toEqual({ '\n': 2 });
    expect(parseWithEscapedKeys('{"\\u0061":1,"a":2}')).toEqual({ a: 2 });
    expect(parseWithEscapedKeys('{"a":1,"\\u0061":2}')).toEqual({ a: 2 });
  });

  test('are found beside strings of any length', () => {
    const long = 'x\\"'.repeat(500_000);
    expect(parseWithEscapedKeys(JSON.stringify({ long, '"': 1 }))).toEqual({ long, '"': 1 });
  });

  test('leave what is no JSON as wrong as it was', () => {
    for (const text of ['{"\\x":1}', '{"a\\":1}', '"\\', '{"\\n" 1}'])
      expect(parseJson(text)).toBeUndefined();
  });
});
