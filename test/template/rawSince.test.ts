import { expect, test } from '@jest/globals';
import { rawSinceOf } from '../../resources/data/rawSince.ts';

test.each([
  ['2023-01-01', '2023-01-01'],
  ['1970-01-01', '1970-01-01'],
  ['NOW-400DAYS', 'NOW-400DAYS'],
  // YAML without quotes
  [new Date('2023-01-01T00:00:00Z'), '2023-01-01'],
])('rawSince takes %s', (param, since) => {
  expect(rawSinceOf(param)).toBe(since);
});

test.each([
  '2023-02-30',
  '2023-1-1',
  '2023',
  '',
  'NOW',
  'NOW-0DAYS',
  'NOW+1DAYS',
  'NOW-3YEARS',
  'now-400days',
])('rawSince refuses "%s" and says what to give', (param) => {
  expect(() => rawSinceOf(param)).toThrow(
    `rawSince: "${param}" is not a day. Give one such as '2023-01-01', or days before now, such as NOW-400DAYS.`,
  );
});
