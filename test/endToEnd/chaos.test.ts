import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { runChaos } from '../../bench/chaos/run.ts';
import { packageStage } from '../../client/package.ts';

/** Traffic in seconds; booting twice and settling take longer than that. */
const SECONDS = 4;

const folderOf = (seed: number): string => resolve('.headrace', `test-chaos-${seed}`);
const seeds = [101, 202];
afterAll(() => {
  for (const seed of seeds) rmSync(folderOf(seed), { recursive: true, force: true });
});

test.each(seeds)(
  'under the faults of seed %i, and killed in between, the stage loses nothing and counts nothing twice',
  async (seed) => {
    const report = await runChaos({
      seed,
      seconds: SECONDS,
      packageDir: await packageStage('local'),
      folder: folderOf(seed),
      say: () => {},
    });

    const { lost, doubled, strange, martsOff, reconciled } = report;
    expect({ lost, doubled, strange, martsOff }).toEqual({
      lost: [],
      doubled: [],
      strange: [],
      martsOff: [],
    });
    expect(reconciled).toEqual({ ok: true, hours: expect.any(Number), differences: [] });
    expect(reconciled.hours).toBeGreaterThan(0);
    expect(report.curated).toBe(report.acknowledged);
    expect(report.quarantined).toBe(report.refused);
    expect(report.postgres).toEqual({
      ...{ rows: report.curated, missing: [], extra: [], notDelivered: [] },
      differing: 0,
    });
    // What makes the rest mean something: there was traffic, there were faults, and it was killed.
    expect(report.acknowledged).toBeGreaterThan(0);
    expect(Object.values(report.faults).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(0);
    expect(report.kills).toBe(1);
  },
  240_000,
);
