import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { chaos, overlooking, withDefects } from './support/defects.ts';

/** Below the project, where functions find its native modules; of its own, so that no other stage is touched. */
const folder = resolve('.headrace', 'test-chaos-finds');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SEED = 7;
const MINUTES = 0.05;

const document = z.object({
  acknowledged: z.number(),
  curated: z.number(),
  lost: z.number(),
  doubled: z.number(),
  postgres: z.object({ rows: z.number(), missing: z.number(), extra: z.number() }),
  ids: z.object({ lost: z.array(z.string()), doubled: z.array(z.string()) }),
  reproduce: z.string(),
});

test('exits non-zero over a function that loses records, names the events that are lost and how to run it again', async () => {
  const packageDir = await withDefects(folder, { land: overlooking });
  const { code, stdout, stderr } = await chaos({ seed: SEED, minutes: MINUTES, packageDir, folder });

  // A run that broke down has proven nothing: it exits with 1, too.
  expect(stdout === '' ? stderr : 'it printed its findings').toBe('it printed its findings');
  expect(code).toBe(1);
  const found = document.parse(JSON.parse(stdout));
  expect(found.acknowledged).toBeGreaterThan(found.curated);
  expect(found.lost).toBeGreaterThanOrEqual(found.acknowledged - found.curated);
  expect(found.ids.lost.length).toBe(Math.min(found.lost, 20));
  expect(new Set(found.ids.lost).size).toBe(found.ids.lost.length);
  expect([found.doubled, found.ids.doubled]).toEqual([0, []]);
  // PostgreSQL has them all the same, and the table `events` lacks them.
  expect(found.postgres.rows).toBeGreaterThanOrEqual(found.acknowledged);
  expect(found.postgres).toMatchObject({ missing: 0, extra: found.postgres.rows });
  expect(found.reproduce).toContain(`npm run chaos -- --seed ${SEED} --minutes ${MINUTES} --json`);
}, 240_000);
