import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sharedData } from '../../packages/sharedData.ts';
import {
  flawOf,
  isTooDeep,
  MAX_DEPTH,
  mayChangeNumbers,
  mayHaveLoneSurrogates,
  parseExactly,
  parseJson,
} from '../../src/json/parse.ts';
import { elementTexts, memberText } from '../../src/json/slices.ts';
import { fc } from '../helpers/fastCheck.ts';

const through = (text: string): string =>
  JSON.stringify(mayChangeNumbers(text) ? parseExactly(text) : JSON.parse(text));

describe('numbers', () => {
  test.each([
    '{"n":9007199254740993}',
    '{"n":-9223372036854775808}',
    '{"n":12345678901234567890123456789}',
    '{"n":0.12345678901234567}',
    '{"n":12345678.123456789}',
    '[1e400]',
    '[-2.5E-400]',
  ])('%s goes through as it came', (text) => {
    expect(through(text)).toBe(text);
  });

  test.each(['{"n":1.5,"id":"4e1234f0-0000"}', '{"phone":"+49 171 5550 1234"}', '{"t":1793534400000}'])(
    '%s does not take the slow path',
    (text) => expect(mayChangeNumbers(text)).toBe(false),
  );

  test('what takes the quick path has no number that a double changes, wherever in the text it stands', () => {
    const digits = fc.oneof(fc.stringMatching(/^(0|[1-9]\d{0,24})$/), fc.stringMatching(/^9\d{15}$/));
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        digits,
        fc.option(fc.stringMatching(/^\d{1,20}$/), { nil: undefined }),
        fc.option(fc.stringMatching(/^[eE][+-]?\d{1,4}$/), { nil: undefined }),
      )
      .map(
        ([sign, whole, part, power]) =>
          `${sign}${whole}${part === undefined ? '' : `.${part}`}${power ?? ''}`,
      );
    const before = fc.stringMatching(/^[a-z0-9]{0,40}$/);
    /** Its digits and where its point is, as text: `1e400` has them as `-0.0010` has. */
    const exact = (text: string): string => {
      const [, sign = '', whole = '', part = '', power = '0'] =
        /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
      const all = `${whole}${part}`.replace(/^0+/, '');
      const significant = all.replace(/0+$/, '');
      const zeros = all.length - significant.length;
      return significant === '' ? '0' : `${sign}${significant}e${Number(power) - part.length + zeros}`;
    };
    fc.assert(
      fc.property(before, number, fc.constantFrom('', ' ', '\n'), (id, text, space) => {
        const body = `{"id":"${id}","n":${space}${text}}`;
        if (mayChangeNumbers(body)) return;
        expect(exact(String(JSON.parse(body).n))).toBe(exact(text));
      }),
      { numRuns: 5_000 },
    );
  });

  test('an integer of any length goes through as it came', () => {
    fc.assert(
      fc.property(fc.bigInt(), (n) => {
        expect(through(`{"n":${n}}`)).toBe(`{"n":${n}}`);
      }),
    );
  });
});

describe('what JavaScript treats specially', () => {
  test('a member called __proto__ is data like any other, on both paths', () => {
    const text = '{"__proto__":{"a":1},"n":9007199254740993}';
    expect(through(text)).toBe(text);
    expect(through('{"__proto__":{"a":1}}')).toBe('{"__proto__":{"a":1}}');
  });

  test('of a name that stands twice the last value counts', () => {
    expect(through('{"a":1,"a":2}')).toBe('{"a":2}');
    expect(memberText('{"a":1, "b":[3] ,"a": [2] }', 'a')).toBe('[2]');
  });
});

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

const suite = sharedData('vectors/json/JSONTestSuite/test_parsing');

(suite === undefined ? test.skip : test)(
  'JSONTestSuite: what must parse parses, what must not does not',
  () => {
    const wrong = readdirSync(suite ?? '')
      .filter((name) => /^[yn]_.*\.json$/.test(name))
      .filter((name) => {
        const bytes = readFileSync(join(suite ?? '', name));
        let text: string;
        try {
          text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        } catch {
          return name.startsWith('y_');
        }
        const parsed = parseJson(text);
        if (parsed !== undefined && flawOf(parsed.value) === undefined && mayChangeNumbers(text))
          parseExactly(text);
        return (parsed === undefined) === name.startsWith('y_');
      });
    // The decoder drops a leading byte order mark, as RFC 8259 allows: a file saved on Windows is taken.
    expect(wrong.filter((name) => !name.includes('BOM'))).toEqual([]);
  },
);
