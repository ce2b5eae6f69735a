import { describe, expect, test } from '@jest/globals';
import { timeReader } from '../../../client/mapping/times.ts';

const read = (text: string | number, format?: string, zone?: string): string | undefined =>
  timeReader({ format, zone })({ kind: typeof text === 'number' ? 'number' : 'text', text: String(text) });

describe('a time', () => {
  test.each([
    ['2026-11-01T05:12:07.2599Z', '2026-11-01T05:12:07.259Z'],
    ['2026-11-01 05:12:07+0900', '2026-10-31T20:12:07.000Z'],
    ['2026-11-01T05:12+09', '2026-10-31T20:12:00.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['20200918T130552Z', '2020-09-18T13:05:52.000Z'],
    ['20200918', '2020-09-18T00:00:00.000Z'],
    [20261101, '2026-11-01T00:00:00.000Z'],
    [202611010512, '2026-11-01T05:12:00.000Z'],
    ['20261101051207', '2026-11-01T05:12:07.000Z'],
    [20261301, '1970-08-23T12:08:21.000Z'],
    [946684800000, '2000-01-01T00:00:00.000Z'],
    [900101010101, '1998-07-10T20:03:30.101Z'],
    ['Fri, 18 Sep 2020 13:05:52 GMT', '2020-09-18T13:05:52.000Z'],
    ['18/Sep/2020:13:05:52 +0900', '2020-09-18T04:05:52.000Z'],
    [1600434352, '2020-09-18T13:05:52.000Z'],
    ['1600434352.001', '2020-09-18T13:05:52.001Z'],
    ['1600434352123', '2020-09-18T13:05:52.123Z'],
    ['1600434352123999', '2020-09-18T13:05:52.123Z'],
    ['1600434352123999999', '2020-09-18T13:05:52.123Z'],
    [-1.5, '1969-12-31T23:59:58.500Z'],
  ])('that nobody says the form of is read as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test.each([
    ['2026-02-30'],
    ['2026-11-01T24:00:00Z'],
    ['01/02/2026'],
    ['yesterday'],
    [''],
    ['20201318T130552Z'],
    ['2026-11-01T05:12:07+25:00'],
  ])('that is none, or may be two, is not taken: %j', (text) => {
    expect(read(text)).toBeUndefined();
  });

  test.each([
    ['01/02/2026 05:06', '%d/%m/%Y %H:%M', '2026-02-01T05:06:00.000Z'],
    ['1/2/26 5:06 PM', '%m/%d/%y %I:%M %p', '2026-01-02T17:06:00.000Z'],
    ['12:30 am, 3. March 1999', '%I:%M %p, %d. %B %Y', '1999-03-03T00:30:00.000Z'],
    ['Tue Feb  3 13:05:52.123456 2026', '%a %b %e %T.%f %Y', '2026-02-03T13:05:52.123Z'],
    ['2026-02-03T13:05:52 -0330', '%FT%T %z', '2026-02-03T16:35:52.000Z'],
    ['100% 2026.02.03', '100%% %Y.%m.%d', '2026-02-03T00:00:00.000Z'],
  ])('is read by its pattern: %s', (text, format, expected) => {
    expect(read(text, format)).toBe(expected);
  });

  test.each([
    ['31/02/2026 05:06', '%d/%m/%Y %H:%M'],
    ['2026-02-01 05:06', '%d/%m/%Y %H:%M'],
    ['01/02/2026 05:06 ', '%d/%m/%Y'],
    ['01/13/2026', '%d/%m/%Y'],
  ])('that does not fit its pattern is not taken: %s', (text, format) => {
    expect(read(text, format)).toBeUndefined();
  });

  test('is read in the unit that is named, whatever its size', () => {
    expect(read(1600434352123, 'epoch_us')).toBe('1970-01-19T12:33:54.352Z');
    expect(read('100000000000', 'epoch_s')).toBe('5138-11-16T09:46:40.000Z');
    expect(read('-1', 'epoch_ns')).toBe('1969-12-31T23:59:59.999Z');
    expect(read('1.6e9', 'epoch_s')).toBe('2020-09-13T12:26:40.000Z');
  });
});

describe('a time without a zone', () => {
  test('is one of the zone that is named, and one that names its own is not', () => {
    expect(read('2026-11-01 05:00:00', undefined, 'Asia/Seoul')).toBe('2026-10-31T20:00:00.000Z');
    expect(read('2026-11-01 05:00:00Z', undefined, 'Asia/Seoul')).toBe('2026-11-01T05:00:00.000Z');
    expect(read('01/07/1988 05:00', '%d/%m/%Y %H:%M', 'Asia/Seoul')).toBe('1988-06-30T19:00:00.000Z');
    expect(read(202611010512, undefined, 'Asia/Seoul')).toBe('2026-10-31T20:12:00.000Z');
    expect(read('2026-07-01 05:00', undefined, 'Asia/Kathmandu')).toBe('2026-06-30T23:15:00.000Z');
  });

  test.each([
    ['2026-03-29 01:59:59', '2026-03-29T00:59:59.000Z'],
    ['2026-03-29 02:30:00', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29 03:00:00', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25 01:59:59', '2026-10-24T23:59:59.000Z'],
    ['2026-10-25 02:30:00', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25 03:00:00', '2026-10-25T02:00:00.000Z'],
  ])(
    'that the clocks of Berlin skipped or showed twice is read by the rule of the documentation: %s',
    (text, expected) => {
      expect(read(text, undefined, 'Europe/Berlin')).toBe(expected);
    },
  );

  test('is read right where clocks change by half an hour', () => {
    expect(read('2026-04-05 01:45:00', undefined, 'Australia/Lord_Howe')).toBe('2026-04-04T14:45:00.000Z');
    expect(read('2026-04-05 02:00:00', undefined, 'Australia/Lord_Howe')).toBe('2026-04-04T15:30:00.000Z');
  });
});

test.each([
  [{ zone: 'Seoul' }, '--zone: "Seoul" is not a time zone.'],
  [{ format: 'dd/mm/yyyy' }, '--format: "dd/mm/yyyy" is not a time format.'],
  [{ format: '%H:%M' }, 'does not say a day'],
  [{ format: '%Y-%m-%d %Q' }, 'has %Q, which is not known'],
])('a rule that cannot be meant is refused: %j', (rule, message) => {
  expect(() => timeReader(rule)).toThrow(message);
});
