import { describe, expect, test } from '@jest/globals';
import { localDaysOf, utcDaysOf, withNeighbours, zonedTime } from '../../src/etl/localDays.ts';
import { DAY_MS, HOUR_MS } from '../../src/json/instants.ts';
import { fc } from '../helpers/fastCheck.ts';

describe('the local days that a changed hour of UTC touches', () => {
  test.each([
    ['UTC', '2026-11-01T23', ['2026-11-01']],
    ['Asia/Seoul', '2026-11-01T14', ['2026-11-01']],
    ['Asia/Seoul', '2026-11-01T15', ['2026-11-02']],
    ['Asia/Seoul', '2026-11-01T23', ['2026-11-02']],
    ['Asia/Seoul', '2026-12-31T15', ['2027-01-01']],
    // half past midnight there
    ['Asia/Kolkata', '2026-11-01T18', ['2026-11-01', '2026-11-02']],
    ['Asia/Kolkata', '2026-11-01T19', ['2026-11-02']],
    // 5:45
    ['Asia/Kathmandu', '2026-11-01T18', ['2026-11-01', '2026-11-02']],
    // +10:30, and +11:00 in summer, which began on 2026-10-04
    ['Australia/Lord_Howe', '2026-09-01T13', ['2026-09-01', '2026-09-02']],
    ['Australia/Lord_Howe', '2026-11-01T13', ['2026-11-02']],
    ['Australia/Lord_Howe', '2026-11-01T12', ['2026-11-01']],
    ['America/New_York', '2026-03-08T04', ['2026-03-07']],
    ['America/New_York', '2026-03-08T05', ['2026-03-08']],
    ['America/New_York', '2026-03-09T03', ['2026-03-08']],
    ['America/New_York', '2026-03-09T04', ['2026-03-09']],
    ['America/New_York', '2026-11-02T04', ['2026-11-01']],
    ['America/New_York', '2026-11-02T05', ['2026-11-02']],
    // from the 29th, 23:59, to the 31st
    ['Pacific/Apia', '2011-12-30T09', ['2011-12-29']],
    ['Pacific/Apia', '2011-12-30T10', ['2011-12-31']],
    // At a minute past midnight clocks went back to the day before.
    ['America/St_Johns', '2009-11-01T02', ['2009-10-31', '2009-11-01']],
    // its own time: 4:56:02 behind
    ['America/New_York', '1880-01-01T04', ['1879-12-31', '1880-01-01']],
  ])('in %s %s touches %j', (timeZone, hour, expected) => {
    expect(localDaysOf([{ day: hour.slice(0, 10), hours: [hour.slice(11)] }], timeZone)).toEqual(expected);
  });

  test('are those of all its hours where they are not known, and of several days each once', () => {
    const days = [{ day: '2026-11-02' }, { day: '2026-11-01' }];
    expect(localDaysOf(days, 'Asia/Seoul')).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
    expect(localDaysOf(days, 'UTC')).toEqual(['2026-11-01', '2026-11-02']);
  });

  test('are none before the year 0 or after 9999: no mart could have them', () => {
    expect(localDaysOf([{ day: '9999-12-31', hours: ['23'] }], 'Asia/Seoul')).toEqual([]);
    expect(localDaysOf([{ day: '0000-01-01', hours: ['00'] }], 'America/New_York')).toEqual([]);
  });
});

describe('the days of UTC that have a part of a local day', () => {
  test.each([
    ['UTC', '2026-11-01', ['2026-11-01']],
    ['Asia/Seoul', '2026-11-01', ['2026-10-31', '2026-11-01']],
    ['Asia/Kolkata', '2026-11-01', ['2026-10-31', '2026-11-01']],
    ['America/New_York', '2026-03-08', ['2026-03-08', '2026-03-09']],
    ['Europe/London', '2026-01-01', ['2026-01-01']],
    ['Europe/London', '2026-07-01', ['2026-06-30', '2026-07-01']],
    // Summer time ends: the day begins ahead of UTC and ends with it.
    ['Europe/London', '2026-10-25', ['2026-10-24', '2026-10-25']],
    ['Pacific/Kiritimati', '2026-11-01', ['2026-10-31', '2026-11-01']],
    ['Pacific/Apia', '2011-12-29', ['2011-12-29', '2011-12-30']],
    ['Pacific/Apia', '2011-12-30', []],
    ['Pacific/Apia', '2011-12-31', ['2011-12-30', '2011-12-31']],
  ])('in %s %s has parts of %j', (timeZone, day, expected) => {
    expect(utcDaysOf([day], timeZone)).toEqual(expected);
  });
});

/** By the calendar of Intl, which this code only asks for offsets. */
const dayThere = (ms: number, timeZone: string): string => {
  const options = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const parts = new Intl.DateTimeFormat('en-US', options).formatToParts(ms);
  const part = (type: string) => parts.find((one) => one.type === type)?.value;
  return `${part('year')}-${part('month')}-${part('day')}`;
};

const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const instants = fc.integer({
  min: Date.parse('1900-01-01T00:00:00Z'),
  max: Date.parse('2100-01-01T00:00:00Z'),
});

test('in every zone the day of an instant is touched by its hour and its day, and has a part in its partition', () => {
  fc.assert(
    fc.property(zones, instants, (timeZone, ms) => {
      const [day = '', hour = ''] = new Date(ms).toISOString().slice(0, 13).split('T');
      const there = dayThere(ms, timeZone);
      const touched = localDaysOf([{ day, hours: [hour] }], timeZone);
      expect(touched).toContain(there);
      expect(touched.length).toBeLessThanOrEqual(2);
      expect(localDaysOf([{ day }], timeZone)).toEqual(expect.arrayContaining(touched));
      expect(utcDaysOf([there], timeZone)).toContain(day);
    }),
    { numRuns: 2000 },
  );
});

test('no hour is said to touch a day that none of its minutes is on', () => {
  fc.assert(
    fc.property(zones, instants, (timeZone, ms) => {
      const start = ms - (ms % HOUR_MS);
      const [day = '', hour = ''] = new Date(start).toISOString().slice(0, 13).split('T');
      const seconds = Array.from({ length: 121 }, (_, n) =>
        Math.min(start + n * 30_000, start + HOUR_MS - 1),
      );
      const days = new Set(seconds.map((at) => dayThere(at, timeZone)));
      expect(localDaysOf([{ day, hours: [hour] }], timeZone).filter((one) => !days.has(one))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('neighbors are a day before and a day after, each once', () => {
  expect(withNeighbours(['2026-03-01', '2026-03-02'])).toEqual([
    '2026-02-28',
    '2026-03-01',
    '2026-03-02',
    '2026-03-03',
  ]);
  expect(withNeighbours(['9999-12-31'])).toEqual(['9999-12-30', '9999-12-31']);
});

test.each([
  ['UTC', '2026-11-01T23:30:00.250Z'],
  ['Asia/Seoul', '2026-11-02T08:30:00.250+09:00'],
  ['Asia/Kolkata', '2026-11-02T05:00:00.250+05:30'],
  ['America/St_Johns', '2026-11-01T20:00:00.250-03:30'],
])('a time is shown as clocks in %s do: %s', (timeZone, expected) => {
  expect(zonedTime('2026-11-01T23:30:00.250Z', timeZone)).toBe(expected);
  expect(Date.parse(expected)).toBe(Date.parse('2026-11-01T23:30:00.250Z'));
  expect(zonedTime('', timeZone)).toBe('');
});

test('a day of the time zone is at most a day away from the day of UTC of the same name', () => {
  fc.assert(
    fc.property(zones, instants, (timeZone, ms) => {
      const day = dayThere(ms, timeZone);
      for (const utc of utcDaysOf([day], timeZone))
        expect(Math.abs(Date.parse(utc) - Date.parse(day))).toBeLessThanOrEqual(DAY_MS);
    }),
    { numRuns: 500 },
  );
});
