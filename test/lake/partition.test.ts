import { expect, test } from '@jest/globals';
import {
  dayOf,
  daysOf,
  daysWithin,
  hourAfter,
  isPartition,
  nextDay,
  partitionOf,
  partitionOfValues,
  partitionValues,
} from '../../src/lake/partition.ts';

test.each(['2026-11-01T05', '2024-02-29T23', '1999-12-31T00'])('%s is an hour', (text) => {
  expect(isPartition(text)).toBe(true);
  expect(partitionOfValues(partitionValues(text))).toBe(text);
});

test.each([
  '2026-02-30T05',
  '2026-02-29T05',
  '2026-11-01T24',
  '2026-11-01',
  '2026-13-01T00',
  ' 2026-11-01T05',
  '',
])('"%s" is no hour', (text) => {
  expect(isPartition(text)).toBe(false);
});

test('days and hours follow each other over months and leap days', () => {
  expect(nextDay('2024-02-28')).toBe('2024-02-29');
  expect(nextDay('2026-12-31')).toBe('2027-01-01');
  expect(hourAfter('2026-02-28T23')).toBe('2026-03-01T00');
  expect(partitionOf('2026-11-01T05:10:00.000Z')).toBe('2026-11-01T05');
  expect(dayOf('2026-11-01T05')).toBe('2026-11-01');
  expect(daysOf(['2026-11-02T01', '2026-11-01T05', '2026-11-02T00'])).toEqual(['2026-11-01', '2026-11-02']);
});

test('a range that ends at midnight does not touch the day that begins there', () => {
  expect(daysWithin({ from: '2026-11-01T05', to: '2026-11-03T00' })).toEqual(['2026-11-01', '2026-11-02']);
  expect(daysWithin({ from: '2026-11-01T05', to: '2026-11-01T06' })).toEqual(['2026-11-01']);
});
