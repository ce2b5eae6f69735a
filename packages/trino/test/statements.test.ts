import type { DuckDBValue } from '@duckdb/node-api';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { sharedData } from '../../sharedData.ts';
import { shownSql } from '../src/duckdb/shown.ts';
import { valueText } from '../src/duckdb/values.ts';
import { parseQuery } from '../src/grammar/grammar.ts';
import type { SelectedColumn } from '../src/translate/scope.ts';
import { translateStatement } from '../src/translate/translator.ts';
import { TrinoError } from '../src/trinoError.ts';
import { connectionOfTests } from './support/engine.ts';
import { type Groups, refusalOf, testGroups } from './support/groups.ts';
import { sameValue, vectorType, vectorValue } from './support/vectorForm.ts';
import { vectorsOf } from './support/vectors.ts';

const connection = connectionOfTests();

const around = {
  table: (parts: readonly string[]): never => {
    throw new TrinoError('TABLE_NOT_FOUND', `Table '${parts.join('.')}' does not exist`);
  },
  database: 'default',
  now: new Date('2026-11-22T10:30:00Z'),
};

interface Answer {
  columns: readonly SelectedColumn[];
  rows: readonly (readonly DuckDBValue[])[];
}

const run = async (sql: string): Promise<Answer> => {
  const translated = translateStatement(parseQuery(sql), around);
  const result = await connection().runAndReadAll(shownSql(translated));
  return { columns: translated.columns, rows: result.getRows() };
};

/** Names of the columns and rows as a client sees them. */
const shown = async (sql: string): Promise<string> => {
  const { columns, rows } = await run(sql);
  const lines = rows.map((row) =>
    row.map((value, i) => valueText(value, columns[i]?.type ?? { name: 'any' }) ?? 'NULL').join(' '),
  );
  return [columns.map(({ name }) => name).join(' '), ...lines].join(' | ');
};

const groups: Groups = {
  'columns without a name are called by their place': [
    ["SELECT 1, 2 AS b, 'x'", '_col0 b _col2 | 1 2 x'],
    ['SELECT 9, a.* FROM (SELECT 1, 2 AS b) a', '_col0 _col1 b | 9 1 2'],
    ['SELECT a._col0 FROM (SELECT 1) a', 'COLUMN_NOT_FOUND'],
    ['SELECT * FROM (VALUES (1, 2)) t', '_col0 _col1 | 1 2'],
    ["SELECT * FROM UNNEST(ARRAY[ROW(1, 'a')])", '_col0 _col1 | 1 a'],
  ],
  'UNNEST keeps the order of rows and elements': [
    [
      "SELECT i FROM (VALUES 'a,b,c', 'd', 'a,b') v(l) CROSS JOIN UNNEST(split(l, ',')) u(i)",
      'i | a | b | c | d | a | b',
    ],
    [
      'SELECT k, v, o FROM (VALUES (1, ARRAY[7, 8]), (2, ARRAY[]), (3, NULL)) t(k, l) CROSS JOIN UNNEST(l) WITH ORDINALITY u(v, o)',
      'k v o | 1 7 1 | 1 8 2',
    ],
    [
      'SELECT k, v, o FROM (VALUES (1, ARRAY[7]), (2, ARRAY[]), (3, NULL)) t(k, l) LEFT JOIN UNNEST(l) WITH ORDINALITY u(v, o) ON TRUE',
      'k v o | 1 7 1 | 2 NULL NULL | 3 NULL NULL',
    ],
    ["SELECT a, b FROM UNNEST(ARRAY[1, 2], ARRAY['x']) u(a, b)", 'a b | 1 x | 2 NULL'],
  ],
  'what Trino refuses is refused': [
    ['SELECT DISTINCT x FROM (VALUES (1, 2)) t(x, y) ORDER BY y', 'EXPRESSION_NOT_IN_DISTINCT'],
    ['SELECT DISTINCT x + 1 FROM (VALUES 1) t(x) ORDER BY x + 1', '_col0 | 2'],
    ['SELECT count(DISTINCT x) OVER () FROM (VALUES 1) t(x)', 'NOT_SUPPORTED'],
    ['SELECT sum(x) FILTER (WHERE x > 0) OVER () FROM (VALUES 1) t(x)', 'NOT_SUPPORTED'],
    ["SELECT x FROM (VALUES JSON '1') t(x) ORDER BY x", 'TYPE_MISMATCH'],
    ["VALUES JSON '1', JSON '2' ORDER BY 1", 'TYPE_MISMATCH'],
    ['SELECT 1 UNION ALL SELECT 2 ORDER BY 2', 'SYNTAX_ERROR'],
    ["SELECT max(x) FROM (VALUES JSON '1') t(x)", 'TYPE_MISMATCH'],
    ["SELECT max_by(1, x) FROM (VALUES JSON '1') t(x)", 'TYPE_MISMATCH'],
    ['SELECT DISTINCT m FROM (VALUES MAP(ARRAY[1], ARRAY[2])) t(m)', 'NOT_SUPPORTED'],
    ['SELECT count(DISTINCT m) FROM (VALUES MAP(ARRAY[1], ARRAY[2])) t(m)', 'NOT_SUPPORTED'],
    ['SELECT approx_distinct(m) FROM (VALUES MAP(ARRAY[1], ARRAY[2])) t(m)', 'NOT_SUPPORTED'],
    ['SELECT count(*) OVER (PARTITION BY m) FROM (VALUES MAP(ARRAY[1], ARRAY[2])) t(m)', 'NOT_SUPPORTED'],
    ['SELECT x FROM (VALUES 1) t(x) GROUP BY AUTO', 'NOT_SUPPORTED'],
    ['SELECT no_such(1)', 'FUNCTION_NOT_FOUND'],
    ["SELECT word_stem('x')", 'NOT_SUPPORTED'],
    ["SELECT ARRAY[TIMESTAMP '2026-11-01 00:00:00 Asia/Seoul']", 'NOT_SUPPORTED'],
  ],
  'an expression that is written twice is one': [
    [
      'SELECT zip_with(l, l, (x, y) -> x + y), count(*) FROM (VALUES ARRAY[1, 2], ARRAY[1, 2]) t(l) GROUP BY zip_with(l, l, (x, y) -> x + y)',
      '_col0 _col1 | [2, 4] 2',
    ],
    [
      'SELECT json_format(CAST(l AS json)), count(*) FROM (VALUES ARRAY[1], ARRAY[1]) t(l) GROUP BY json_format(CAST(l AS json))',
      '_col0 _col1 | [1] 2',
    ],
    [
      'SELECT l = ARRAY[1], count(*) FROM (VALUES ARRAY[1], ARRAY[2]) t(l) GROUP BY l = ARRAY[1] ORDER BY 1',
      '_col0 _col1 | false 1 | true 1',
    ],
    [
      'SELECT DISTINCT zip_with(l, l, (x, y) -> x + y) FROM (VALUES ARRAY[1]) t(l) ORDER BY zip_with(l, l, (x, y) -> x + y)',
      '_col0 | [2]',
    ],
    [
      'SELECT zip_with(l, l, (x, y) -> reduce(zip_with(l, l, (x, y) -> x * y), x, (s, z) -> s + z, s -> s + y)) FROM (VALUES ARRAY[1, 2]) t(l)',
      '_col0 | [7, 9]',
    ],
    [
      'SELECT zip_with(l, l, (x, y) -> zip_with(l, l, (x, y) -> zip_with(l, l, (x, y) -> x + y))) FROM (VALUES ARRAY[1, 2]) t(l)',
      '_col0 | [[[2, 4], [2, 4]], [[2, 4], [2, 4]]]',
    ],
  ],
  'subqueries and ties': [
    ['SELECT x FROM (VALUES 1, 2, 3) t(x) WHERE x > ALL (VALUES 1, 2)', 'x | 3'],
    [
      'SELECT (1, 2) IN (SELECT 1, 2), (1, NULL) IN (SELECT 1, 2), (3, NULL) IN (SELECT 1, 2)',
      '_col0 _col1 _col2 | true NULL false',
    ],
    ['SELECT x FROM (VALUES 1, 3, 2, 3) t(x) ORDER BY x DESC FETCH FIRST 1 ROW WITH TIES', 'x | 3 | 3'],
  ],
  aggregates: [
    ["SELECT count(*) FILTER (WHERE x = '$$') FROM (VALUES '$$', '$') t(x)", '_col0 | 1'],
    [
      "SELECT array_agg(x ORDER BY replace(x, 'US$', '')) FROM (VALUES 'US$2', 'US$1') t(x)",
      '_col0 | [US$1, US$2]',
    ],
    ['SELECT approx_percentile(x, 0.5) FROM (VALUES 1, 2, 3, 4) t(x)', '_col0 | 3'],
    ['SELECT max(x), min(x) FROM (VALUES nan(), 1e0, 2e0) t(x)', '_col0 _col1 | 2.0 1.0'],
    ['SELECT corr(x, y) FROM (VALUES (1, 2), (1, 3)) t(x, y)', '_col0 | NULL'],
    ["SELECT multimap_agg(k, v) FROM (VALUES ('a', 1), ('a', 2), (NULL, 3)) t(k, v)", '_col0 | {a=[1, 2]}'],
    [
      "SELECT map_union(m) FROM (VALUES MAP(ARRAY['a'], ARRAY[1]), NULL, MAP(ARRAY['a', 'b'], ARRAY[2, 3])) t(m)",
      '_col0 | {a=1, b=3}',
    ],
    ["SELECT avg(x) FROM (VALUES INTERVAL '1' DAY, INTERVAL '2' DAY) t(x)", '_col0 | 1 12:00:00.000'],
  ],
  'a time whose zone is read from text is right as an instant': [
    [
      "SELECT from_iso8601_timestamp(x) AT TIME ZONE 'Asia/Seoul' FROM (VALUES '2026-11-01T05:00:00+01:00') t(x)",
      '_col0 | 2026-11-01 13:00:00.000 Asia/Seoul',
    ],
    [
      "SELECT CAST(x AS timestamp with time zone) AT TIME ZONE 'UTC' FROM (VALUES '2026-10-25 02:30:00 Europe/Berlin') t(x)",
      '_col0 | 2026-10-25 00:30:00.000 UTC',
    ],
    [
      "SELECT from_iso8601_timestamp(x) FROM (VALUES '2026-11-01T05:00:00Z') t(x)",
      '_col0 | 2026-11-01 05:00:00.000 UTC',
    ],
    ["SELECT from_iso8601_timestamp(x) FROM (VALUES '2026-11-01T05:00:00+01:00') t(x)", 'NOT_SUPPORTED'],
  ],
};

testGroups(groups, shown);

const vector = z.object({
  sql: z.string(),
  columns: z.array(z.tuple([z.string(), z.string()])).optional(),
  rows: z.array(z.array(z.json())).optional(),
  error: z.string().optional(),
});

const withoutDigits = (type: string): string => type.replace(/^time(stamp)?\(\d\)/, 'time$1');

/** A client of Athena's kind gets every time with three digits. */
const threeDigits = ({ type }: SelectedColumn): SelectedColumn['type'] =>
  type.name.startsWith('time') ? { ...type, fraction: 3 } : type;

const sorted = (rows: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] =>
  rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

const outcome = async ({ sql, columns, rows, error }: z.infer<typeof vector>): Promise<string> => {
  try {
    const answer = await run(sql);
    const found = answer.rows.map((row) =>
      row.map((value, i) => {
        const column = answer.columns[i];
        return column ? vectorValue(value, threeDigits(column)) : null;
      }),
    );
    const types = answer.columns.map(({ name, type }) => `${name} ${withoutDigits(vectorType(type))}`);
    const wanted = columns?.map(([name, type]) => `${name} ${type.toLowerCase().replaceAll(' ', '')}`);
    const same = sameValue(found, rows ?? []) || sameValue(sorted(found), sorted(rows ?? []));
    return same && types.join() === wanted?.join() ? 'right' : 'different';
  } catch (failure) {
    const name = refusalOf(failure);
    return name === error?.split(':')[0] ? 'right' : name;
  }
};

const file = sharedData('vectors/sql/derived/trino476_statements.dev.jsonl.gz');

const statements = 'statements of a real Trino have its rows and columns here, or are refused by name';

(file ? test : test.skip)(statements, async () => {
  // Athena takes a semicolon at the end, Trino does not
  const vectors = vectorsOf(file, vector).filter(({ sql }) => !sql.endsWith(';'));
  const found: Record<string, number> = {};
  for (const each of vectors) {
    const verdict = await outcome(each);
    found[verdict] = (found[verdict] ?? 0) + 1;
  }
  expect(found).toEqual({ right: 86, NOT_SUPPORTED: 2 });
});
