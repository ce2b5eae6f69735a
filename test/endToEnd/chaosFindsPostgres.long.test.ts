import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { chaos, overlooking, withDefects } from './support/defects.ts';

const folder = resolve('.headrace', 'test-chaos-finds-postgres');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Repairs nothing: it makes tables and logins, and compares. */
const negligent = `
import { handler as whole } from './whole.mjs';
export const handler = (event, context) => whole({ only: 'prepare', ...event }, context);
`;

const document = z.object({
  acknowledged: z.number(),
  curated: z.number(),
  lost: z.number(),
  postgres: z.object({
    rows: z.number(),
    missing: z.number(),
    extra: z.number(),
    notDelivered: z.number(),
    differing: z.number(),
  }),
  ids: z.object({ missingInPostgres: z.array(z.string()), notDeliveredToPostgres: z.array(z.string()) }),
});

test('exits non-zero when nothing comes to PostgreSQL, and nobody brings what is missing', async () => {
  const packageDir = await withDefects(folder, { postgres: overlooking, postgresUpkeep: negligent });
  const { code, stdout, stderr } = await chaos({ seed: 8, minutes: 0.05, packageDir, folder });

  expect(stdout === '' ? stderr : 'it printed its findings').toBe('it printed its findings');
  expect(code).toBe(1);
  const found = document.parse(JSON.parse(stdout));
  expect(found.curated).toBeGreaterThan(0);
  expect(found.lost).toBe(0);
  expect(found.postgres).toMatchObject({
    ...{ rows: 0, missing: found.curated, extra: 0, notDelivered: found.acknowledged },
  });
  expect(found.postgres.differing).toBeGreaterThan(0);
  expect(found.ids.missingInPostgres.length).toBe(Math.min(found.curated, 20));
  expect(found.ids.notDeliveredToPostgres.length).toBe(Math.min(found.acknowledged, 20));
}, 600_000);
