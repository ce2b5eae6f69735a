import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { sharedData } from '../../sharedData.ts';
import { classify, type Verdict } from './support/classify.ts';
import { connectionOfTests } from './support/engine.ts';
import { vectorsOf } from './support/vectors.ts';

const vector = z.object({
  expr: z.string(),
  type: z.string().optional(),
  value: z.json().optional(),
  error: z.string().optional(),
});

/** As README.md records them. More right answers are welcome: raise the number there and here. */
const RIGHT = 2619;
const OTHER_ERROR = 6;

const connection = connectionOfTests();

const file = sharedData('vectors/sql/derived/trino476_expressions.dev.jsonl.gz');

const expressions = 'of the expressions of a real Trino none has another value here without being told';

(file ? test : test.skip)(expressions, async () => {
  // shuffle() is a matter of chance
  const vectors = vectorsOf(file, vector).filter(({ expr }) => !expr.startsWith('SHUFFLE'));
  const counts: Record<Verdict, number> = { right: 0, refused: 0, otherError: 0, silentlyDifferent: 0 };
  const different: string[] = [];
  for (const each of vectors) {
    const { verdict, found } = await classify(each, connection());
    counts[verdict] += 1;
    if (verdict === 'silentlyDifferent')
      different.push(`${each.expr}: ${found} instead of ${each.error ?? JSON.stringify(each.value)}`);
  }
  process.stdout.write(`${JSON.stringify(counts)} of ${vectors.length} expressions of Trino 476\n`);
  expect(different).toEqual([]);
  expect(counts.right).toBeGreaterThanOrEqual(RIGHT);
  expect(counts.otherError).toBeLessThanOrEqual(OTHER_ERROR);
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  expect(readme).toContain(`| 3,197 expressions of a real Trino 476 | ${RIGHT.toLocaleString('en')} |`);
});
