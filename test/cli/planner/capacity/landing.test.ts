import { describe, expect, test } from '@jest/globals';
import { compareRuns } from '../../../../cli/planner/capacity/agreement.ts';
import { Landing } from '../../../../cli/planner/capacity/landing.ts';
import { simulated } from '../support.ts';

const landingOf = (landWindow: number, lanes = 1): Landing =>
  new Landing(
    lanes,
    {
      limits: { landWindow, batchRecords: 10_000 },
      eventsPerRequest: 10,
      eventBytes: 800,
      hoursPerBatch: 1,
      fixedSeconds: 0.3,
    },
    1,
  );

describe('landing', () => {
  test('waits for the window, then writes one batch of all that has come', () => {
    const landing = landingOf(60);
    for (let now = 1; now <= 62; now += 1) {
      landing.arrive([now <= 60 ? 2 : 0], now);
      landing.land(now, 1, 10);
    }
    expect({ batches: landing.batches, landed: landing.landed }).toEqual({ batches: 1, landed: 120 });
    // The first waited the window and the writing of 960 KB, and came half a step before.
    expect(landing.lag.summary().max).toBeCloseTo(60 + 0.3 + 0.096 + 0.5, 1);
  });

  test('does not wait for the window when 4.5 MB have come', () => {
    const landing = landingOf(60);
    landing.arrive([1_000], 1);
    landing.land(1, 1, 10);
    expect(landing.landed).toBe(4_500_000 / 8_000);
  });

  test('of a shard begins no batch while the one before is being written', () => {
    const landing = landingOf(1);
    landing.arrive([5_000], 1);
    landing.land(1, 1, 10);
    const first = landing.landed;
    landing.land(1.5, 1, 10);
    expect(landing.landed).toBe(first);
    landing.land(2, 1, 10);
    expect(landing.landed).toBe(2 * first);
  });

  test('a shorter window makes more objects and less lag', () => {
    const long = simulated({ limits: { landWindow: 60 } }).landing;
    const short = simulated({ limits: { landWindow: 10 } }).landing;
    expect(short.objects).toBeGreaterThan(4 * long.objects);
    expect(short.lag.summary().p50).toBeLessThan(long.lag.summary().p50 / 2);
  });
});

describe('the comparison with a measured run', () => {
  const measured = {
    offered: 1_000,
    landed: 1_000,
    objects: 30,
    rowsPerObject: 33.3,
    lagSeconds: { p50: 0.6, p95: 1, max: 1.1 },
  };
  const failing = (model: typeof measured): string[] =>
    compareRuns(model, measured).flatMap(({ what, holds }) => (holds ? [] : [what]));

  test('holds for what is close, and names what is not', () => {
    expect(failing({ ...measured, objects: 28 })).toEqual([]);
    expect(failing({ ...measured, objects: 20, landed: 990 })).toEqual(['landed', 'objects']);
    expect(failing({ ...measured, lagSeconds: { p50: 1.1, p95: 2, max: 3 } })).toEqual([
      'lag p50, s',
      'lag p95, s',
    ]);
  });
});
