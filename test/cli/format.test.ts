import { describe, expect, it } from '@jest/globals';
import { age, bar, bytes } from '../../cli/format.ts';

describe('figures for people', () => {
  it('scales bytes by powers of 1000', () => {
    expect([0, 999, 1500, 25_000_000].map(bytes)).toEqual(['0 B', '999 B', '1.5 KB', '25 MB']);
  });

  it('tells ages in the unit one thinks in', () => {
    expect([30_000, 3_600_000, 7_200_000, 5 * 86_400_000].map(age)).toEqual([
      '1 min',
      '60 min',
      '2 h',
      '5 d',
    ]);
  });

  it('draws nothing for zero, a sliver for anything, and the full width for the most', () => {
    expect([bar(0, 10, 4), bar(0.001, 10, 4), bar(10, 10, 4), bar(0, 0, 4)]).toEqual(['', '▏', '████', '']);
  });
});
