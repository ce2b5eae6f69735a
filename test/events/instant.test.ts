import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { instantOf, timestampOf } from '../../src/events/instant.ts';

fc.configureGlobal({ seed: 20261101 });

const read = (value: unknown): string | undefined => {
  const ms = instantOf(value);
  return ms === undefined ? undefined : timestampOf(ms);
};

describe('a time', () => {
  test.each([
    ['2026-11-01T05:06:07.891Z', '2026-11-01T05:06:07.891Z'],
    ['2026-11-01T05:06:07.8919999Z', '2026-11-01T05:06:07.891Z'],
    ['2026-11-01T05:06:07Z', '2026-11-01T05:06:07.000Z'],
    ['2026-11-01T05:06Z', '2026-11-01T05:06:00.000Z'],
    ['2026-11-01T05:06:07.5+02:00', '2026-11-01T03:06:07.500Z'],
    ['2026-10-31T23:36:07-0530', '2026-11-01T05:06:07.000Z'],
    ['2026-11-01 05:06:07,25', '2026-11-01T05:06:07.250Z'],
    ['2026-11-01T05:06:07', '2026-11-01T05:06:07.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    [1793534400, '2026-11-01T12:00:00.000Z'],
    [1793534400.25, '2026-11-01T12:00:00.250Z'],
    [1793534400000, '2026-11-01T12:00:00.000Z'],
    [JSON.rawJSON('1793534400.000000000'), '2026-11-01T12:00:00.000Z'],
    [-1, '1969-12-31T23:59:59.000Z'],
  ])('%s is %s', (sent, expected) => {
    expect(read(sent)).toBe(expected);
  });

  test.each([
    '2026-02-29T00:00:00Z',
    '2026-13-01',
    '2026-11-01T24:00:00Z',
    '2026-11-01T05:60:00Z',
    '2026-11-01T05:00:00+24:00',
    'Sun, 01 Nov 2026 12:00:00 GMT',
    '01/11/2026',
    '1793534400',
    '',
    '0000-01-01T00:00:00+01:00',
    1e18,
    Number.NaN,
    true,
    {},
    null,
    JSON.rawJSON('1e400'),
  ])('%j is none', (sent) => {
    expect(read(sent)).toBeUndefined();
  });

  test('every instant of the years 0 to 9999 comes back from its timestamp', () => {
    const days = { min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z') };
    fc.assert(
      fc.property(fc.date({ ...days, noInvalidDate: true }), (date) => {
        expect(instantOf(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});
