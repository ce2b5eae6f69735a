import { describe, expect, test } from '@jest/globals';
import { metricsOf } from '../../src/cloudwatch/emf.ts';
import { parseExpression } from '../../src/cloudwatch/expression.ts';
import { statistic, summaryOf, together } from '../../src/cloudwatch/statistics.ts';

describe('a line in the embedded metric format', () => {
  const line = (members: object, declared: object = {}): string =>
    JSON.stringify({
      _aws: {
        Timestamp: 1,
        CloudWatchMetrics: [
          {
            Namespace: 'Shop',
            Dimensions: [['service']],
            Metrics: [{ Name: 'Sold', Unit: 'Count' }],
            ...declared,
          },
        ],
      },
      service: 'till',
      ...members,
    });
  const sold = { namespace: 'Shop', name: 'Sold', dimensions: { service: 'till' }, unit: 'Count' };

  test('gives each value of each metric', () => {
    expect(metricsOf(line({ Sold: 3 }))).toEqual([{ ...sold, value: 3 }]);
    expect(metricsOf(line({ Sold: [1, 2] }))).toEqual([
      { ...sold, value: 1 },
      { ...sold, value: 2 },
    ]);
  });

  test('gives a metric once for each set of dimensions, also the empty one', () => {
    const found = metricsOf(line({ Sold: 1, till: 'a' }, { Dimensions: [[], ['service', 'till']] }));
    expect(found.map(({ dimensions }) => dimensions)).toEqual([{}, { service: 'till', till: 'a' }]);
  });

  test.each([
    'START RequestId: 1',
    '{"level":"INFO","message":"done"}',
    '{"_aws":{"CloudWatchMetrics":"none"}}',
    '{"_aws":',
    line({ Sold: 'many' }),
    line({ Sold: 1, service: undefined }),
  ])('is passed over where CloudWatch cannot read it: %s', (text) => {
    expect(metricsOf(text)).toEqual([]);
  });
});

describe('metric math', () => {
  const values: Record<string, number> = { a: 6, b: 3, zero: 0 };
  const compute = (text: string) => parseExpression(text).evaluate((id) => values[id]);

  test.each([
    ['a + b * 2', 12],
    ['(a + b) * 2', 18],
    ['a - b - 1', 2],
    ['-a + 7', 1],
    ['a / zero', undefined],
    ['a > b', 1],
    ['a <= b || b == 3', 1],
    ['a > b && b > a', 0],
    ['IF(a + b >= 9, 100 * a / (a + b), 0)', 66.66666666666667],
    ['IF(gone, 1, 2)', undefined],
    ['a + gone', undefined],
    ['FILL(gone, 0) + a', 6],
    ['FILL(a, 0)', 6],
  ])('%s is %s', (text, expected) => {
    expect(compute(text)).toBe(expected);
  });

  test.each([
    ['a +', /neither a number nor an id/],
    ['a b', /one thing too many/],
    ['(a', /expected "\)"/],
    ['SEARCH(a)', /SEARCH is not emulated; emulated are IF, FILL/],
    ['IF(a, b)', /IF takes 3 arguments/],
    ['A + 1', /neither a number nor an id/],
    ['a ? b', /"\? b" is not understood/],
  ])('%s is refused, saying why', (text, message) => {
    expect(() => parseExpression(text)).toThrow(message);
  });
});

test('percentiles are values that were there, and unknown where only a statistic set is', () => {
  const hundred = together(Array.from({ length: 100 }, (_, i) => summaryOf(i + 1)));
  expect(['p0', 'p50', 'p99', 'p99.9', 'p100'].map((name) => hundred && statistic(hundred, name))).toEqual([
    1, 50, 99, 100, 100,
  ]);
  const set = { count: 2, sum: 3, min: 1, max: 2, values: undefined };
  expect(statistic(set, 'p50')).toBeUndefined();
  expect(hundred && together([hundred, set])?.values).toBeUndefined();
});
