import { describe, expect, test } from '@jest/globals';
import { faultsOf } from '../helpers/faults.ts';
import { compiled } from '../helpers/ownProject.ts';

const contractOf = (text: string) => compiled({ a: `description: A\n${text}` }).eventTypes[0]?.contract;

const faultOf = (text: string): string => faultsOf(() => contractOf(text)).join('\n');

describe('a contract', () => {
  test('is absent where a file says nothing of it', () => {
    expect(
      contractOf('strict: false\ncolumns: { b: { type: string, description: B, required: false } }'),
    ).toBe(undefined);
  });

  test('keeps limits and values as they are written', () => {
    expect(
      contractOf(`strict: warn
columns:
  b: { type: bigint, description: B, required: true, min: -9223372036854775808, max: 1e18 }
  c: { type: string, description: C, allowed: [NO, 'on', 'a b ', '1'] }
  d: { type: array<date>, description: D, max: 2026-11-01 }
  e: { type: array<struct>, description: E, required: true, fields: { f: { type: 'decimal(4,2)', min: 0.10 } } }`),
    ).toEqual({
      strict: 'warn',
      columns: {
        b: { required: true, min: '-9223372036854775808', max: '1e18' },
        c: { allowed: ['NO', 'on', 'a b ', '1'] },
        d: { max: '2026-11-01' },
        e: { required: true, fields: { f: { min: '0.10' } } },
      },
    });
  });

  test('holds rules of a column whose type stands in another file, for its own events only', () => {
    const { eventTypes } = compiled({
      a: 'description: A\ncolumns: { cents: { type: bigint, description: Cents } }',
      b: 'description: B\nstrict: reject\ncolumns: { cents: { min: 0 } }',
    });
    expect(eventTypes.map(({ contract }) => contract)).toEqual([
      undefined,
      { strict: 'reject', columns: { cents: { min: '0' } } },
    ]);
  });
});

test.each([
  ['strict: rejct', 'events/a.yml:2: strict: "rejct" is not known here. Did you mean "reject"?'],
  ['strict: true', 'events/a.yml:2: strict: "true" is not known here. Write false, warn or reject.'],
  ['strict: [warn]', 'events/a.yml:2: strict must be one value.'],
])('%s is told with its line', (text, says) => {
  expect(faultOf(text)).toBe(says);
});

const column = (rules: string): string => faultOf(`columns:\n  b: { description: B, ${rules} }`);
const at = 'events/a.yml:3: columns.b';

test.each([
  ['type: json, allowed: [a]', '.allowed: a column of type json takes required, and no other rule.'],
  ['type: json, required: true', undefined],
  ['type: string, required: yes', '.required: write true or false.'],
  ['type: string, allowed: EUR', '.allowed must be a list of values, such as: allowed: [a, b]'],
  ['type: string, allowed: []', '.allowed must be a list of values, such as: allowed: [a, b]'],
  ['type: string, allowed: [a, [b]]', '.allowed must be a list of texts, numbers, true or false.'],
  ['type: string, allowed: [1]', ".allowed: put it in quotes: '1'"],
  ['type: string, allowed: [a, b, a]', '.allowed: "a" stands here twice.'],
  ["type: 'decimal(4,2)', allowed: [1.5, 1.50]", '.allowed: "1.50" stands here twice.'],
  ["type: 'decimal(4,2)', allowed: [1.555]", '.allowed: "1.555" is not a decimal(4,2).'],
  ['type: bigint, allowed: [1.5]', '.allowed: "1.5" is not a bigint.'],
  ['type: bigint, min: 9223372036854775808', '.min: "9223372036854775808" is not a bigint.'],
  ['type: bigint, min: 0x10', '.min: "0x10" is not a bigint.'],
  ["type: bigint, min: '1'", '.min: write it without quotes: 1'],
  ['type: double, max: .inf', '.max: ".inf" is not a double.'],
  ['type: double, max:', '.max must be one value.'],
  ['type: double, min: 2, max: 1', ': min (2) must not be above max (1).'],
  ['type: date, min: 2026-02-30', '.min: "2026-02-30" is not a date.'],
  ['type: timestamp, min: 1793534399', ".min: put it in quotes: '1793534399'"],
  [
    'type: timestamp, allowed: [2026-11-01]',
    '.allowed: a timestamp takes min and max, and no list of values.',
  ],
  [
    'type: string, min: a',
    '.min: a string takes allowed, such as allowed: [a, b]. min and max are for numbers, dates and timestamps.',
  ],
  ['type: array<bigint>, min: 1.5', '.min: "1.5" is not a bigint.'],
  [
    'type: array<struct>, min: 1, fields: { c: { type: bigint } }',
    '.min: write min at one of the fields: this column is an array of objects.',
  ],
  ['type: array<struct>, fields: { c: { type: bigint, min: a } }', '.fields.c.min: "a" is not a bigint.'],
  ['type: string, requird: true', ': "requird" is not known here. Did you mean "required"?'],
])('a column with { %s } is told with its line, or is right', (rules, says) => {
  expect(column(rules)).toBe(says === undefined ? '' : `${at}${says}`);
});
