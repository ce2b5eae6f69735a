import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bindParameters, literalOf, readParameters } from '../../client/sqlParameters.ts';

const bind = (sql: string, ...given: string[]) => bindParameters(sql, readParameters(given));

describe('a named parameter', () => {
  test('becomes a question mark, and its value a literal', () => {
    expect(
      bind('SELECT * FROM events WHERE dt = :day AND price > :least', 'day=2026-11-01', 'least=5'),
    ).toEqual({
      sql: 'SELECT * FROM events WHERE dt = ? AND price > ?',
      parameters: ["'2026-11-01'", '5'],
    });
  });

  test('stands wherever the SQL has it, as often as it has it', () => {
    expect(bind('SELECT :a, (:b) WHERE x BETWEEN :a AND :b', 'a=1', 'b=2')).toEqual({
      sql: 'SELECT ?, (?) WHERE x BETWEEN ? AND ?',
      parameters: ['1', '2', '1', '2'],
    });
  });

  test('given several times is a list', () => {
    expect(bind('dt IN (:days)', 'days=2026-11-01', 'days=2026-11-02')).toEqual({
      sql: 'dt IN (?, ?)',
      parameters: ["'2026-11-01'", "'2026-11-02'"],
    });
  });

  test.each([
    "SELECT 'at :noon'",
    "SELECT 'it''s :noon'",
    'SELECT ":noon"',
    'SELECT 1 -- until :noon',
    'SELECT 1 /* until\n:noon */',
    "SELECT json_object('a':noon)",
    "SELECT json_object('a': noon)",
    "SELECT time '12:30'",
  ])('is none in %s', (sql) => {
    expect(bind(sql)).toEqual({ sql, parameters: [] });
  });
});

describe('values', () => {
  test.each([
    ['5', '5'],
    ['-0.5', '-0.5'],
    ['1e3', '1e3'],
    ['9007199254740993', '9007199254740993'],
    ['true', 'true'],
    ['NULL', 'NULL'],
    ["'5'", "'5'"],
    ['01234', "'01234'"],
    ['+5', "'+5'"],
    ['', "''"],
    ["O'Neil", "'O''Neil'"],
    ["'; DROP TABLE x --", "'''; DROP TABLE x --'"],
    ['2026-11-01', "'2026-11-01'"],
  ])('%s is the literal %s', (value, literal) => {
    expect(literalOf(value)).toBe(literal);
  });

  test('are one literal each, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("'", '"', '-', '1', 'a', ';', ' ', '\\') }), (value) => {
        const literal = literalOf(value);
        expect(literal).toMatch(/^(?:'(?:[^']|'')*'|-?[\d.eE+-]+)$/);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test('may hold equal signs and line ends', () => {
    expect(readParameters(['a=b=c\nd']).get('a')).toEqual(['b=c\nd']);
  });
});

describe('what does not fit', () => {
  test.each([
    ['SELECT :day', [], 'The SQL has :day, and no value was given for it.'],
    ['SELECT :day', ['dya=1', 'day=2'], '--param dya: the SQL has no :dya.'],
    ['SELECT 1', ['a=1'], '--param a: the SQL has no :a.'],
    ['SELECT :a', ['a'], '--param: "a" is not NAME=VALUE.'],
    ['SELECT :a', ['1=2'], '--param: "1=2" is not NAME=VALUE.'],
  ])('%s with %j is told', (sql, given, message) => {
    expect(() => bind(sql, ...given)).toThrow(message);
  });
});
