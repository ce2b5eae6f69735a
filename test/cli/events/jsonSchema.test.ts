import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import Ajv2020 from 'ajv/dist/2020.js';
import { schemaOfAll, schemaOfOne } from '../../../cli/events/jsonSchema.ts';
import type { CompiledEvents } from '../../../compiler/events/compile.ts';
import { native } from '../../../src/collect/protocols/native.ts';
import { isProblem } from '../../../src/collect/request.ts';
import { judgeOf } from '../../../src/events/contract/judge.ts';
import { isObject } from '../../../src/json/parse.ts';
import { fc } from '../../helpers/fastCheck.ts';
import { compiled, typedRows } from '../../helpers/ownProject.ts';

/** Every type, places that share a beginning, places of which the first decides, in properties and context. */
const own = compiled({
  thing_seen: `
description: A thing was seen
name: Thing Seen
columns:
  text: { type: string, description: Text, from: [text, label, context.label] }
  whole: { type: bigint, description: Whole }
  real: { type: double, description: Real, from: [values.real, real] }
  amount: { type: 'decimal(12,2)', description: Amount, from: [total.amount, total] }
  huge: { type: 'decimal(38,0)', description: Huge }
  flag: { type: boolean, description: Flag }
  moment: { type: timestamp, description: Moment, from: [context.moment, moment] }
  day: { type: date, description: Day }
  anything: { type: json, description: Anything, from: values }
  tags: { type: array<string>, description: Tags }
  numbers: { type: array<bigint>, description: Numbers }
  moments: { type: array<timestamp>, description: Moments }
  dotted: { type: string, description: Dotted, from: ['a\\.b', '\\context.a'] }
  lines:
    type: array<struct>
    description: Lines
    from: [lines, items]
    fields:
      sku: { type: string, from: [sku, product.id] }
      price: { type: double }
      due: { type: date }
`,
  other_thing: `
description: Another thing
columns:
  flag:
`,
});

const ajvOf = (schema: unknown) =>
  // As a sender has it: read from its text, which JavaScript rounds.
  new Ajv2020.default({ allowUnionTypes: true, strict: false, validateFormats: false }).compile(
    JSON.parse(JSON.stringify(schema)),
  );

const [thing] = own.eventTypes;
if (thing === undefined) throw new Error('there is a type');
const matches = ajvOf(schemaOfOne(thing, own.columns));

interface Sent {
  properties: string;
  context: string;
}

/** Whether the schema takes an event, and whether the build has nothing to say of it. */
const compared = async (events: readonly Sent[]) => {
  const rows = await typedRows(
    own,
    events.map((event) => ({ name: 'Thing Seen', ...event })),
  );
  return events.map(({ properties, context }, place) => {
    const text = `{"event_name":"Thing Seen","properties":${properties},"context":${context}}`;
    const errors = rows[place]?.schema_errors ?? null;
    return { text, errors, matches: matches(JSON.parse(text)), typed: errors === null };
  });
};

const member = (name: string, value: string): string => `${JSON.stringify(name)}:${value}`;

// JSON texts of values, right and nearly right. What a schema cannot say is not here: see docs/guides/eventTypes.md.
const numbers = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom(
    ...['0', '-0', '1.5', '2.0', '1e3', '1e18', '1e19', '9007199254740992', '9223372036854774784', '1e400'],
    ...['9223372036854775808', '-9223372036854775808', '-9223372036854777856', '19.99', '-0.01', '1e-7'],
    ...['9999999999.99', '10000000000', '-10000000000', '1793525400', '1793525400000', '1793525400.5'],
    ...[
      '-62167219200',
      '-62167219201',
      '-100000000000',
      '-62167219200000',
      '-62167219200001',
      '1e20',
      '1e37',
    ],
    ...['99999999999999990000', '-62167219200000000', '-1e15', '1e38'],
  ),
);
const texts = fc
  .oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom(
      ...['2026-11-01', '2026-02-29', '2024-02-29', '1900-02-29', '2000-02-29', '2026-04-31', '2026-13-01'],
      ...[
        '2026-11-1',
        '2026-11-01T09:00',
        '2026-11-01T09:00:60Z',
        ' 2026-11-01 09:00:00,5+09 ',
        '20261101T090000Z',
      ],
      ...['20260229T090000Z', '20261101T0900Z', '2026-11-01T24:00:00Z', '2026-11-01T09:00:00+23:59'],
      ...[
        '2026-11-01T09:00:00+24:00',
        '2026-11-01T09:00:00+0175',
        '2026-11-01T09:60',
        '2026-11-01T09',
        '12',
        'true',
      ],
      ...[
        '2026-11-01T09:00:00+23:60',
        '2026-11-01T09:00:00-22:99',
        '2026-11-01Z',
        '2026-11-01T09:00:00+09:',
        '',
      ],
    ),
  )
  .map((text) => JSON.stringify(text));
const words = fc.constantFrom('true', 'false', 'null');
const scalar = fc.oneof({ weight: 3, arbitrary: texts }, { weight: 3, arbitrary: numbers }, words);
const objectOf = (names: readonly string[], value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), value), { maxLength: 3, selector: ([name]) => name })
    .map((members) => `{${members.map(([name, text]) => member(name, text)).join(',')}}`);
const listOf = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(value, { maxLength: 3 }).map((all) => `[${all.join(',')}]`);
const line = fc.oneof(
  { weight: 5, arbitrary: objectOf(['sku', 'price', 'due', 'x'], scalar) },
  objectOf(['product', 'sku'], objectOf(['id', 'x'], scalar)),
  scalar,
);
const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  listOf(scalar),
  { weight: 2, arbitrary: listOf(line) },
  { weight: 2, arbitrary: objectOf(['real', 'amount', 'a', 'x'], scalar) },
);
const inProperties = [
  ...[
    'text',
    'label',
    'whole',
    'values',
    'real',
    'total',
    'huge',
    'flag',
    'moment',
    'day',
    'tags',
    'numbers',
  ],
  ...['moments', 'a.b', 'context', 'lines', 'items', 'unknown'],
];
const sent: fc.Arbitrary<Sent> = fc.record({
  properties: objectOf(inProperties, value),
  context: objectOf(['label', 'moment', 'x'], value),
});

describe('the JSON Schema of an event type', () => {
  test('takes exactly those events of which the build says nothing', async () => {
    const cases = await compared(fc.sample(sent, 900));
    const [right, wrong] = [cases.filter(({ typed }) => typed), cases.filter(({ typed }) => !typed)];
    expect([right.length > 100, wrong.length > 100]).toEqual([true, true]);
    expect(cases.filter((one) => one.matches !== one.typed)).toEqual([]);
  });

  test('holds each type to the same values as the build does', async () => {
    const columns = ['text', 'whole', 'huge', 'flag', 'moment', 'day', 'total', 'real'];
    const one = fc
      .tuple(fc.constantFrom(...columns), scalar)
      .map(([name, text]) => `{${member(name, text)}}`);
    const list = fc
      .tuple(fc.constantFrom('tags', 'numbers', 'moments'), listOf(scalar))
      .map(([name, text]) => `{${member(name, text)}}`);
    const cases = await compared(
      [...fc.sample(one, 500), ...fc.sample(list, 200)].map((properties) => ({ properties, context: '{}' })),
    );
    expect(cases.filter((found) => found.matches !== found.typed)).toEqual([]);
  });

  test('looks at the first place where anything is, as the build does', async () => {
    const cases = await compared(
      [
        '{"text":5,"label":"x"}',
        '{"text":null,"label":5}',
        '{"text":"x","label":5}',
        '{"total":{"amount":null}}',
        '{"total":5}',
        '{"total":{"amount":"5"}}',
      ].map((properties) => ({ properties, context: '{}' })),
    );
    expect(cases.map((one) => [one.matches, one.typed])).toEqual(
      [false, false, true, false, true, false].map((right) => [right, right]),
    );
  });

  test('turns away what the collector would move into the properties unseen', () => {
    const event = { event_name: 'Thing Seen', whole: 'x' };
    const reading = native.read(JSON.stringify(event), false);
    if (isProblem(reading)) throw new Error(reading.message);
    const [{ value: read } = { value: undefined }] = reading.events;
    expect(isObject(read) && reading.draftOf(read)).toMatchObject({ properties: { whole: 'x' } });
    expect([matches(event), matches({ event_name: 'Thing Seen', unknown: 'x' })]).toEqual([false, true]);
  });

  test.each([
    [{ event_name: 'Thing Seen' }, true],
    [{ event_name: 'Thing Seen', properties: null, context: null }, true],
    [{ event_name: 'Thing Seen', event_time: '2026-11-01T09:30Z', user_id: 7, event_id: 'a' }, true],
    [{ event_name: 'Thing Seen', event_time: 'yesterday' }, false],
    [{ event_name: 'Thing Seen', user_id: {} }, false],
    [{ event_name: 'Thing Seen', properties: [] }, false],
    [{ event_name: 'thing_seen' }, false],
    [{}, false],
    [[], false],
  ])('holds the envelope to what requests are held to: %j is %p', (event, right) => {
    const request = ajvOf(JSON.parse(readFileSync('docs/reference/request.schema.json', 'utf8')));
    expect(matches(event)).toBe(right);
    if (right) expect(request(event)).toBe(true);
  });
});

describe('the JSON Schema of all event types', () => {
  const all = ajvOf(schemaOfAll(own));

  test('takes an event of each, and no other', () => {
    expect(all({ event_name: 'Thing Seen', properties: { whole: 1 } })).toBe(true);
    expect(all({ event_name: 'other_thing', properties: { flag: true, whole: 'of the other' } })).toBe(true);
    expect(all({ event_name: 'other_thing', properties: { flag: 1 } })).toBe(false);
    expect(all({ event_name: 'unknown' })).toBe(false);
  });

  test('stands beside types that are called like its own parts', () => {
    const text = (name: string): string =>
      `description: A\ncolumns:\n  ${name}_text: { type: string, description: A }\n`;
    const odd: CompiledEvents = compiled({ envelope: text('envelope'), name: text('name') });
    const schema = ajvOf(schemaOfAll(odd));
    expect(schema({ event_name: 'name', properties: { name_text: 'a' } })).toBe(true);
    expect(schema({ event_name: 'envelope', properties: { envelope_text: 1 } })).toBe(false);
  });

  test('is right in the eyes of a strict validator', () => {
    const strict = new Ajv2020.default({
      strict: true,
      strictTypes: false,
      allowUnionTypes: true,
      validateFormats: false,
    });
    expect(() => strict.compile(JSON.parse(JSON.stringify(schemaOfAll(own))))).not.toThrow();
  });

  test('has the limits of 64 bits with all their digits', () => {
    expect(JSON.stringify(schemaOfAll(own))).toContain('"exclusiveMaximum":9223372036854775808');
  });
});

describe('the JSON Schema of a contract', () => {
  const { eventTypes, columns } = compiled({
    signed_up: `
description: A
columns:
  plan: { type: string, description: Plan, required: true, allowed: [free, paid], from: [plan, context.plan] }
  seats: { type: array<bigint>, description: Seats, min: 1, max: 9007199254740993 }
  price: { type: 'decimal(6,2)', description: Price, allowed: [1.50, 2] }
  day: { type: date, description: Day, min: 2026-01-01 }
  lines: { type: array<struct>, description: Lines, fields: { sku: { type: string, required: true } } }
`,
  });
  const [type] = eventTypes;
  if (type === undefined) throw new Error('there is a type');
  const schema = schemaOfOne(type, columns);
  const takes = ajvOf(schema);
  const judge = judgeOf(type, columns);

  test.each([
    [{ plan: 'free' }],
    [{ plan: 'other' }],
    [{ plan: null }],
    [{}],
    [{ plan: 'free', seats: [1, 2, null] }],
    [{ plan: 'free', seats: [1, 0] }],
    [{ plan: 'free', price: 1.5, lines: null }],
    [{ plan: 'free', price: 1.25 }],
    [{ plan: 'free', lines: [{ sku: 'a' }] }],
    [{ plan: 'free', lines: [{ sku: 'a' }, {}] }],
  ])('takes %j exactly where the collector finds nothing', (properties) => {
    expect(takes({ event_name: 'signed_up', properties })).toBe(
      judge({ properties, context: {} }).length === 0,
    );
  });

  test('asks for a required column wherever it may stand', () => {
    expect(takes({ event_name: 'signed_up' })).toBe(false);
    expect(takes({ event_name: 'signed_up', context: { plan: 'paid' } })).toBe(true);
  });

  test('has limits with all their digits, and those of days as a comment', () => {
    const text = JSON.stringify(schema);
    expect(text).toContain('"maximum":9007199254740993}');
    expect(text).toContain('Not before 2026-01-01. This schema does not check that.');
  });
});
