import { describe, expect, test } from '@jest/globals';
import { compareRows, type Result } from '../../../cli/projectTests/compareRows.ts';
import { isExpected } from '../../../cli/projectTests/compareValue.ts';
import type { ExpectedRow } from '../../../cli/projectTests/model.ts';

const n = (text: string) => JSON.rawJSON(text);

describe('a value', () => {
  test.each<[type: string, got: string | null, expected: unknown]>([
    ['bigint', '9223372036854775807', n('9223372036854775807')],
    ['bigint', '100000', n('1e5')],
    ['decimal', '1.10', n('1.1')],
    ['decimal', '12345678901234567890.12', n('12345678901234567890.12')],
    ['double', '59.9', n('59.90')],
    ['double', '1.0E7', n('10000000')],
    ['double', '-0.0', n('0')],
    ['double', 'NaN', 'NaN'],
    ['boolean', 'true', true],
    ['varchar', '7', '7'],
    ['varchar', '', ''],
    ['varchar', null, null],
    ['date', '2026-11-01', '2026-11-01'],
    ['timestamp', '2026-11-01 10:00:00.000', '2026-11-01T10:00:00Z'],
    ['timestamp', '2026-11-01 10:00:00.250', '2026-11-01 10:00:00.25'],
    ['timestamp with time zone', '2026-11-01 10:00:00.000 UTC', '2026-11-01T10:00:00Z'],
    ['array', '[a, b, c]', ['a, b', 'c']],
    ['array', '[null, 1.50]', [null, n('1.5')]],
    ['array', '[]', []],
    ['array', '[{sku=a=1, price=1.0E1}, null]', [{ price: n('10'), sku: 'a=1' }, null]],
    ['row', '{a={b=[true]}, c=x}', { c: 'x', a: { b: [true] } }],
    ['map', '{}', {}],
    ['varchar', '{"a":1.10,"b":[null,"x"]}', { b: [null, 'x'], a: n('1.1') }],
  ])('of %s: %s is what is expected', (type, got, expected) => {
    expect(isExpected(type, got, expected)).toBe(true);
  });

  test.each<[type: string, got: string | null, expected: unknown]>([
    ['bigint', '9223372036854775807', n('9223372036854775806')],
    ['decimal', '0.1', n('0.10000000000000000001')],
    ['double', '0.30000000000000004', n('0.3')],
    ['bigint', '7', '7'],
    ['varchar', '7', n('7')],
    ['varchar', 'true', true],
    ['boolean', 'true', 'true'],
    ['varchar', null, ''],
    ['varchar', 'null', null],
    ['varchar', 'a ', 'a'],
    ['timestamp', '2026-11-01 10:00:00.001', '2026-11-01T10:00:00Z'],
    ['timestamp', '2026-11-01 10:00:00.000', '2026-11-01'],
    ['array', '[a, b]', ['a']],
    ['array', '[a]', ['a', 'b']],
    ['array', '[a, b]', ['b', 'a']],
    ['array', '[10]', [n('1')]],
    ['row', '{a=1, b=2}', { a: n('1') }],
    ['varchar', '{"a":1,"b":2}', { a: n('1') }],
    ['varchar', '{"a":"1"}', { a: n('1') }],
    ['varchar', 'not JSON', { a: n('1') }],
  ])('of %s: %s is another one', (type, got, expected) => {
    expect(isExpected(type, got, expected)).toBe(false);
  });
});

const resultOf = (...rows: [id: string, n: string][]): Result => ({
  columns: ['id', 'n'],
  types: ['varchar', 'bigint'],
  rows,
});
const row = (id: string, of: string): ExpectedRow => ({ id, n: n(of) });

describe('rows', () => {
  const result = resultOf(['a', '1'], ['b', '2'], ['b', '2']);

  test('are a set, in which a row may stand several times', () => {
    const rows = [row('b', '2'), row('a', '1'), row('b', '2')];
    expect(compareRows({ rows, ordered: false }, result)).toBeUndefined();
    const once = compareRows({ rows: rows.slice(0, 2), ordered: false }, result);
    expect(once?.differences).toEqual([{ got: row('b', '2'), values: [] }]);
  });

  test('have an order where the query says one', () => {
    const rows = [row('b', '2'), row('a', '1'), row('b', '2')];
    const { says, differences = [] } = compareRows({ rows, ordered: true }, result) ?? {};
    expect(says).toBe('the rows are right, but their order is not');
    expect(differences.map(({ expected }) => expected?.id)).toEqual(['b', 'a']);
  });

  test('of an order are compared at their place: one that is missing does not make those after it wrong', () => {
    const rows = [row('b', '2'), row('b', '2')];
    expect(compareRows({ rows, ordered: true }, result)?.differences).toEqual([
      { got: row('a', '1'), values: [] },
    ]);
  });

  test('that have the most in common are shown beside each other, with what differs', () => {
    const rows = [row('b', '2'), row('b', '2'), row('a', '3')];
    expect(compareRows({ rows, ordered: false }, result)?.differences).toEqual([
      { expected: row('a', '3'), got: row('a', '1'), values: ['n: expected 3, got 1'] },
    ]);
  });

  test('name all columns and no others', () => {
    const rows = [row('a', '1'), { id: 'b', m: n('2') }];
    expect(compareRows({ rows, ordered: false }, result)?.says).toBe(
      'row 2 must name all columns of the query, and only those: id, n. It lacks n. The query has no m.',
    );
  });

  test('cannot be told apart by columns of the same name', () => {
    const twice = { ...result, columns: ['id', 'id'] };
    expect(compareRows({ rows: [], ordered: false }, twice)?.says).toContain(
      'two columns of the query are called "id"',
    );
  });

  test('say what is wrong if only the kind of a value is', () => {
    const rows = [{ id: 'a', n: '1' }];
    expect(compareRows({ rows, ordered: false }, resultOf(['a', '1']))?.differences[0]?.values).toEqual([
      'n: expected "1", got 1, which is a number (bigint): write it without quotes',
    ]);
  });
});
