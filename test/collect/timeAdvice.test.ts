import { expect, test } from '@jest/globals';
import { lacksZone, timeAdvice } from '../../src/collect/timeAdvice.ts';

test.each([
  ['1793525400', 'a number in quotes'],
  ['1793525400000.5', 'a number in quotes'],
  ['20261101T0930Z', 'without separators that is not complete'],
  ['20261101093000', 'without separators that is not complete'],
  ['20261101', 'without separators that is not complete'],
  ['Sun, 01 Nov 2026 09:30:00 GMT', 'in the form of HTTP dates'],
  ['[01/Nov/2026:09:30:00 +0000]', 'in the form of access logs'],
  ['01/11/2026 09:30', 'with slashes or dots'],
  ['2026.11.01', 'with slashes or dots'],
  ['2026-11-01T24:00:00Z', 'at an hour 24'],
  ['soon', 'neither ISO 8601 text'],
  [true, 'neither ISO 8601 text'],
])('the time %j is told what is wrong with it', (value, advice) => {
  expect(timeAdvice(value)).toContain(advice);
});

test.each([
  ['2026-11-01T18:30:00', true],
  ['2026-11-01 18:30', true],
  ['2026-11-01T18:30:00.123', true],
  ['20261101T183000', true],
  ['20261101T183000Z', false],
  ['2026-11-01T18:30:00Z', false],
  ['2026-11-01T18:30:00+09:00', false],
  ['2026-11-01T18:30:00+0900', false],
  ['2026-11-01T18:30-03', false],
  ['2026-11-01', false],
  [1_793_525_400, false],
])('%j lacks a zone: %j', (value, lacks) => {
  expect(lacksZone(value)).toBe(lacks);
});
