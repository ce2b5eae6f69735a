import { describe, expect, test } from '@jest/globals';
import { planTraffic } from '../../client/traffic/plan.ts';

const end = Date.parse('2026-11-01T12:00:00Z');
const options = { seed: 7, events: 3000, hours: 3, end };

describe('the traffic of the demo', () => {
  test('is the same for the same seed and another for another', () => {
    expect(planTraffic(options)).toEqual(planTraffic(options));
    expect(planTraffic({ ...options, seed: 8 })).not.toEqual(planTraffic(options));
  });

  test('counts what it sends: distinct, repeated and broken events', () => {
    const plan = planTraffic(options);
    const sent = plan.batches.flatMap((batch) => batch.events);
    const ids = sent.map((event) => JSON.parse(JSON.stringify(event)).event_id);
    expect(plan.distinct).toBe(3000);
    expect(sent).toHaveLength(plan.distinct + plan.repeated + plan.broken);
    expect(new Set(ids).size).toBe(plan.distinct + plan.broken);
    expect(plan.repeated).toBeGreaterThan(0);
    expect(plan.late).toBeGreaterThan(0);
    expect(plan.broken).toBeGreaterThan(0);
    expect(plan.batches.reduce((sum, batch) => sum + batch.broken, 0)).toBe(plan.broken);
  });

  test('stays before the end of its window, but for the broken clocks', () => {
    const times = planTraffic(options).batches.flatMap((batch) =>
      batch.events.map((event) => Date.parse(JSON.parse(JSON.stringify(event)).event_time)),
    );
    expect(times.filter((time) => time >= end && time < end + 24 * 3_600_000)).toEqual([]);
  });
});
