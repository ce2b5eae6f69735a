import { describe, expect, test } from '@jest/globals';
import { daysToSearch, madeAt } from '../../../cli/trace/days.ts';

const now = new Date('2026-11-22T23:30:00.000Z');
// 2026-11-01T05:06:07.890Z in its first 48 bits.
const made = Date.parse('2026-11-01T05:06:07.890Z').toString(16).padStart(12, '0');
const id = `${made.slice(0, 8)}-${made.slice(8)}-7abc-8def-0123456789ab`;

const search = (eventId: string, options: Record<string, string> = {}) =>
  daysToSearch(eventId, { option: (name) => options[name] }, now);

describe('the time in an id', () => {
  test('is told by a UUIDv7, in whatever case', () => {
    expect(madeAt(id, now)?.toISOString()).toBe('2026-11-01T05:06:07.890Z');
    expect(madeAt(id.toUpperCase(), now)).toEqual(madeAt(id, now));
  });

  test.each([
    ['a UUIDv4', id.replace('-7abc', '-4abc')],
    ['text', 'order-17'],
    ['a v7 of a year before there were any', '00000000-0001-7abc-8def-0123456789ab'],
    ['a v7 of the far future', 'ffffffff-ffff-7abc-8def-0123456789ab'],
  ])('is not told by %s', (_what, other) => {
    expect(madeAt(other, now)).toBeUndefined();
  });
});

describe('the days that are looked through', () => {
  test('are those around the time of the id', () => {
    expect(search(id)).toEqual({
      from: '2026-10-31',
      to: '2026-11-02',
      why: 'the id is a UUIDv7, made at 2026-11-01T05:06:07.890Z',
    });
  });

  test('are else the last three, and the next one in its last hour: clocks of senders are ahead', () => {
    expect(search('order-17')).toEqual({ from: '2026-11-20', to: '2026-11-23', why: 'the last three days' });
  });

  test('are those asked for, the end exclusive, whatever the id says', () => {
    expect(search(id, { from: '2026-09-01', to: '2026-09-03' })).toMatchObject({
      from: '2026-09-01',
      to: '2026-09-02',
    });
  });

  test('must be days', () => {
    expect(() => search(id, { from: '2026-02-30' })).toThrow('is not a day');
  });
});
