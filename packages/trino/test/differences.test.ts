import { describe, expect, test } from '@jest/globals';
import { trinoMessage } from '../src/duckdb/failure.ts';
import { valueText } from '../src/duckdb/values.ts';
import { wallClock } from '../src/translate/casts.ts';
import { translateExpression } from '../src/translate/translator.ts';
import { engineOfTests } from './support/engine.ts';

const evaluateSql = engineOfTests();

/** What a client of Trino would see, or the name of its refusal. */
const evaluate = async (expression: string): Promise<string> => {
  try {
    const { sql, type } = translateExpression(expression, new Date('2026-11-22T10:30:00Z'));
    const shown = type.zone === undefined ? sql : wallClock({ sql, type });
    const value = await evaluateSql(shown);
    return valueText(value, type) ?? 'NULL';
  } catch (error) {
    return trinoMessage(error).split(':')[0] ?? '';
  }
};

const groups: Record<string, readonly (readonly [string, string])[]> = {
  'numbers are Trino’s, not DuckDB’s': [
    ['7 / 2', '3'],
    ['-7 / 2', '-3'],
    ['7 / 2e0', '3.5'],
    ['100.0 * 2 / 3', '66.7'],
    ['1.00 / 3', '0.33'],
    ['sum(1.10) / count(*)', '1.10'],
    ['avg(1.15)', '1.15'],
    ['-1.0 / 8', '-0.1'],
    ['1 / 0', 'DIVISION_BY_ZERO'],
    ['5 % 0', 'DIVISION_BY_ZERO'],
    ['1.0 / 0', 'DIVISION_BY_ZERO'],
    ['1e0 / 0', 'Infinity'],
    ['2147483647 + 1', 'NUMERIC_VALUE_OUT_OF_RANGE'],
    ['2147483648 + 1', '2147483649'],
    ['round(2.5e0)', '3.0'],
    ['round(-2.5e0)', '-3.0'],
    ['CAST(2.5e0 AS integer)', '3'],
    ['CAST(1.5 AS integer)', '2'],
    ["CAST('1.5' AS integer)", 'INVALID_CAST_ARGUMENT'],
    ["TRY_CAST('1e3' AS integer)", 'NULL'],
    ['1e7', '1.0E7'],
    ['CAST(1e0 AS varchar)', '1.0E0'],
    ['9007199254740993', '9007199254740993'],
  ],
  'a NULL makes the whole NULL where Trino says so': [
    ["concat('a', NULL)", 'NULL'],
    ["'a' || CAST(NULL AS varchar)", 'NULL'],
    ['greatest(1, NULL)', 'NULL'],
    ['least(1, NULL, 3)', 'NULL'],
    ['array_max(ARRAY[1, NULL])', 'NULL'],
    ['contains(ARRAY[1, NULL], 2)', 'NULL'],
    ["array_join(ARRAY['a', NULL, 'b'], ',')", 'a,b'],
    ["array_join(ARRAY['a', NULL], ',', '?')", 'a,?'],
    ['try(1 / 0)', 'NULL'],
    ['coalesce(try(1 / 0), 5)', '5'],
    ['nullif(1, 1)', 'NULL'],
  ],
  'types that do not compare are refused': [
    ["1 = '1'", 'TYPE_MISMATCH'],
    ["'1' < 2", 'TYPE_MISMATCH'],
    ["DATE '2026-11-01' = '2026-11-01'", 'TYPE_MISMATCH'],
    ["1 IN ('a')", 'TYPE_MISMATCH'],
    ["CASE WHEN true THEN 1 ELSE 'a' END", 'TYPE_MISMATCH'],
    ['upper(1)', 'TYPE_MISMATCH'],
    ["1 || 'a'", 'TYPE_MISMATCH'],
    ["'a' + 1", 'TYPE_MISMATCH'],
    ['true AND 1', 'TYPE_MISMATCH'],
    ["DATE '2026-11-01' < TIMESTAMP '2026-11-01 00:00:01'", 'true'],
    ['no_such_function(1)', 'FUNCTION_NOT_FOUND'],
  ],
  'strings and regular expressions': [
    ["CAST('abcdef' AS varchar(3))", 'abc'],
    ["regexp_replace('abcabc', '(b)', '[$1]')", 'a[b]ca[b]c'],
    ["regexp_replace('abc', 'b')", 'ac'],
    ["regexp_extract('abc', 'z')", 'NULL'],
    ["regexp_extract('k=v', '(\\w)=(\\w)', 2)", 'v'],
    ["regexp_extract('b', '(a)|(b)', 1)", 'NOT_SUPPORTED'],
    ["regexp_extract('xbar', 'x(foo|bar)', 1)", 'bar'],
    ["regexp_like('abc', 'b')", 'true'],
    ["regexp_like('abc', 'a(?!z)')", 'NOT_SUPPORTED'],
    ["url_encode('a b&c~')", 'a+b%26c%7E'],
    ["url_decode('a+b%26')", 'a b&'],
    ["url_extract_host('https://u@shop.example:8443/p?x=1#f')", 'shop.example'],
    ["url_extract_port('https://shop.example:8443/p')", '8443'],
    ["url_extract_parameter('https://s.example/?utm_source=a%20b&x', 'utm_source')", 'a b'],
    ["split_part('a/b', '/', 3)", 'NULL'],
    ["split('a,b,c', ',', 2)", '[a, b,c]'],
    ["substr('abc', -2)", 'bc'],
    ["substr('abc', 1, NULL)", 'NULL'],
    ["url_decode('%zz')", 'INVALID_FUNCTION_ARGUMENT'],
    ["url_extract_path('http://s.example/%zz')", 'NULL'],
    ["array_join(ARRAY[1.5e0, 2e0], '-')", '1.5E0-2.0E0'],
    ["substr('abc', 0)", ''],
    ["strpos('abc', 'c')", '3'],
    ["'a@(b' || 'c@)'", 'a@(bc@)'],
  ],
  'arrays, maps and lambdas': [
    ['ARRAY[1, 2][3]', 'INVALID_FUNCTION_ARGUMENT'],
    ['element_at(ARRAY[1, 2], 3)', 'NULL'],
    ['element_at(ARRAY[1, 2], -1)', '2'],
    ["MAP(ARRAY['a'], ARRAY[1])['b']", 'INVALID_FUNCTION_ARGUMENT'],
    ["element_at(MAP(ARRAY['a'], ARRAY[1]), 'b')", 'NULL'],
    ['flatten(ARRAY[ARRAY[1], ARRAY[2, 3]])', '[1, 2, 3]'],
    ['array_sort(ARRAY[3, NULL, 1])', '[1, 3, null]'],
    ['array_sort(ARRAY[3, 1], (a, b) -> 1)', 'TYPE_MISMATCH'],
    ['array_distinct(ARRAY[2, NULL, 1, 2, NULL])', '[2, null, 1]'],
    ["reduce(ARRAY['a', 'bb'], 0, (s, x) -> s + length(x), s -> s)", '3'],
    ['any_match(ARRAY[NULL, 1], x -> x > 5)', 'NULL'],
    ['sequence(5, 1)', '[5, 4, 3, 2, 1]'],
    ["transform_values(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> v + 1)", '{a=2}'],
    ["map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v > 1)", '{b=2}'],
    ["zip(ARRAY[1, 2], ARRAY['a'])", '[{field0=1, field1=a}, {field0=2, field1=null}]'],
    ["CAST(ROW(1, 'x') AS ROW(a integer, b varchar)).b", 'x'],
  ],
  JSON: [
    [`json_extract_scalar('{"a":{"b":[1,"x"]}}', '$.a.b[1]')`, 'x'],
    [`json_extract_scalar('{"a":{"b":1}}', '$.a')`, 'NULL'],
    [`json_extract_scalar('{"a":null}', '$.a')`, 'NULL'],
    [`json_extract_scalar('no json', '$.a')`, 'NULL'],
    [`json_extract_scalar('{"n":9007199254740993}', '$.n')`, '9007199254740993'],
    [`json_extract_scalar('{"a b":1}', '$["a b"]')`, '1'],
    [`json_extract('{"a":[1, 2]}', '$.a')`, '[1,2]'],
    [`json_extract('{"a":[1]}', '$.a[*]')`, 'NOT_SUPPORTED'],
    [`json_format(json_parse('{"b": 1, "a": 12345678901234567890}'))`, '{"a":12345678901234567890,"b":1}'],
    [`json_parse('{')`, 'INVALID_FUNCTION_ARGUMENT'],
    [`CAST(json_extract('{"a":"5"}', '$.a') AS varchar)`, '5'],
    [`CAST(json_parse('{"a":1}') AS varchar)`, 'INVALID_CAST_ARGUMENT'],
    [`CAST(json_parse('[1,2]') AS array(integer))`, '[1, 2]'],
    [
      `CAST(json_parse('[{"a":1},{"b":2,"a":null,"c":5}]') AS array(row(a integer, b varchar)))`,
      '[{a=1, b=null}, {a=null, b=2}]',
    ],
    [`CAST(json_parse('[1]') AS row(a integer))`, 'INVALID_CAST_ARGUMENT'],
    [`CAST(json_parse('{"k":[1]}') AS map(varchar, array(integer)))`, '{k=[1]}'],
    [`json_size('{"a":{"b":1,"c":2}}', '$.a')`, '2'],
  ],
  'dates and zones': [
    ["date_diff('day', TIMESTAMP '2026-11-01 23:00:00', TIMESTAMP '2026-11-02 01:00:00')", '0'],
    ["date_diff('month', DATE '2026-01-31', DATE '2026-02-28')", '1'],
    ["date_add('month', 1, DATE '2026-01-31')", '2026-02-28'],
    ["date_trunc('week', DATE '2026-11-22')", '2026-11-16'],
    ["day_of_week(DATE '2026-11-22')", '7'],
    ["TIMESTAMP '2026-11-01 05:00:00'", '2026-11-01 05:00:00.000'],
    [
      "from_iso8601_timestamp('2026-11-01T05:00:00Z') AT TIME ZONE 'Asia/Seoul'",
      '2026-11-01 14:00:00.000 Asia/Seoul',
    ],
    ["hour(TIMESTAMP '2026-11-01 23:00:00 UTC' AT TIME ZONE 'Asia/Seoul')", '8'],
    ["date(TIMESTAMP '2026-11-01 23:00:00 UTC' AT TIME ZONE 'Asia/Seoul')", '2026-11-02'],
    [
      "date_trunc('day', TIMESTAMP '2026-11-01 23:00:00 UTC' AT TIME ZONE 'Asia/Seoul')",
      '2026-11-02 00:00:00.000 Asia/Seoul',
    ],
    ["from_iso8601_timestamp('2026-11-01T05:00:00+09:00')", 'NOT_SUPPORTED'],
    ["date_parse('2026-11-01 05', '%Y-%m-%d %H')", '2026-11-01 05:00:00.000'],
    ["date_format(TIMESTAMP '2026-11-01 05:06:07', '%Y-%m-%dT%H:%i:%s')", '2026-11-01T05:06:07'],
    ["format_datetime(TIMESTAMP '2026-11-01 05:06:07', 'yyyy-MM-dd''T''HH:mm')", '2026-11-01T05:06'],
    ['from_unixtime(0)', '1970-01-01 00:00:00.000 UTC'],
    ['current_timestamp', '2026-11-22 10:30:00.000 UTC'],
    ["INTERVAL '1' DAY + INTERVAL '2' HOUR", '1 02:00:00.000'],
    ["CAST(TIMESTAMP '2026-11-01 05:00:00' AS varchar)", '2026-11-01 05:00:00.000'],
    ["date_parse('2026-11-01T05:00:00.123Z', '%Y-%m-%dT%H:%i:%s.%fZ')", '2026-11-01 05:00:00.123'],
    ["date_parse('5/3/26', '%c/%e/%y')", '2026-05-03 00:00:00.000'],
    ["date_parse('2026', '%Y-%m')", 'INVALID_FUNCTION_ARGUMENT'],
    ["CAST('2026-11-01T05:00:00Z' AS timestamp)", 'INVALID_CAST_ARGUMENT'],
    ["CAST('2026-11-01 05:00' AS timestamp)", '2026-11-01 05:00:00.000'],
    ["extract(hour FROM TIMESTAMP '2026-11-01 05:00:00')", '5'],
  ],
};

for (const [group, cases] of Object.entries(groups)) {
  describe(group, () => {
    test.each(cases)('%s is %s', async (expression, expected) => {
      expect(await evaluate(expression)).toBe(expected);
    });
  });
}
