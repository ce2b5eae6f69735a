import { describe, expect, test } from '@jest/globals';
import { age, bar, bytes, counted, seconds } from '../../client/format.ts';

describe('figures for people', () => {
  test('scales bytes by powers of 1000', () => {
    expect([0, 999, 1500, 25_000_000].map(bytes)).toEqual(['0 B', '999 B', '1.5 KB', '25 MB']);
  });

  test('tells ages in the unit one thinks in', () => {
    expect([30_000, 3_600_000, 7_200_000, 5 * 86_400_000].map(age)).toEqual([
      '1 min',
      '60 min',
      '2 h',
      '5 d',
    ]);
  });

  test('counts one thing as one', () => {
    expect([counted(1, 'row'), counted(0, 'row'), counted(1200, 'row')]).toEqual([
      '1 row',
      '0 rows',
      '1,200 rows',
    ]);
  });

  test('tells milliseconds below a second, so that nothing takes no time', () => {
    expect([13, 1000, 9940, 9990].map(seconds)).toEqual(['13 ms', '1.0 s', '9.9 s', '10 s']);
  });

  test('draws nothing for zero, a sliver for anything, and the full width for the most', () => {
    expect([bar(0, 10, 4), bar(0.001, 10, 4), bar(10, 10, 4), bar(0, 0, 4)]).toEqual(['', '▏', '████', '']);
  });
});
