import { describe, expect, test } from '@jest/globals';
import { contractsOf, detailOf } from '../../../src/events/contract/contracts.ts';
import { judgeOf } from '../../../src/events/contract/judge.ts';
import { parseExactly } from '../../../src/json/exactNumbers.ts';
import { isObject } from '../../../src/json/parse.ts';
import { compiled } from '../../helpers/ownProject.ts';

const project = compiled({
  order_sent: `
description: An order
strict: reject
columns:
  order_id: { type: string, description: D, required: true, from: [order_id, order.id] }
  currency: { type: string, description: D, allowed: [EUR, USD] }
  cents: { type: bigint, description: D, min: 0, max: 9007199254740993 }
  total: { type: 'decimal(12,2)', description: D, allowed: [1.50, 12], from: total.amount }
  share: { type: double, description: D, min: 0, max: 0.1 }
  day: { type: date, description: D, min: '2026-01-01', max: '2026-12-31' }
  sent: { type: timestamp, description: D, min: '2026-01-01T00:00:00+09:00' }
  tags: { type: array<string>, description: D, allowed: [new, sale] }
  consent: { type: boolean, description: D, allowed: [true] }
  url: { type: string, description: D, required: true, from: context.page.url }
  items:
    type: array<struct>
    description: D
    fields:
      sku: { type: string, required: true }
      quantity: { type: bigint, min: 1 }
`,
});
const [order] = project.eventTypes;
if (order === undefined) throw new Error('There is no event type.');
const judge = judgeOf(order, project.columns);

const objectIn = (text: string) => {
  const value = parseExactly(text)?.value;
  if (!isObject(value)) throw new Error(`Not an object: ${text}`);
  return value;
};

/** What is found in an event that is right but for these properties. */
const found = (members: string): string[] =>
  judge({
    properties: objectIn(`{"order_id":"1"${members === '' ? '' : `,${members}`}}`),
    context: { page: { url: '/' } },
  });

test('an event without anything wrong contradicts nothing', () => {
  expect(
    found(
      '"currency":"EUR","cents":9007199254740993,"total":{"amount":1.5},"share":1e-1,"day":"2026-12-31","sent":"2026-01-01","tags":["new",null],"consent":true,"items":[{"sku":"a","quantity":1.0}],"more":[1]',
    ),
  ).toEqual([]);
});

test('JSON null stands for nothing, in every column', () => {
  expect(found('"currency":null,"cents":null,"tags":null,"items":null')).toEqual([]);
});

test.each([
  ['"currency":"eur"', 'currency must be one of: EUR, USD'],
  ['"currency":1', 'currency must be a string, and is a number'],
  ['"cents":-1', 'cents must be at least 0'],
  ['"cents":9007199254740994', 'cents must be at most 9007199254740993'],
  ['"cents":9223372036854775808', 'cents must be a whole number (bigint), and is a number that does not fit'],
  [
    '"total":{"amount":12.005}',
    'total: total.amount must be a decimal(12,2), and is a number that does not fit',
  ],
  ['"total":{"amount":1.51}', 'total: total.amount must be one of: 1.50, 12'],
  ['"share":0.10000000000000001', 'share must be at most 0.1'],
  ['"day":"2025-12-31"', 'day must be at least 2026-01-01'],
  ['"day":"2026-02-30"', 'day must be a date, and is a text that does not fit'],
  ['"sent":"2025-12-31T14:59:59.999Z"', 'sent must be at least 2026-01-01T00:00:00+09:00'],
  ['"sent":1767193199', 'sent must be at least 2026-01-01T00:00:00+09:00'],
  ['"tags":["new","old"]', 'tags[1] must be one of: new, sale'],
  ['"tags":"new"', 'tags must be an array, and is a text'],
  ['"consent":false', 'consent must be one of: true'],
  ['"items":[{"sku":"a"},{"quantity":0}]', 'items[1].sku is missing; items[1].quantity must be at least 1'],
  ['"items":[null]', 'items[0] must be an object, and is null'],
])('%s is told as: %s', (members, told) => {
  expect(found(members).join('; ')).toBe(told);
});

test('a required column that is not there is told with the places where it is read', () => {
  expect(judge({ properties: {}, context: {} })).toEqual([
    'order_id is missing (read from order_id, order.id)',
    'url is missing (read from context.page.url)',
  ]);
});

test('a second source fills a required column', () => {
  expect(judge({ properties: { order: { id: 'a' } }, context: { page: { url: '' } } })).toEqual([]);
});

test('of an array with thousands of faults 20 are looked at, and three told', () => {
  const all = judge({
    properties: { order_id: '1', tags: Array.from({ length: 5_000 }, () => 1) },
    context: { page: { url: '/' } },
  });
  expect(all).toHaveLength(20);
  expect(detailOf(all)).toBe(
    'tags[0] must be a string, and is a number; tags[1] must be a string, and is a number; tags[2] must be a string, and is a number; and 17 more',
  );
});

test('a number of hundreds of thousands of digits is judged at once', () => {
  const began = performance.now();
  found(`"cents":0.${'0'.repeat(400_000)}1`);
  expect(performance.now() - began).toBeLessThan(2_000);
});

describe('contracts', () => {
  test('only types that say warn or reject have one', () => {
    const files = (strict: string) =>
      compiled({
        a: `description: A\nstrict: ${strict}\ncolumns: { b: { type: string, description: B, required: true } }`,
      });
    const names = (strict: string) => {
      const { eventTypes, columns } = files(strict);
      return [...contractsOf(eventTypes, columns).values()].map((held) => held.strict);
    };
    expect([names('false'), names('warn'), names('reject')]).toEqual([[], ['warn'], ['reject']]);
  });
});
