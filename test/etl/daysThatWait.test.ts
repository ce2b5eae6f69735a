import { describe, expect, test } from '@jest/globals';
import { dueDays } from '../../src/etl/daysThatWait.ts';

const DAY = '2026-11-01';

/** Whether the day's marts run at `now`, its first late change having come at `since`. */
const isDue = (since: string | undefined, now: string, everyHours = 6): boolean =>
  dueDays([{ day: DAY, changes: 1, since }], everyHours, new Date(`${now}:00Z`)).length === 1;

describe('a day that changed', () => {
  test('runs at once while it goes on, and with its last hours', () => {
    expect(isDue('2026-11-01T05:10:00Z', '2026-11-01T05:15')).toBe(true);
    expect(isDue('2026-11-02T00:10:00Z', '2026-11-02T00:15')).toBe(true);
    expect(isDue('2026-11-02T00:59:00Z', '2026-11-02T01:01')).toBe(true);
  });

  test('waits for the next multiple of six hours after something late', () => {
    expect(isDue('2026-11-02T01:00:00Z', '2026-11-02T01:15')).toBe(false);
    expect(isDue('2026-11-02T01:00:00Z', '2026-11-02T05:59')).toBe(false);
    expect(isDue('2026-11-02T01:00:00Z', '2026-11-02T06:00')).toBe(true);
    expect(isDue('2026-11-02T06:00:00Z', '2026-11-02T11:59')).toBe(false);
    expect(isDue('2026-11-02T06:00:00Z', '2026-11-02T12:00')).toBe(true);
  });

  test('is not forgotten by runs that were missed', () => {
    expect(isDue('2026-11-02T02:00:00Z', '2026-11-09T03:00')).toBe(true);
  });

  test('does not wait where nothing does, or where nobody knows since when', () => {
    expect(isDue('2026-11-02T02:00:00Z', '2026-11-02T02:15', 0)).toBe(true);
    expect(isDue(undefined, '2026-11-02T02:15')).toBe(true);
    expect(isDue('1970-01-01T00:00:00.000Z', '2026-11-02T02:15')).toBe(true);
  });

  test('waits alone: the other days run', () => {
    const late = { day: DAY, changes: 1, since: '2026-11-02T08:01:00Z' };
    const today = { day: '2026-11-02', changes: 1, since: '2026-11-02T08:01:00Z' };
    expect(dueDays([late, today], 6, new Date('2026-11-02T08:15:00Z'))).toEqual([today]);
  });
});
