import { fc } from '../../helpers/fastCheck.ts';
import { compiled } from '../../helpers/ownProject.ts';

/** A catalog with all types, read from places with odd names, and events with odd values in them. */

const FIELDS = `
      sku: { type: string, from: [sku, product.id, Sku] }
      price: { type: 'decimal(6,2)', from: [price, price.amount] }
      rate: { type: double, from: '0' }
      pieces: { type: bigint }
      gift: { type: boolean }
      sold_at: { type: timestamp, from: at }
      due: { type: date }`;

export const oddCatalog = compiled({
  thing_seen: `
name: "it's \\"seen\\""
description: A thing was seen
columns:
  text: { type: string, description: Text, from: [text, Text, 'a "b" \\\\c', 'tot\\.al', 'context.page.title'] }
  whole: { type: bigint, description: Whole, from: [whole, total.amount, '名前'] }
  real: { type: double, description: Real, from: ['the real', total] }
  flag: { type: boolean, description: Flag, from: [flag, 'x.0.y'] }
  moment: { type: timestamp, description: Moment }
  amount: { type: 'decimal(12,2)', description: Amount }
  big: { type: 'decimal(38,0)', description: Many digits }
  tiny: { type: 'decimal(3,3)', description: Nothing before the point }
  day: { type: date, description: Day }
  tags: { type: array<string>, description: Texts }
  numbers: { type: array<bigint>, description: Whole numbers, from: [numbers, context.numbers] }
  reals: { type: array<double>, description: Numbers }
  flags: { type: array<boolean>, description: Flags }
  prices: { type: 'array<decimal(6,2)>', description: Prices }
  days: { type: array<date>, description: Days }
  moments: { type: array<timestamp>, description: Moments }
  lines:
    type: array<struct>
    description: Lines
    fields:${FIELDS}
`,
  thing_kept: `
description: A thing was kept
columns:
  text: { type: string, description: Text }
  whole: { type: bigint, description: Whole, from: amount }
  anything: { type: json, description: Anything, from: [anything, 'tot\\.al'] }
  more: { type: json, description: More, from: context.page }
  lines:
    type: array<struct>
    description: Lines
    from: [lines, 'the real']
    fields:${FIELDS}
`,
});

const NAMES = [
  ...[
    'text',
    'Text',
    'TEXT',
    'a "b" \\c',
    'tot.al',
    'whole',
    'total',
    '名前',
    'the real',
    'flag',
    'x',
    'moment',
  ],
  ...[
    'amount',
    'big',
    'tiny',
    'day',
    'tags',
    'numbers',
    'reals',
    'flags',
    'prices',
    'days',
    'moments',
    'lines',
  ],
  ...['anything', 'other', '', '__proto__'],
];
const FIELD_NAMES = ['sku', 'Sku', 'product', 'price', '0', 'pieces', 'gift', 'at', 'due', 'amount', 'id'];

const number = fc.oneof(
  fc.integer({ min: -5, max: 2_000_000_000 }).map(String),
  fc.constantFrom('1.50', '0.1', '-0.0', '12.5', '9.99', '1e2', '1E+2', '1.5e-1', '0.125', '100.000', '0e5'),
  fc.constantFrom('9007199254740993', '9223372036854775807', '9223372036854775808', '-9223372036854775808.0'),
  fc.constantFrom('1e400', '5e-324', '1793534400.999', '1793534400123', '20261101', '99999999999999999999.5'),
  fc
    .stringMatching(/^-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?$/)
    .filter((one) => one !== '-0'),
);

const plainTexts = [
  ...[
    'a',
    '',
    ' ',
    '12',
    '1.50',
    '-7',
    '1e3',
    ' 5',
    'true',
    'false',
    'null',
    '{',
    '[1]',
    '{}',
    '"',
    '\\',
    '/',
  ],
  ...['2026-11-01', '2026-11-01\n', '2026-02-30', '2024-02-29', '0000-01-01', '9999-12-31', '12026-11-01'],
  ...[
    '2026-11-01T05:10:00Z',
    ' 2026-11-01 05:10:00,1239+0900\t',
    '20261101T051000.5-0330',
    '2026-11-01T24:00Z',
  ],
  ...[
    '2026-11-01T23:59:60Z',
    '٢٠٢٦-١١-٠١',
    '1793534400',
    '1|2|3|4|5|6|7|8',
    '2026-11-01T05:10|3',
    'x\ny\r\tz',
  ],
  ...['é', '名前', '😀', '\u2028\u00a0', '\u0000', '\u007f\u001f', '\\\\', 'a"b\\"c', "it's", '$1 \\1'],
];
const odd = ['\u0001', '\u00011', '\u0001true', 'a\u0001', '\u0001\u00015', '\\\u0001', '\\u0001', '\u0002'];

/** As JSON may write a text: some characters escaped that need not be. */
const written = (text: string, how: number): string => {
  const json = JSON.stringify(text);
  if (how === 0) return json;
  if (how === 1)
    return json.replaceAll(/(?<!\\)[/é名😀]/gu, (c) => [...c].flatMap((one) => [...escaped(one)]).join(''));
  return json.replace(/^"[a-z0-9]/, (start) => `"${escaped(start.slice(1))}`);
};

const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => (unit === '/' ? '\\/' : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
    .join('');

const text = (texts: readonly string[]) =>
  fc
    .tuple(fc.oneof(fc.constantFrom(...texts), fc.string({ maxLength: 4 })), fc.integer({ min: 0, max: 2 }))
    .map(([one, how]) => written(one, how));

const scalar = (texts: readonly string[]) =>
  fc.oneof(
    { weight: 4, arbitrary: number },
    { weight: 4, arbitrary: text(texts) },
    { weight: 2, arbitrary: fc.constantFrom('true', 'false', 'null') },
  );

const objectOf = (members: readonly (readonly [string, string])[]): string =>
  `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;

const object = (names: readonly string[], value: fc.Arbitrary<string>, most: number) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), value), { maxLength: most, selector: ([name]) => name })
    .map(objectOf);

const list = (value: fc.Arbitrary<string>, most: number) =>
  fc.array(value, { maxLength: most }).map((all) => `[${all.join(',')}]`);

const value = (texts: readonly string[]) => {
  const simple = scalar(texts);
  const inner = object(FIELD_NAMES, simple, 3);
  const line = object(FIELD_NAMES, fc.oneof({ weight: 5, arbitrary: simple }, inner, list(simple, 2)), 6);
  return fc.oneof(
    { weight: 6, arbitrary: simple },
    { weight: 2, arbitrary: list(simple, 4) },
    { weight: 2, arbitrary: list(fc.oneof({ weight: 5, arbitrary: line }, simple), 3) },
    { weight: 1, arbitrary: list(simple, 30) },
    { weight: 1, arbitrary: inner },
    { weight: 1, arbitrary: line },
  );
};

/** Members that are right, of which chance would make few. */
const right = fc.constantFrom<[string, string]>(
  ['tiny', '0.125'],
  ['tiny', '-5e-1'],
  ['day', '"2024-02-29"'],
  ['big', '1.2e37'],
  ['flag', 'true'],
  ['moment', '"2026-11-01T05:10:00.1239+09:00"'],
  ['days', '["2026-11-01",null]'],
  ['flags', '[true,false]'],
  ['prices', '[19.9,"19.90",0.10]'],
  ['reals', '[1.5,-0.0,12]'],
  ['tags', '["a","b"]'],
  ['lines', '[{"sku":"a","price":1.50,"0":2,"pieces":3,"gift":true,"at":1793534400,"due":"2026-11-01"}]'],
);

/** A name may come twice: then the first counts. */
const properties = (texts: readonly string[]) =>
  fc
    .array(fc.oneof({ weight: 9, arbitrary: fc.tuple(fc.constantFrom(...NAMES), value(texts)) }, right), {
      maxLength: 12,
    })
    .map(objectOf);

const context = (texts: readonly string[]) =>
  fc
    .tuple(
      fc.oneof(object(['title', 'url', '0'], value(texts), 3), value(texts)),
      fc.oneof(list(scalar(texts), 3), value(texts)),
    )
    .map(([page, numbers]) => `{"page":${page},"numbers":${numbers}}`);

/** Columns of JSON lose digits in a build where a text of the event has a \u0001: there is none then. */
export const oddEvent = fc.oneof(
  fc.record({
    name: fc.constantFrom('it\'s "seen"', 'nobody knows'),
    properties: properties([...plainTexts, ...odd]),
    context: context([...plainTexts, ...odd]),
  }),
  fc.record({
    name: fc.constant('thing_kept'),
    properties: properties(plainTexts),
    context: context(plainTexts),
  }),
);
