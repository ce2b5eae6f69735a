import { describe, expect, test } from '@jest/globals';
import { mayChangeNumbers, parseExactly } from '../../src/json/exactNumbers.ts';
import { fc } from '../helpers/fastCheck.ts';
import { decided, jsonTestSuite } from '../helpers/jsonTestSuite.ts';
import { anyTree, exactOf, Num, numberText, textOf, treeOf } from '../properties/support/jsonText.ts';

const through = (text: string): string => JSON.stringify(parseExactly(text)?.value);

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('a number', () => {
  test.each([
    ['a whole number with a point', '30.0'],
    ['a zero at its end', '1.10'],
    ['minus zero', '-0'],
    ['minus zero with a point', '-0.0'],
    ['an exponent', '1e5'],
    ['an exponent with a sign', '1E+05'],
    ['an exponent of a fraction', '2.50e-3'],
    ['a small fraction', '0.0000001'],
    ['one that JavaScript writes with an exponent', '1000000000000000000000'],
    ['an id beyond 2^53', '9007199254740993'],
    ['the smallest 64-bit number', '-9223372036854775808'],
    ['a coordinate', '37.566535000000001'],
    ['many digits', '12345678901234567890123456789'],
    ['one beyond any double', '1e400'],
    ['one below any double', '-2.5E-400'],
  ])('goes through as it was sent: %s', (_what, number) => {
    for (const text of [
      `{"n":${number}}`,
      `{"n":${number},"m":1}`,
      `[${number}]`,
      `[[1,${number},${number}]]`,
      `{"a":{"b":[{"c":${number}}]}}`,
    ])
      expect(through(text)).toBe(text);
    expect(through(`{ "n" :\r\n\t${number} , "m" : [ ${number} ] }`)).toBe(`{"n":${number},"m":[${number}]}`);
  });

  test('of any form goes through as it was sent, alone in its text', () => {
    fc.assert(
      fc.property(numberText, fc.constantFrom('', ' ', '\n'), (number, space) => {
        expect(through(`{"n":${space}${number}${space}}`)).toBe(`{"n":${number}}`);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['in a text', '{"a":"1.0, -0, 1e5","b":1.0}'],
    ['after an escaped quote', '{"a":"\\": 1.0, ","b":-0}'],
    ['in a name', '{"1.0":1,"-0":2,"x":1.0}'],
    ['in a text that begins with half a character', '["\\udc001.0","\\uDFFE2.0",1.0]'],
  ])('is none %s: the text stays as it is', (_where, text) => {
    expect(through(text)).toBe(text.replace('DFFE', 'dffe'));
  });

  test.each([
    '{"n":1.5,"id":"4e1234f0-0000"}',
    '{"phone":"+49 171 5550 1234"}',
    '{"t":1793534400000}',
    '{"ua":"Mozilla/5.0 (X11; Linux) Chrome/120.0.0.0 Safari/537.36"}',
    '{"at":"2026-11-01T05:10:00.000Z","v":"1.0"}',
    '{"a":-1,"b":0,"c":0.000001,"d":100,"e":10.5}',
  ])('that JavaScript writes as it is does not take the slow path: %s', (text) => {
    expect(mayChangeNumbers(text)).toBe(false);
    expect(through(text)).toBe(text);
  });
});

describe('any JSON', () => {
  test('comes out with the same members, texts and numbers, each number as its text', () => {
    fc.assert(
      fc.property(anyTree, fc.constantFrom('', ' '), (value, space) => {
        const text = textOf([value, new Num('1.0')], space);
        expect(exactOf(treeOf(through(text)))).toEqual(exactOf(treeOf(text)));
      }),
      { numRuns: 1_000 },
    );
  });

  test('is told from what is none exactly as JSON.parse does it', () => {
    const piece = fc.oneof(
      numberText,
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '"a"',
        '\\',
        ' ',
        '01',
        '1.',
        '.5',
        '-',
        '1.0e',
        'null',
      ),
    );
    const text = fc.array(piece, { maxLength: 7 }).map((pieces) => `[1.0,${pieces.join('')}]`);
    const seen = { json: 0, other: 0 };
    fc.assert(
      fc.property(text, (one) => {
        const json = parses(one);
        seen[json ? 'json' : 'other'] += 1;
        expect(parseExactly(one) !== undefined).toBe(json);
      }),
      { numRuns: 6_000 },
    );
    expect(Math.min(seen.json, seen.other)).toBeGreaterThan(200);
  });

  test('that is nested without end is read without overflowing the stack', () => {
    const levels = 100_000;
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const)
      expect(parseExactly(`${open.repeat(levels)}[1.0]${close.repeat(levels)}`)).toBeDefined();
  });

  test('of a name that stands twice has the last value, at the place of the first', () => {
    expect(through('{"a":1.0,"b":1,"a":2}')).toBe('{"a":2,"b":1}');
    expect(through('{"a":1,"b":1,"a":2.0}')).toBe('{"a":2.0,"b":1}');
  });

  test('has a member called __proto__ as any other', () => {
    for (const text of ['{"__proto__":1.0}', '{"__proto__":{"a":1.0},"n":1e5}', '{"__proto__":{"a":1}}'])
      expect(through(text)).toBe(text);
  });

  test('with every half of a character there is at the beginning of a text is not read, rather than read wrong', () => {
    const halves = Array.from({ length: 0x400 }, (_, index) => `"\\u${(0xdc00 + index).toString(16)}"`);
    expect(through(`[${halves.slice(0, -2).join(',')},1.0]`)).toContain(',1.0]');
    expect(parseExactly(`[${halves.join(',')},1.0]`)).toBeUndefined();
    expect(parseExactly(`[${halves.join(',')},1]`)).toBeDefined();
  });
});

const suite = jsonTestSuite();

(suite ? test : test.skip)('JSONTestSuite: what must parse parses, what must not does not', () => {
  const wrong = decided(suite).filter(({ bytes }) => {
    const text = bytes.toString('utf8');
    // The marks are put in only where there is a number that would change.
    return [`[1.0,${text}]`, text].some((one) => (parseExactly(one) !== undefined) !== parses(one));
  });
  expect(wrong).toEqual([]);
});
