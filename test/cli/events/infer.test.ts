import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { inferred } from '../../../cli/events/infer/infer.ts';
import { sampleOfFile } from '../../../cli/events/infer/samples.ts';
import type { CompiledEvents } from '../../../compiler/events/compile.ts';
import { parseExactly } from '../../../src/json/exactNumbers.ts';
import { isObject } from '../../../src/json/parse.ts';
import { fc } from '../../helpers/fastCheck.ts';
import { compiled, typedRows } from '../../helpers/ownProject.ts';

const folder = mkdtempSync(join(tmpdir(), 'infer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHOP = `
description: Known already
columns:
  price: { type: double, description: Price }
  theme: { type: bigint, description: A number of a theme }
  order_id: { type: string, description: Order }
  lines:
    type: array<struct>
    description: Lines
    fields:
      sku: { type: string }
`;
const shop = compiled({ shop: SHOP });
const none = compiled({});

const objectIn = (text: string) => {
  const value = parseExactly(text)?.value;
  return isObject(value) ? value : {};
};

/** The proposal for events with these properties (and contexts), in a project that has nothing yet, or these types. */
const infer = (
  properties: readonly string[],
  {
    known = none,
    name = 'thing_seen',
    contexts = [],
  }: { known?: CompiledEvents; name?: string; contexts?: readonly string[] } = {},
) => {
  const events = properties.map((text, place) => ({
    properties: objectIn(text),
    context: objectIn(contexts[place] ?? '{}'),
  }));
  const found = inferred(folder, name, { events, of: 'of a test' }, known);
  return { ...found, file: parse(found.text) };
};

const typesOf = (properties: readonly string[]): Record<string, unknown> => {
  const { columns = {} } = infer(properties).file;
  return Object.fromEntries(
    Object.entries<{ type: string }>(columns).map(([column, { type }]) => [column, type]),
  );
};

describe('a proposed type', () => {
  test.each([
    ['{"a":1}', '{"a":2.0}', 'bigint'],
    ['{"a":1}', '{"a":2.5}', 'double'],
    ['{"a":9223372036854775808}', '{"a":1}', 'double'],
    ['{"a":1e400}', '{"a":1}', 'json'],
    ['{"a":true}', '{"a":null}', 'boolean'],
    ['{"a":"x"}', '{"a":""}', 'string'],
    ['{"a":"2026-11-01"}', '{"a":"2026-11-02"}', 'date'],
    ['{"a":"2026-11-01"}', '{"a":"2026-11-02T09:00Z"}', 'timestamp'],
    ['{"a":"2026-11-01"}', '{"a":"soon"}', 'string'],
    ['{"a":"12"}', '{"a":12}', 'json'],
    ['{"a":["x"]}', '{"a":[null,"y"]}', 'array<string>'],
    ['{"a":[1]}', '{"a":[]}', 'array<bigint>'],
    ['{"a":[]}', '{"a":[]}', 'json'],
    ['{"a":[[1]]}', '{"a":[]}', 'json'],
    ['{"a":[{"b":1}]}', '{"a":[]}', 'array<struct>'],
    ['{"a":[{"b":1}]}', '{"a":[null]}', 'json'],
    ['{"a":[{"b":1},5]}', '{"a":[]}', 'json'],
    ['{"a":{"b":1}}', '{"a":5}', 'json'],
  ])('of %s and %s is %s', (one, other, type) => {
    expect(typesOf([one, other])).toEqual({ a: type });
  });

  test('of money is a decimal, of numbers that are times a timestamp, by their names', () => {
    expect(typesOf(['{"unitPrice":19.90,"order_total":5,"created_at":1793525400,"priceless":1.5}'])).toEqual({
      unit_price: 'decimal(18,2)',
      order_total: 'decimal(18,2)',
      created_at: 'timestamp',
      priceless: 'double',
    });
    expect(typesOf(['{"price":0.1234567}', '{"price":1e30}'])).toEqual({ price: 'double' });
  });

  test('of an object is that of its members, down to where it is deep, or a map', () => {
    const map = JSON.stringify(Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`k${n}`, n])));
    expect(typesOf([`{"total":{"amount":5,"of":{"tax":1}},"by_user":${map}}`])).toEqual({
      total_amount: 'decimal(18,2)',
      total_of_tax: 'decimal(18,2)',
      by_user: 'json',
    });
    expect(typesOf(['{"a":{"b":{"c":{"d":{"e":1}}}}}'])).toEqual({ a_b_c_d: 'json' });
  });
});

describe('a proposed name', () => {
  test('is lower snake case, and reads the property under its own', () => {
    const { columns } = infer(['{"userName2":"x","Größe":1,"a.b":2,"context":{"c":1},"한글":1}']).file;
    expect(Object.entries<{ from?: string }>(columns).map(([name, { from }]) => [name, from])).toEqual([
      ['user_name2', 'userName2'],
      ['gr_e', 'Größe'],
      ['a_b', 'a\\.b'],
      ['context_c', '\\context.c'],
      ['property', '한글'],
    ]);
  });

  test('is another one where SQL, the envelope or the file has it', () => {
    const { columns } = infer(['{"order":"x","source":"y","fooBar":1,"foo_bar":2}']).file;
    expect(Object.keys(columns)).toEqual(['order_text', 'source_text', 'foo_bar', 'foo_bar_number']);
  });

  test('of a column that is there is reused where the values fit, else changed', () => {
    const { columns } = infer(['{"price":5,"theme":"dark","lines":[{"sku":"a","x":1}]}'], {
      known: shop,
    }).file;
    expect(columns).toMatchObject({
      price: null,
      theme_text: { type: 'string', from: 'theme' },
      lines: null,
    });
  });

  test('of the file is that of the event, as SQL has names', () => {
    expect(infer(['{}'], { name: 'Theme Changed' }).text).toContain("name: 'Theme Changed'");
    expect(infer(['{}'], { name: 'order' }).file.name).toBe('order');
    expect(infer(['{}'], { name: '테마' }).file.name).toBe('테마');
  });
});

test('names of senders stay as they are, with white space and control characters, in the file and out of it', () => {
  const name = ' Thing\t seen \u2028"a\\"\n';
  const { text, faults } = infer(['{" a  b ":1,"c\u3000":"x"}'], { name });
  expect(faults).toEqual([]);
  expect(compiled({ thing_seen: text }).eventTypes).toMatchObject([
    {
      name,
      columns: {
        a_b: [{ in: 'properties', path: [' a  b '] }],
        c: [{ in: 'properties', path: ['c\u3000'] }],
      },
    },
  ]);
});

test('of more properties than a file may have, the most frequent become columns, and the others are named', () => {
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`p${n}`, n]));
  const { text, file } = infer([JSON.stringify(many), '{"p149":1}']);
  expect(Object.keys(file.columns)).toHaveLength(100);
  expect(file.columns).toHaveProperty('p149');
  expect(text).toContain('# Left out: p148: more than 100 columns.');
});

describe('personal data', () => {
  const text = infer(
    [
      '{"email":"ann@shop.example","billing":{"customerEmail":"bob@shop.example"},"phone":4912345,"contact":"eve@shop.example"}',
    ],
    {
      contexts: [
        '{"ip":"192.0.2.7","traits":{"address":{"street":"Main 1"}},"page":{"url":"https://a.example/?u=ann"}}',
      ],
    },
  );

  test('is never an example', () => {
    for (const value of ['ann', 'bob', 'eve@', '4912345', '192.0.2', 'Main 1'])
      expect(text.text).not.toContain(value);
    expect(text.text).toContain('"https://a.example/"');
  });

  test('inside of lists is left out of their columns, and shown nowhere', () => {
    const { text, file } = infer([
      '{"to":["zoe@shop.example"],"lines":[{"sku":"a","giftTo":"kim@shop.example","email":"x"}]}',
    ]);
    expect(file.columns).toEqual({ lines: expect.objectContaining({ fields: { sku: { type: 'string' } } }) });
    expect(file.pii).toEqual({ to: 'hash' });
    expect(text).toContain('# Left out: lines.giftTo: personal data inside of a list.');
    expect(text).not.toMatch(/zoe|kim@/);
  });

  test('that no rule knows, and secrets, are no examples either where the name tells', () => {
    const { text } = infer([
      '{"full_name":"Ann Lee","apiToken":"s3cr3t","cardNumber":"4111","product_name":"Tea"}',
    ]);
    expect(text).not.toMatch(/Ann Lee|s3cr3t|4111/);
    expect(text).toContain('"Tea"');
  });

  test('is proposed to be hashed or dropped', () => {
    expect(text.file.columns).toMatchObject({
      email: { pii: 'hash' },
      billing_customer_email: { pii: 'hash' },
      phone: { type: 'bigint', pii: 'drop' },
      contact: { pii: 'hash' },
      ip: { pii: 'hash' },
    });
    expect(text.file.pii).toEqual({ 'context.traits.address': 'drop' });
  });

  test('is not true and false whose name tells of some', () => {
    const { file } = infer(['{"hasPhone":true,"lines":[{"sent_email":false,"with_phone":false}]}']);
    expect(file.columns.has_phone).not.toHaveProperty('pii');
    expect(Object.keys(file.columns.lines.fields)).toEqual(['sent_email', 'with_phone']);
    expect(file.pii).toBe(undefined);
  });
});

test('whatever was sent, the file passes the check, and the same events have no schema errors', async () => {
  const names = fc.constantFrom(
    ...[
      'a',
      'A',
      'a b',
      'order',
      'source',
      'total',
      'price',
      'created_at',
      'id',
      'a.b',
      'context',
      'x',
      "q'uote",
      '#',
      '- k',
      '',
      '\n',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: osls would take it for a variable
      '${x}',
    ],
  );
  const leaf = fc.oneof(
    fc.constantFrom(
      1,
      2.5,
      1e21,
      -0.001,
      1793525400,
      2 ** 60,
      true,
      null,
      '',
      'x',
      'y: z',
      '2026-11-01',
      '2026-11-01T09:00:00Z',
      "'",
      '#',
    ),
    fc.string({ maxLength: 6 }).filter((one) => !one.includes('\u0000')),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { weight: 6, arbitrary: leaf },
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(tie('object'), { minLength: 1, maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(names, tie('value'), { maxKeys: 4 }),
  }));
  const set = fc.array(fc.dictionary(names, value, { maxKeys: 6 }), { minLength: 1, maxLength: 4 });
  for (const events of fc.sample(set, 60)) {
    const texts = events.map((event) => JSON.stringify(event));
    const { text, faults } = infer(texts, { known: shop });
    expect(faults.filter(({ says }) => !says.includes('no file says its type'))).toEqual([]);
    const project = compiled({ shop: SHOP, thing_seen: text });
    const rows = await typedRows(
      project,
      texts.map((properties) => ({ name: 'thing_seen', properties })),
    );
    expect({ text, errors: rows.map((row) => row.schema_errors) }).toEqual({
      text,
      errors: rows.map(() => null),
    });
  }
}, 300_000);

describe('events of a file', () => {
  const file = join(folder, 'events.ndjson');
  writeFileSync(
    file,
    [
      '{"event_name":"a","properties":{"big":9007199254740993},"flat":1}',
      'not JSON',
      '{"event":"a","context":{"locale":"ko-KR"}}',
      '[{"event_name":"b"},{"event_name":"a"}]',
    ].join('\n'),
  );
  const sample = (name: string, most = 10) => sampleOfFile(file, name, most, new AbortController().signal);

  test('are those of the name, read as the collector reads them', async () => {
    const { events } = await sample('a');
    expect(JSON.stringify(events)).toBe(
      '[{"properties":{"big":9007199254740993,"flat":1},"context":{}},{"properties":{},"context":{"locale":"ko-KR"}},{"properties":{},"context":{}}]',
    );
  });

  test('are as many as were asked for', async () => {
    expect((await sample('a', 1)).events).toHaveLength(1);
  });

  test('that are not there are answered with those that are', async () => {
    await expect(sample('c')).rejects.toMatchObject({
      message: `${file} has no event "c".`,
      next: 'It has: a, b.',
    });
  });
});
