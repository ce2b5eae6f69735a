import { expect, test } from '@jest/globals';
import { hoursOf } from '../../cli/hours.ts';

const hours = (from?: string, to?: string) => hoursOf({ option: (name) => ({ from, to })[name] });

test('a day is its first hour, an hour is itself, and neither is everything', () => {
  expect(hours('2026-11-01', '2026-11-02T07')).toEqual({ from: '2026-11-01T00', to: '2026-11-02T07' });
  expect(hours()).toBeUndefined();
});

test.each([
  ['2026-11-01', undefined, '--from and --to go together'],
  [undefined, '2026-11-01', '--from and --to go together'],
  ['2026-11-01T24', '2026-11-02', '--from: "2026-11-01T24" is neither an hour nor a day'],
  ['2026-11-01', '2026-02-30', '--to: "2026-02-30"'],
  ['2026-11-02', '2026-11-01', '--from (2026-11-02) must be before --to (2026-11-01)'],
  ['2026-11-01', '2026-11-01', 'must be before'],
])('from %p to %p is refused with what is wrong', (from, to, message) => {
  expect(() => hours(from, to)).toThrow(message);
});
