import { expect, test } from '@jest/globals';
import { jsonValue } from '../../client/sqlValues.ts';

test.each([
  ['bigint', '9007199254740993', '9007199254740993'],
  ['integer', '-5', '-5'],
  ['decimal', '0.50', '0.50'],
  ['double', '1.0E10', '1.0E10'],
  ['double', 'NaN', '"NaN"'],
  ['double', '-Infinity', '"-Infinity"'],
  ['boolean', 'true', 'true'],
  ['boolean', 'false', 'false'],
  ['varchar', '5', '"5"'],
  ['timestamp', '2026-11-01 00:00:00.000', '"2026-11-01 00:00:00.000"'],
  ['array', '[1, 2]', '"[1, 2]"'],
  ['decimal', '.5', '".5"'],
])('a %s %s is %s in JSON', (type, text, json) => {
  expect(JSON.stringify(jsonValue(type, text))).toBe(json);
});

test('NULL is null, whatever the type', () => {
  expect([jsonValue('bigint', null), jsonValue('varchar', null)]).toEqual([null, null]);
});
