import { describe, expect, test } from '@jest/globals';
import { instantOf, isTimestamp, timestampOf } from '../../src/json/instants.ts';
import { fc } from '../helpers/fastCheck.ts';

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
    [1793534399.001, '2026-11-01T11:59:59.001Z'],
    [JSON.rawJSON('1793534399.9999999999'), '2026-11-01T11:59:59.999Z'],
    [JSON.rawJSON('1793534399999.9999999999'), '2026-11-01T11:59:59.999Z'],
    [JSON.rawJSON('1793534399.001'), '2026-11-01T11:59:59.001Z'],
    [JSON.rawJSON('17935343.99e2'), '2026-11-01T11:59:59.000Z'],
    [-0.0005, '1969-12-31T23:59:59.999Z'],
    [JSON.rawJSON('1e-400'), '1970-01-01T00:00:00.000Z'],
    [1793534399999999, '2026-11-01T11:59:59.999Z'],
    [JSON.rawJSON('1793534399999999999'), '2026-11-01T11:59:59.999Z'],
    ['20261101T050607Z', '2026-11-01T05:06:07.000Z'],
    ['20261101T050607.8919+0100', '2026-11-01T04:06:07.891Z'],
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
    1e21,
    '20261101',
    '20261101T0506Z',
    Number.NaN,
    true,
    {},
    null,
    JSON.rawJSON('1e400'),
  ])('%j is none', (sent) => {
    expect(read(sent)).toBeUndefined();
  });

  const days = { min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z') };
  const date = fc.date({ ...days, noInvalidDate: true });

  test('every instant of the years 0 to 9999 comes back from its timestamp', () => {
    fc.assert(
      fc.property(date, (one) => {
        expect(instantOf(one.toISOString())).toBe(one.getTime());
      }),
    );
  });

  test('that is known to be a timestamp is the same when it is read the long way, and written as it was', () => {
    // The same instant in a form that is no timestamp: it is taken apart.
    const longWay = (text: string): number | undefined => instantOf(text.replace('Z', '+00:00'));
    const part = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const year = fc.constantFrom('0000', '0099', '1900', '2024', '2026', '9999');
    const written = fc
      .tuple(
        year,
        part(13),
        part(32),
        part(24),
        part(60),
        part(61),
        fc.constantFrom('.000Z', '.999Z', '.99Z', 'Z'),
      )
      .map(
        ([y, month, day, hour, minute, second, end]) =>
          `${y}-${month}-${day}T${hour}:${minute}:${second}${end}`,
      );
    fc.assert(
      fc.property(written, (text) => {
        const ms = instantOf(text);
        expect(ms).toBe(longWay(text));
        if (isTimestamp(text)) expect(text).toBe(timestampOf(ms ?? Number.NaN));
      }),
      { numRuns: 5_000 },
    );
  });

  test('as a canonical event has it is known to be one, and no other text is', () => {
    fc.assert(
      fc.property(date, (one) => {
        expect(isTimestamp(one.toISOString())).toBe(true);
      }),
      { numRuns: 1_000 },
    );
    expect(isTimestamp('2024-02-29T00:00:00.000Z')).toBe(true);
    expect(isTimestamp('2023-02-29T00:00:00.000Z')).toBe(false);
    expect(isTimestamp('2026-11-01T24:00:00.000Z')).toBe(false);
    expect(isTimestamp('2026-11-01T05:10:00Z')).toBe(false);
    expect(instantOf('2024-02-29T00:00:00.000Z')).toBe(Date.UTC(2024, 1, 29));
  });
});
