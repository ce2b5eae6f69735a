import { describe, expect, test } from '@jest/globals';
import { historyLimit, payloadLimit } from 'headrace-asl';
import { z } from 'zod';
import { tally } from '../../src/etl/tallying.ts';
import { paths } from './support/etlCourse.ts';
import { onceEtlDrill, watch } from './support/watchEtl.ts';

const etl = onceEtlDrill();

const reported = z.object({ Payload: z.object({ tally: tally() }) });

const committed = (effects: readonly string[]) => effects.filter((effect) => effect.startsWith('commit '));
const noted = (effects: readonly string[]) => effects.filter((effect) => effect.startsWith('recordFailure '));

describe('500 partitions', () => {
  test('are all built, with states of less than 256 KiB', async () => {
    const { effects, events, largest } = await watch(etl, paths.full);
    expect(committed(effects)).toHaveLength(500);
    expect(largest).toBeLessThan(payloadLimit);
    // A fault here would show as a list that was cut short on the way, not as a failure.
    expect(largest).toBeGreaterThan(100_000);
    expect(events).toBeLessThan(historyLimit);
  });

  test('that all retry to the end and fail for good leave room in the history for the failure of the run', async () => {
    const { effects, events, largest, error } = await watch(etl, paths.fullFailed);
    expect(error).toBe('NothingBuilt');
    expect(events).toBeGreaterThan(10_000);
    expect(events).toBeLessThan(historyLimit);
    expect(largest).toBeLessThan(payloadLimit);
    expect(noted(effects)).toEqual([]);
    expect(effects.at(-1)).toBe('put reports/e.json');
  });

  test('of which one is built are a partial run: 499 failures are noted, and the report names twenty', async () => {
    const { effects, events, inputs, error } = await watch(etl, paths.fullDamaged);
    expect(error).toBe('PartitionsFailed');
    expect(committed(effects)).toEqual(['commit 2026-10-01T00 b1']);
    expect(noted(effects)).toHaveLength(499);
    expect(events).toBeLessThan(historyLimit);
    const [asked] = inputs('Report').map((input) => reported.parse(input).Payload.tally);
    expect(asked).toMatchObject({ built: 1, failedCount: 499 });
    expect(asked?.failed).toHaveLength(20);
  });

  test('whose results do not fit together are built all the same, and the run fails on record', async () => {
    const { effects, main, error } = await watch(etl, paths.overfull);
    expect(error).toBe('States.DataLimitExceeded');
    expect(committed(effects)).toHaveLength(500);
    expect(main).toEqual(['Plan', 'HasWork?', 'BuildPartitions', 'RecordFailure', 'Failed']);
    expect(effects.at(-1)).toBe('put reports/e.json');
  });

  test('that all hang end with the run, after twelve hours', async () => {
    const { took } = await watch(etl, paths.stuck);
    expect(took).toBe(12 * 60 * 60 * 1000);
  });

  test('are built five at a time', async () => {
    const { attempts } = await watch(etl, paths.fullFailed);
    const builds = attempts
      .filter(({ state }) => state === 'BuildPartitions/Build')
      .map(({ input }) => input);
    const firstFive = builds.slice(0, 5).map((input) => JSON.stringify(input));
    expect(new Set(firstFive).size).toBe(5);
    // The sixth call of all is a second one for one of the five: no sixth partition has begun.
    expect(firstFive).toContain(JSON.stringify(builds[5]));
  });
});
