import { describe, expect, test } from '@jest/globals';
import { exponent, median, quantile, spread } from '../../../bench/harness/statistics.ts';

describe('the median and the spread', () => {
  test('of an odd number of values the median is the one in the middle, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  test('of an even number of values the median is the mean of the middle two', () => {
    expect(median([4, 1, 3, 100])).toBe(3.5);
  });

  test('sorting is by number, not by text', () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  test('one value is its own median and has no spread', () => {
    expect(median([7])).toBe(7);
    expect(spread([7])).toEqual([7, 7]);
  });

  test('half of the values lie between the ends of the spread', () => {
    expect(spread([1, 2, 3, 4, 5])).toEqual([2, 4]);
  });

  test('a quantile between two values is as far between them as it is', () => {
    expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
  });

  test('no values have no median', () => {
    expect(() => median([])).toThrow('at least one value');
  });

  test('the values given stay in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('the exponent of growth', () => {
  const growing = (cost: (size: number) => number) => [1, 4, 16].map((size) => ({ size, cost: cost(size) }));

  test('is 1 where twice the size costs twice as much', () => {
    expect(exponent(growing((size) => 7 * size))).toBeCloseTo(1);
  });

  test('is 2 where twice the size costs four times as much', () => {
    expect(exponent(growing((size) => 0.5 * size ** 2))).toBeCloseTo(2);
  });

  test('is 0 where the size does not matter', () => {
    expect(exponent(growing(() => 42))).toBeCloseTo(0);
  });

  test('lies below 1 where something is paid once', () => {
    expect(exponent(growing((size) => 100 + size))).toBeLessThan(1);
  });

  test('one size alone says nothing about growth', () => {
    expect(() => exponent([{ size: 5, cost: 1 }])).toThrow('two different sizes');
    expect(() =>
      exponent([
        { size: 5, cost: 1 },
        { size: 5, cost: 2 },
      ]),
    ).toThrow('two different sizes');
  });

  test('a cost of nothing has no logarithm and is refused', () => {
    expect(() => exponent([{ size: 1, cost: 0 }])).toThrow('above zero');
  });
});
