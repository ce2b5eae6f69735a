import { describe, expect, test } from '@jest/globals';
import { compiled, declaredIn, typedRows } from '../helpers/ownProject.ts';

/** Where columns are read from: below properties and context, whatever the names are. */

const visit = compiled({
  visit: `
description: Somebody came
columns:
  amount: { type: double, description: Amount, from: [total.amount, total, Total] }
  whole: { type: json, description: All of it, from: total }
  currency: { type: string, description: Currency, from: ['total.currency', 'total\\.currency'] }
  page: { type: string, description: Page, from: [page, context.page.url, context.URL] }
  locale: { type: string, description: Locale, from: context.locale }
  odd: { type: string, description: Odd, from: ["it's", '"quoted"', 'größe', '$\\.x', 'a b', '\\\\'] }
  count: { type: bigint, description: Count, from: context.device.count }
`,
  other: 'description: Something else\ncolumns:\n  locale: { from: lang }\n',
  bare: 'description: Nothing to read\n',
});

const nothing = {
  amount: null,
  whole: null,
  currency: null,
  page: null,
  locale: null,
  odd: null,
  count: null,
};
const read = async (properties: unknown, context: unknown = {}, name = 'visit') => {
  const [row] = await typedRows(visit, [
    { name, properties: JSON.stringify(properties), context: JSON.stringify(context) },
  ]);
  return row;
};
const only = (values: object, [errors = null]: readonly (string[] | null)[] = []) => ({
  ...nothing,
  ...values,
  schema_errors: errors,
});

describe('a column is read', () => {
  test.each<[properties: unknown, values: object, ...errors: string[][]]>([
    [{ total: { amount: 1.5 } }, { amount: 1.5, whole: '{"amount":1.5}' }],
    [{ total: 2 }, { amount: 2, whole: '2' }],
    [{ Total: 3 }, { amount: 3 }],
    [{ total: null, Total: 3 }, { amount: 3 }],
    [{ TOTAL: 4 }, {}],
    [{ total: { Amount: 1 } }, { whole: '{"Amount":1}' }, ['amount']],
    [
      { total: { currency: 'EUR', amount: 1 } },
      { amount: 1, currency: 'EUR', whole: '{"currency":"EUR","amount":1}' },
    ],
    [{ 'total.currency': 'EUR' }, { currency: 'EUR' }],
    [{ "it's": 'a' }, { odd: 'a' }],
    [{ '"quoted"': 'a' }, { odd: 'a' }],
    [{ größe: 'a' }, { odd: 'a' }],
    [{ '$.x': 'a' }, { odd: 'a' }],
    [{ 'a b': 'a' }, { odd: 'a' }],
    [{ '\\': 'a' }, { odd: 'a' }],
    [{ page: { url: 'b' } }, {}, ['page']],
  ])('out of %j', async (properties, values, ...errors) => {
    expect(await read(properties)).toEqual(only(values, errors));
  });

  test.each<[context: unknown, values: object, ...errors: string[][]]>([
    [
      { page: { url: 'u' }, locale: 'de' },
      { page: 'u', locale: 'de' },
    ],
    [{ URL: 'u' }, { page: 'u' }],
    [{ page: 'not an object' }, {}],
    [{ page: [{ url: 'u' }] }, {}],
    [{ device: { count: 12 } }, { count: '12' }],
    [{ device: { count: 1.5 } }, {}, ['count']],
    [{ locale: 7 }, {}, ['locale']],
  ])('out of the context %j', async (context, values, ...errors) => {
    expect(await read({}, context)).toEqual(only(values, errors));
  });

  test('with every digit of a number in the context', async () => {
    const context = '{"device":{"count":9007199254740993.0}}';
    const [row] = await typedRows(visit, [{ name: 'visit', properties: '{}', context }]);
    expect(row).toEqual(only({ count: '9007199254740993' }));
  });

  test('by each event type from its own places', async () => {
    expect(await read({ lang: 'en', total: 5 }, { locale: 'de' }, 'other')).toEqual(only({ locale: 'en' }));
    expect(await read({ lang: 'en' }, { locale: 'de' }, 'bare')).toEqual(only({}));
    expect(await read({ lang: 'en' }, { locale: 'de' }, 'unknown')).toEqual(only({}));
  });
});

test('a project without event types, or without columns, has a statement all the same', async () => {
  const event = { name: 'a', properties: '{"a":1}' };
  expect(await typedRows(compiled({}), [event])).toEqual([{ schema_errors: null }]);
  expect(await typedRows(compiled({ a: 'description: A\n' }), [event])).toEqual([{ schema_errors: null }]);
});

test('the hundredth and the last event type are known by their names, too', async () => {
  const files = Array.from({ length: 200 }, (_, n) => [
    `e${n}`,
    `description: E\ncolumns:\n  c${n}: { type: string, description: C, from: a }\n`,
  ]);
  const rows = await typedRows(compiled(Object.fromEntries(files)), [
    { name: 'e99', properties: '{"a":"x"}' },
    { name: 'e199', properties: '{"a":"y"}' },
  ]);
  expect([rows[0]?.c99, rows[1]?.c199, rows[1]?.c99]).toEqual(['x', 'y', null]);
});

test.each([
  ['total', 'object', true],
  ['total', 'number', true],
  ['total', 'array', true], // `whole` is JSON
  ['Total', 'number', true],
  ['Total', 'object', false],
  ['page', 'string', true],
  ['page', 'object', false],
  ['locale', 'string', true],
  ['URL', 'string', false],
  ['total.currency', 'string', true],
  ['other', 'string', false],
])('the property %s as %s is declared: %s', (name, type, expected) => {
  expect(declaredIn(visit, { eventName: 'visit', name, type })).toBe(expected);
});
