import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countsOf } from '../../../client/windows/parts.ts';
import { SKETCH_SIZE } from '../../../src/events/windows/sketchSize.ts';
import type { WindowType } from '../../../src/events/windows/windowType.ts';
import type { Catalog } from '../../../src/sinks/windows/counting.ts';
import { estimateOf, merged, type Sketch, withValue } from '../../../src/sinks/windows/sketch.ts';
import { aRecord, lineOf } from '../../helpers/records.ts';
import { aStage, aWindow, catalog, FINAL, records } from './support.ts';

const order = (properties: object, overrides: object = {}): string =>
  lineOf({ event_name: 'order_completed', properties, ...overrides });

/** What a window counts of these lines. */
const countsIn = async (window: WindowType, lines: readonly string[], of: Catalog = catalog) => {
  const stage = aStage([window], of);
  await stage.call([aRecord('1', lines)], {}, FINAL);
  return countsOf(window, stage.rows());
};

describe('a measure', () => {
  test('sums a column of doubles, and is nothing where no event has one', async () => {
    const window = aWindow({ measures: [{ name: 'revenue', what: 'sum', column: 'revenue' }] });
    const counts = await countsIn(window, [order({ revenue: 1.5 }), order({ revenue: 2 }), lineOf()]);
    expect(counts.map(({ group, measures }) => [group.event_name, measures.revenue])).toEqual([
      ['order_completed', 3.5],
      ['page_view', null],
    ]);
  });

  test('sums decimals and whole numbers to the last digit', async () => {
    const window = aWindow({
      by: [],
      measures: [
        { name: 'paid', what: 'sum', column: 'price' },
        { name: 'pieces', what: 'sum', column: 'quantity' },
      ],
    });
    const stage = aStage([window]);
    const lines = [
      ...Array.from({ length: 10 }, () => order({ price: 0.1, quantity: 1 })),
      order({ price: -2 }).replace('-2', '1234567890.12'),
      order({ cart: { quantity: 7 }, quantity: 1 }).replace('7', '9007199254740993'),
    ];
    await stage.call([aRecord('1', lines)], {}, FINAL);
    expect(stage.rows().find(({ window }) => window === 'minutes')?.measures).toEqual({
      paid: '1234567891.12',
      pieces: '9007199254741003',
    });
  });

  test('takes no value of another type than the column has, as builds do', async () => {
    const window = aWindow({ by: [], measures: [{ name: 'pieces', what: 'sum', column: 'quantity' }] });
    const lines = [
      order({ quantity: '5' }),
      order({ quantity: 1.5 }),
      order({ quantity: 2.0 }),
      order({ quantity: true }),
    ];
    expect((await countsIn(window, lines))[0]?.measures.pieces).toBe(2);
  });

  test('counts different values, each once', async () => {
    const window = aWindow({ by: [], measures: [{ name: 'users', what: 'distinct', column: 'user_id' }] });
    const users = ['a', 'b', 'a', null, 'c', 'b'];
    const lines = users.map((user_id) => lineOf({ user_id }));
    expect((await countsIn(window, lines))[0]?.measures.users).toBe(3);
  });
});

test('names that every object has are names like others', async () => {
  const window = aWindow({
    name: 'constructor',
    by: ['constructor'],
    where: [{ column: 'constructor', allowed: ['7'] }],
    measures: [
      { name: 'constructor', what: 'count' },
      { name: 'valueOf', what: 'sum', column: 'quantity' },
    ],
  });
  const other = { ...catalog.eventTypes[0], name: 'page_view', columns: {} };
  const own = {
    ...catalog.eventTypes[0],
    columns: { constructor: [{ in: 'properties' as const, path: ['constructor'] }] },
  };
  const stage = aStage([window], {
    columns: [...catalog.columns, { name: 'constructor', type: 'bigint', comment: '' }],
    eventTypes: [other, own],
  });
  const lines = [order({ constructor: 7 }), order({}), lineOf()];
  const { state } = await stage.call([aRecord('1', lines)], {});
  await stage.call([aRecord('2', lines)], state, FINAL);
  expect(countsOf(window, stage.rows())).toMatchObject([
    { group: { constructor: '7' }, measures: { constructor: 2, valueOf: null } },
  ]);
});

describe('a condition', () => {
  const countOf = async (where: WindowType['where'], lines: readonly string[]) =>
    (await countsIn(aWindow({ by: [], where }), lines))[0]?.measures.events ?? 0;

  test('takes the values it names, in whatever way a number is written', async () => {
    const lines = [
      order({ quantity: 2 }),
      order({ quantity: 3 }),
      order({}).replace('"properties":{}', '"properties":{"quantity":2.0}'),
      lineOf(),
    ];
    expect(await countOf([{ column: 'quantity', allowed: ['2'] }], lines)).toBe(2);
    expect(await countOf([{ column: 'event_name', allowed: ['page_view', 'x'] }], lines)).toBe(1);
    expect(await countOf([{ column: 'event_name', not: ['page_view'] }], lines)).toBe(3);
  });

  test('takes values from min to max, both included', async () => {
    const lines = [1, 1.5, 2, 2.5].map((revenue) => order({ revenue }));
    expect(await countOf([{ column: 'revenue', min: '1.5', max: '2' }], lines)).toBe(2);
  });

  test('holds for no event without a value', async () => {
    expect(await countOf([{ column: 'revenue', not: ['1'] }], [order({}), lineOf()])).toBe(0);
    expect(await countOf([{ column: 'user_id', not: ['x'] }], [lineOf({ user_id: null })])).toBe(0);
  });

  test('is one of several that must all hold', async () => {
    const where = [
      { column: 'event_name', allowed: ['order_completed'] },
      { column: 'source', allowed: ['shop'] },
    ];
    expect(await countOf(where, [order({}), order({}, { source: 'app' }), lineOf()])).toBe(1);
  });
});

describe('a group', () => {
  test('has the values of its columns as texts, and null where there is none', async () => {
    const window = aWindow({ by: ['user_id', 'quantity'] });
    const lines = [order({ quantity: 3 }, { user_id: '__proto__' }), lineOf({ user_id: null })];
    const groups = (await countsIn(window, lines)).map(({ group }) => group);
    expect(groups).toEqual(
      expect.arrayContaining([
        { user_id: '__proto__', quantity: '3' },
        { user_id: null, quantity: null },
      ]),
    );
  });

  test.each(['by', 'distinct'])('of decimals keeps every digit: %s', async (how) => {
    const long: Catalog = {
      ...catalog,
      columns: [...catalog.columns, { name: 'ledger', type: 'decimal(38,0)', comment: '' }],
      eventTypes: catalog.eventTypes.map((type) => ({
        ...type,
        columns: { ...type.columns, ledger: [{ in: 'properties', path: ['ledger'] }] },
      })),
    };
    const window = aWindow({
      by: how === 'by' ? ['ledger'] : [],
      measures: [{ name: 'ledgers', what: 'distinct', column: 'ledger' }],
    });
    const ledgers = ['9223372036854775809', '9223372036854775810', '9223372036854775810.0'];
    const lines = ledgers.map((text) => order({ ledger: 1 }).replace('"ledger":1', `"ledger":${text}`));
    const counts = await countsIn(window, lines, long);
    expect(counts.map(({ group, measures }) => [group.ledger, measures.ledgers])).toEqual(
      how === 'by'
        ? [
            ['9223372036854775809', 1],
            ['9223372036854775810', 1],
          ]
        : [[undefined, 2]],
    );
  });

  test('may hold any text: a line of an object stays a line', async () => {
    const window = aWindow({ by: ['user_id'] });
    const user = 'tab\t, line\n, \r, \u2028, "quote", \\N';
    expect((await countsIn(window, [lineOf({ user_id: user })])).map(({ group }) => group.user_id)).toEqual([
      user,
    ]);
  });
});

test('windows that are longer than those of the stream are their parts together', async () => {
  const long = aWindow({ name: 'quarter', every: 900 });
  const stage = aStage([aWindow(), long]);
  for (const minute of ['05:00', '05:14', '05:15'])
    await stage.call(records(0, 1), {}, { ...FINAL, windowStart: new Date(`2026-11-01T${minute}:00Z`) });
  expect(
    countsOf(long, stage.rows()).map(({ start, measures }) => [start.toISOString(), measures.events]),
  ).toEqual([
    ['2026-11-01T05:00:00.000Z', 4],
    ['2026-11-01T05:15:00.000Z', 2],
  ]);
});

describe('a sketch', () => {
  const sketchOf = (from: number, to: number): Sketch => {
    let sketch: Sketch = [];
    for (let value = from; value < to; value += 1) sketch = withValue(sketch, `value ${value}`);
    return sketch;
  };

  test('is exact below its size', () => {
    expect(estimateOf(sketchOf(0, SKETCH_SIZE - 1))).toBe(SKETCH_SIZE - 1);
  });

  test.each([1_000, 10_000, 100_000])('of %d values is right to some percent', (count) => {
    expect(Math.abs(estimateOf(sketchOf(0, count)) - count) / count).toBeLessThan(0.13);
  });

  test('of two halves is that of the whole, however they overlap', () => {
    expect(merged(sketchOf(0, 3_000), sketchOf(2_000, 5_000))).toEqual(sketchOf(0, 5_000));
  });

  test('does not depend on the order of the values', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (one, other) => {
        const both = [...one, ...other].reduce<Sketch>(withValue, []);
        const turned = [...other, ...one].reduce<Sketch>(withValue, []);
        expect(turned).toEqual(both);
        expect(estimateOf(both)).toBe(new Set([...one, ...other]).size);
      }),
      { numRuns: 50 },
    );
  });
});
