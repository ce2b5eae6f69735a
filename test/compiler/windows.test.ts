import { describe, expect, test } from '@jest/globals';
import { compileWindows } from '../../compiler/windows/compile.ts';
import type { CatalogColumn } from '../../src/events/eventType.ts';
import { baseSeconds } from '../../src/events/windows/windowType.ts';

const columns: CatalogColumn[] = [
  { name: 'revenue', type: 'double', comment: '' },
  { name: 'price', type: 'decimal(12,2)', comment: '' },
  { name: 'quantity', type: 'bigint', comment: '' },
  { name: 'coupon', type: 'string', comment: '' },
  { name: 'newsletter', type: 'boolean', comment: '' },
  { name: 'signed_up_at', type: 'timestamp', comment: '' },
  { name: 'items', type: { arrayOf: 'string' }, comment: '' },
];
const type = { name: 'order_completed', view: 'order_completed', comment: '', columns: {}, pii: [] };
const around = { eventTypes: [type], columns, tables: ['daily_sales'] };

const compiled = (files: Record<string, string>) =>
  compileWindows(
    Object.entries(files).map(([name, text]) => ({ file: `queries/windows/${name}`, text })),
    around,
  );

const faultsOf = (text: string, name = 'x.yml'): string[] => {
  try {
    compiled({ [name]: text });
    return [];
  } catch (error) {
    return String(error).replace('ProjectError: ', '').split('\n');
  }
};

const file = (lines: string): string =>
  `description: What it counts\nevery: 60\nmeasures: { events: count }\n${lines}`;

test('a file is a window with all that it says', () => {
  const text = `description: Paid orders
every: 5m
where:
  event_name: order_completed
  coupon: { not: [TEST, STAFF] }
  revenue: { min: 10.50, max: 1e3 }
by: [source, coupon]
measures:
  orders: count
  revenue: sum(revenue)
  customers: distinct( user_id )
alarm: orders < 1 for 10m
`;
  expect(compiled({ 'paid_orders.yml': text })).toEqual([
    {
      ...{ name: 'paid_orders', comment: 'Paid orders', of: 'events', every: 300 },
      where: [
        { column: 'event_name', allowed: ['order_completed'] },
        { column: 'coupon', not: ['TEST', 'STAFF'] },
        { column: 'revenue', min: '10.50', max: '1e3' },
      ],
      by: ['source', 'coupon'],
      measures: [
        { name: 'orders', what: 'count' },
        { name: 'revenue', what: 'sum', column: 'revenue' },
        { name: 'customers', what: 'distinct', column: 'user_id' },
      ],
      // An alarm needs its metric.
      metric: true,
      alarm: { measure: 'orders', comparison: '<', threshold: 1, seconds: 600 },
    },
  ]);
});

test('a window of what is rejected knows the columns of that', () => {
  const text = 'description: x\nof: rejected\nevery: 60\nby: [reason, source]\nmeasures: { lines: count }';
  expect(compiled({ 'bad.yml': text })[0]).toMatchObject({ of: 'rejected', by: ['reason', 'source'] });
  expect(faultsOf(text.replace('reason', 'user_id'))).toEqual([
    'queries/windows/x.yml:4: by: "user_id" is not a column that windows can use. There are: reason, source',
  ]);
});

describe('every', () => {
  test.each([
    ['1', 1],
    ['60', 60],
    ['30s', 30],
    ['15m', 900],
    ['900', 900],
  ])('%s is %d seconds', (every, seconds) => {
    expect(compiled({ 'x.yml': file('').replace('every: 60', `every: ${every}`) })[0]?.every).toBe(seconds);
  });

  test.each([
    ['0', /1 to 900 seconds/],
    ['901', /1 to 900 seconds/],
    ['16m', /1 to 900 seconds/],
    ['1h', /1 to 900 seconds/],
    ['70', /do not fill an hour evenly/],
    ['1.5', /not a length of time/],
    ['-60', /not a length of time/],
    ['soon', /not a length of time/],
  ])('%s is refused', (every, says) => {
    const faults = faultsOf(file('').replace('every: 60', `every: ${every}`));
    expect(faults).toEqual([expect.stringMatching(says)]);
    expect(faults[0]).toMatch(/^queries\/windows\/x\.yml:2: every: /);
  });
});

test.each([
  [
    'columns that are not there',
    'by: [sourc]',
    /^queries\/windows\/x\.yml:4: by: "sourc" .* Did you mean "source"\?$/,
  ],
  ['columns without groups', 'by: [revenue]', /makes no groups/],
  ['a time', 'by: [signed_up_at]', /not a column that windows can use/],
  ['an id, of which each is another', 'by: [event_id]', /not a column that windows can use/],
  ['a column twice', 'by: [source, source]', /stands twice/],
  ['a value that the column can never have', 'where: { quantity: many }', /"many" is not a bigint/],
  ['an order of texts', 'where: { coupon: { min: A } }', /a string has no order/],
  ['a condition that is not known', 'where: { coupon: { like: A } }', /"like" is not known here/],
  ['a member that is not known', 'windows: 60', /"windows" is not known here/],
  ['a metric that is a text', 'metric: "yes"', /true or false/],
  ['an alarm of another measure', 'alarm: event < 1 for 10m', /Did you mean "events"\?/],
  ['an alarm that is no sentence of its kind', 'alarm: events fell', /orders < 1 for 10m/],
  ['an alarm of seconds', 'alarm: events < 1 for 90s', /whole minutes/],
  ['an alarm of days', 'alarm: events < 1 for 48h', /a day at most/],
  ['an input that is not known', 'of: everything', /Write events or rejected/],
])('%s: told with its line and what to do', (_what, line, says) => {
  expect(faultsOf(file(line))).toEqual([expect.stringMatching(says)]);
});

test.each([
  ['sum(coupon)', /is a string\. Sums are made of numbers/],
  ['sum(cupon)', /Did you mean "coupon"/],
  ['avg(revenue)', /Write count, sum\(column\) or distinct\(column\)/],
])('the measure %s is told', (measure, says) => {
  const text = file('').replace('{ events: count }', `{ events: ${measure} }`);
  expect(faultsOf(text)).toEqual([expect.stringMatching(says)]);
});

test('a measure is called like no column of the view', () => {
  for (const name of ['dt', 'hr', 'layer', 'window_start', 'source', 'Events'])
    expect(faultsOf(file('').replace('events:', `${name}:`))).toHaveLength(1);
});

test.each(['kind', 'ok', 'file', 'x', 'newest', 'counted', 'built'])('a measure may be called %s', (name) => {
  expect(faultsOf(file('').replace('events:', `${name}:`))).toEqual([]);
});

test('a group is called like no column of the view', () => {
  const own: CatalogColumn = { name: 'window_start', type: 'string', comment: '' };
  const source = { file: 'queries/windows/x.yml', text: file('by: [window_start]') };
  expect(() => compileWindows([source], { ...around, columns: [own] })).toThrow(
    'queries/windows/x.yml:4: by: every view of a window has a column "window_start" of its own.',
  );
});

test('an alarm on different values is told: those of two minutes cannot be added', () => {
  const text = file('alarm: events > 5 for 10m').replace(': count', ': distinct(user_id)');
  expect(faultsOf(text)).toEqual([expect.stringMatching(/cannot be added over minutes/)]);
});

test('a file without anything is told all that it lacks', () => {
  expect(faultsOf('metric: true')).toEqual([
    expect.stringMatching(/needs every/),
    expect.stringMatching(/needs measures/),
    expect.stringMatching(/needs a description/),
  ]);
});

test.each([
  ['daily_sales.yml', /there is a table or view "daily_sales"/],
  ['order_completed.yml', /there is a table or view/],
  ['live_windows.yml', /there is a table or view/],
  ['Orders.yml', /lower snake case/],
  ['all.yml', /reserved word/],
  ['x.yaml', /rename it to queries\/windows\/x\.yml/],
])('%s is not a name', (name, says) => {
  expect(faultsOf(file(''), name)).toEqual([expect.stringMatching(says)]);
});

test('the windows of the stream are the longest of which all are multiples', () => {
  const ofSeconds = (...seconds: number[]) => baseSeconds(seconds.map((every) => ({ every })));
  expect(ofSeconds(60, 300, 900)).toBe(60);
  expect(ofSeconds(900)).toBe(900);
  expect(ofSeconds(60, 90)).toBe(30);
});
