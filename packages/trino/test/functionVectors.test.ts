import { DuckDBDecimalValue, type DuckDBValue } from '@duckdb/node-api';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { sharedData } from '../../sharedData.ts';
import { trinoMessage } from '../src/duckdb/failure.ts';
import { translateExpression } from '../src/translate/translator.ts';
import { engineOfTests } from './support/engine.ts';
import { vectorsOf } from './support/vectors.ts';

/** As README.md records them. More right values are welcome: raise the number there and here. */
const RIGHT = 535;
const OF = 633;

const vector = z.object({ expr: z.string(), expected: z.json() });

const evaluateSql = engineOfTests();

const plain = (value: DuckDBValue): unknown => {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof DuckDBDecimalValue ? value.toDouble() : value;
};

const same = (found: unknown, expected: unknown, isJson: boolean): boolean => {
  const wanted = isJson && expected !== null ? JSON.stringify(expected) : expected;
  if (typeof found === 'number' && typeof wanted === 'number') {
    return found === wanted || Math.abs(found - wanted) <= 1e-6 * Math.abs(wanted); // REAL has seven digits
  }
  return found === wanted || String(found) === String(wanted);
};

const refusals =
  /^(NOT_SUPPORTED|FUNCTION_NOT_FOUND|TYPE_MISMATCH|INVALID_\w+|DIVISION_BY_ZERO|NUMERIC_VALUE_OUT_OF_RANGE|SYNTAX_ERROR):/;

const file = sharedData('vectors/sql/derived/trino_functions.dev.jsonl');

const expressions = 'expressions of Trino have the value Trino gives them, or are refused by name';

(file ? test : test.skip)(expressions, async () => {
  const vectors = vectorsOf(file, vector);
  const wrong: string[] = [];
  const unclear: string[] = [];
  let right = 0;
  for (const { expr, expected } of vectors) {
    // Trino's tests run in Kiritimati, Athena in UTC
    if (/current_timezone|timezone_hour\((current_|local)timestamp/.test(expr)) continue;
    try {
      const { sql, type } = translateExpression(expr, new Date(0));
      const found = plain(await evaluateSql(sql));
      if (same(found, expected, type.name === 'json' && typeof expected !== 'string')) right += 1;
      else wrong.push(`${expr}: ${String(found)} instead of ${JSON.stringify(expected)}`);
    } catch (error) {
      const reason = trinoMessage(error);
      if (!refusals.test(reason)) unclear.push(`${expr}: ${reason}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(unclear).toEqual([]);
  expect(vectors).toHaveLength(OF);
  expect(right).toBeGreaterThanOrEqual(RIGHT);
});
