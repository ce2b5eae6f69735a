import { describe, expect, test } from '@jest/globals';
import { flawOf, isTooDeep, MAX_DEPTH, mayHaveLoneSurrogates, parseJson } from '../../src/json/parse.ts';
import { elementTexts, memberText } from '../../src/json/slices.ts';
import { fc } from '../helpers/fastCheck.ts';
import { decided, jsonTestSuite } from '../helpers/jsonTestSuite.ts';

describe('flaws', () => {
  test('a text of which it is said that it cannot bring in a lone surrogate does not', () => {
    const part = fc.constantFrom(
      '\\ud83d',
      '\\uDE00',
      '\\uD83D\\uDE00',
      '\\\\ud83d',
      '\\u00e9',
      'ud83d',
      '😀',
      '\\n',
    );
    const text = fc
      .array(part, { maxLength: 4 })
      .map((parts) => `{"${parts.join('')}":["${parts.join('')}"]}`);
    const said = { sound: 0, doubtful: 0 };
    fc.assert(
      fc.property(text, (one) => {
        if (mayHaveLoneSurrogates(one)) said.doubtful += 1;
        else {
          said.sound += 1;
          expect(flawOf(JSON.parse(one))).toBeUndefined();
        }
      }),
      { numRuns: 1_000 },
    );
    expect(Math.min(said.sound, said.doubtful)).toBeGreaterThan(100);
  });

  test('a value without lone surrogates is too deep or sound, whichever way it is looked at', () => {
    const nest = (levels: number, inner: unknown): unknown =>
      Array.from({ length: levels }).reduce<unknown>(
        (value, _, at) => (at % 2 ? [0, value] : { a: 1, b: value }),
        inner,
      );
    const inner = fc.constantFrom<unknown>(1, 'x', null, {}, [], JSON.rawJSON('1e400'));
    fc.assert(
      fc.property(fc.integer({ min: MAX_DEPTH - 3, max: MAX_DEPTH + 3 }), inner, (levels, value) => {
        const whole = nest(levels, value);
        expect(isTooDeep(whole)).toBe(flawOf(whole) === 'too_deep');
      }),
      { numRuns: 1_000 },
    );
  });

  test(`${MAX_DEPTH} levels are taken, one more is not`, () => {
    const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
    expect(flawOf(nested(MAX_DEPTH))).toBeUndefined();
    expect(flawOf(nested(MAX_DEPTH + 1))).toBe('too_deep');
    expect(flawOf(nested(100_000))).toBe('too_deep');
  });

  test.each(['{"a":"\\ud800"}', '{"a":["x",{"\\udc00":1}]}', '"\\ude00\\ud83d"'])(
    '%s holds a lone surrogate',
    (text) => expect(flawOf(JSON.parse(text))).toBe('lone_surrogate'),
  );

  test('a pair of surrogates and a NUL are fine', () => {
    expect(flawOf(JSON.parse('{"a":"\\ud83d\\ude00","b\\u0000":"\\u0000"}'))).toBeUndefined();
  });
});

describe('slices', () => {
  test('of a name that stands twice the last value counts, as in JSON.parse', () => {
    expect(memberText('{"a":1, "b":[3] ,"a": [2] }', 'a')).toBe('[2]');
  });

  test('the texts of the elements of an array are what was sent, spaces and digits included', () => {
    const text = ' [ {"a" : "],[" , "b":"\\\\"} ,1.50, "x\\"," ,[ ] , {"c":{"d":[1,2]}} ] ';
    expect(elementTexts(text)).toEqual([
      '{"a" : "],[" , "b":"\\\\"}',
      '1.50',
      '"x\\","',
      '[ ]',
      '{"c":{"d":[1,2]}}',
    ]);
    expect(elementTexts('[ ]')).toEqual([]);
  });

  test('slicing any array and parsing the slices gives its elements', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 2, '\t'), (values, space) => {
        const sent = JSON.stringify(values, null, space);
        expect(elementTexts(sent).map((text) => JSON.parse(text))).toEqual(JSON.parse(sent));
      }),
    );
  });

  test('a member of any object is found by its name', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (object, pick) => {
        const name = Object.keys(object)[pick % Object.keys(object).length] ?? '';
        const text = JSON.stringify(object, null, 1);
        expect(JSON.parse(memberText(text, name) ?? '')).toEqual(JSON.parse(text)[name]);
      }),
    );
  });
});

const suite = jsonTestSuite();

(suite ? test : test.skip)('JSONTestSuite: what must parse parses, what must not does not', () => {
  const wrong = decided(suite).filter(({ name, bytes }) => {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return name.startsWith('y_');
    }
    const parsed = parseJson(text);
    return (parsed === undefined) === name.startsWith('y_');
  });
  // The decoder drops a leading byte order mark, as RFC 8259 allows: a file saved on Windows is taken.
  expect(wrong.map(({ name }) => name).filter((name) => !name.includes('BOM'))).toEqual([]);
});
