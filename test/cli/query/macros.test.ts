import { describe, expect, test } from '@jest/globals';
import { stretchesOf } from '../../../cli/commands/marts.ts';
import { daysOf, withMacros } from '../../../cli/query/macros.ts';

describe('--day', () => {
  test('fills the macros of a query, and leaves its own parameters', () => {
    const sql = withMacros('SELECT :x FROM events WHERE dt IN (:days) AND hr IN (:hours)', [
      '2026-11-02',
      '2026-11-01',
    ]);
    expect(sql).toMatch(
      /^SELECT :x FROM events WHERE dt IN \('2026-11-01', '2026-11-02'\) AND hr IN \('00', .*'23'\)$/,
    );
  });

  test('is not needed for a query without them, which it would not change', () => {
    expect(withMacros('SELECT 1', [])).toBe('SELECT 1');
    expect(() => withMacros('SELECT 1', ['2026-11-01'])).toThrow('--day: the SQL has none of :days');
  });

  test('is asked for when a query needs it, unless --param says what the names are', () => {
    const sql = 'SELECT 1 FROM events WHERE dt IN (:days)';
    expect(() => withMacros(sql, [])).toThrow('The SQL has :days, which a run fills in.');
    expect(withMacros(sql, [], { named: new Set(['days']) })).toBe(sql);
  });

  test.each(['2026-02-30', 'today', '2026-11-01T05'])('%s is not a day', (day) => {
    expect(() => daysOf([day])).toThrow(`--day: "${day}" is not a day.`);
  });
});

test('days that follow each other are one range for the etl', () => {
  expect(stretchesOf(['2026-10-31', '2026-11-01', '2026-11-03'])).toEqual([
    { from: '2026-10-31', to: '2026-11-02' },
    { from: '2026-11-03', to: '2026-11-04' },
  ]);
});
