import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { sharedData } from '../../sharedData.ts';
import { classify, type Verdict } from './support/classify.ts';
import { connectionOfTests } from './support/engine.ts';

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

test('of the expressions of a real Trino none has another value here without being told', async () => {
  const file = sharedData('vectors/sql/derived/trino476_expressions.dev.jsonl.gz');
  if (!file) return;
  const vectors = gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .map((line) => vector.parse(JSON.parse(line)))
    .filter(({ expr }) => !expr.startsWith('SHUFFLE')); // a matter of chance
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
