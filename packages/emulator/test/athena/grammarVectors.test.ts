import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { sharedData } from '../../../sharedData.ts';
import { readStatement } from '../../src/athena/statements.ts';

/** As docs/reference/athena.md records them. */
const READ = 310;
const OF = 384;

const documented = z.object({ sql: z.string(), synopsis: z.boolean() });

test('the statements of the Athena guide are read, or refused by name', () => {
  const file = sharedData('vectors/sql/derived/athena_doc_sql.dev.jsonl');
  if (!file) return;
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const statements = lines
    .map((line) => documented.parse(JSON.parse(line)))
    .filter(({ synopsis }) => !synopsis);
  const unclear: string[] = [];
  let read = 0;
  for (const { sql } of statements) {
    try {
      readStatement(sql);
      read += 1;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!/^(SYNTAX_ERROR|NOT_SUPPORTED): /.test(message)) unclear.push(`${sql}: ${message}`);
    }
  }
  expect(unclear).toEqual([]);
  expect(statements).toHaveLength(OF);
  expect(read).toBeGreaterThanOrEqual(READ);
});

test.each([
  ['SELECT a FROM t WHERE', 'line 1:22'],
  ['SELECT a FROM t LIMIT 1 2', 'line 1:25'],
  ['SELECT `a` FROM t; SELECT 1', 'line 1:'],
  ['SELECT * FROM t QUALIFY 1 = 1', 'line 1:'],
  ['SELECT x[1:2] FROM t', 'line 1:'],
])('%s is refused where Trino stops reading', (sql, at) => {
  expect(() => readStatement(sql)).toThrow(`SYNTAX_ERROR: ${at}`);
});
