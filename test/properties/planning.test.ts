import { expect, test } from '@jest/globals';
import { MAX_DAYS, MAX_PARTITIONS, planRun } from '../../src/etl/planning.ts';
import { HOUR_MS } from '../../src/json/instants.ts';
import { committedBuild } from '../helpers/builds.ts';
import { createFakeLedger } from '../helpers/fakes/ledger.ts';
import { createFakeStore, fixedClock } from '../helpers/fakes.ts';
import { fc } from '../helpers/fastCheck.ts';

const START = Date.parse('2026-10-30T00:00:00Z');
const hourAt = (index: number): string => new Date(START + index * HOUR_MS).toISOString().slice(0, 13);

/** What the lake and the ledger know of an hour. `copied`: raw objects without a landing, put there by hand. */
const state = fc.constantFrom('stale', 'built', 'rebuilt', 'copied', 'marked', 'foreign' as const);
type State = 'stale' | 'built' | 'rebuilt' | 'copied' | 'marked' | 'foreign';
const HOURS = 24 * 4;
const dependencies = fc
  .array(fc.tuple(fc.nat(HOURS - 1), state), { maxLength: 40 })
  .map((entries) => new Map<string, State>(entries.map(([index, is]) => [hourAt(index), is])));

const committed = committedBuild();

const portsOf = async (hours: ReadonlyMap<string, State>) => {
  const [store, ledger] = [createFakeStore(), createFakeLedger()];
  for (const [hour, is] of hours) {
    const folder = `raw/dt=${hour.slice(0, 10)}/hr=${hour.slice(11)}`;
    if (is === 'foreign') store.seed(`${folder}x/s-1-n1.ndjson.gz`, '{}\n');
    else if (is !== 'marked') store.seed(`${folder}/s-1-n1.ndjson.gz`, '{}\n');
    if (is !== 'copied' && is !== 'foreign') ledger.partitionStates.land(hour);
    if (is === 'built' || is === 'rebuilt') {
      const { landings } = await ledger.partitionStates.lock(hour, 'run-0', new Date(0), 1);
      await ledger.partitionStates.commit(hour, 'run-0', landings, committed);
    }
    if (is === 'rebuilt') ledger.partitionStates.land(hour);
  }
  return { store, ...ledger, clock: fixedClock() };
};

const raw: readonly State[] = ['stale', 'built', 'rebuilt', 'copied'];
const waiting: readonly State[] = ['stale', 'rebuilt', 'marked'];

const hoursWhere = (
  hours: ReadonlyMap<string, State>,
  test: (is: State, hour: string) => boolean,
): string[] =>
  [...hours]
    .filter(([hour, is]) => test(is, hour))
    .map(([hour]) => hour)
    .sort();

test('without a range exactly the stale hours are planned, oldest first, and none of them twice', async () => {
  await fc.assert(
    fc.asyncProperty(dependencies, async (hours) => {
      const ports = await portsOf(hours);
      const plan = await planRun('run-1', {}, ['daily_events'], ports);
      const expected = hoursWhere(hours, (is) => waiting.includes(is));
      expect(plan.partitions).toEqual(expected.map((partition) => ({ partition, force: false })));
      const days = hoursWhere(hours, (is) => is === 'built' || is === 'rebuilt').map((hour) =>
        hour.slice(0, 10),
      );
      expect(plan.pendingDays).toBe(new Set(days).size);
      expect(plan.hasWork).toBe(expected.length + days.length > 0);
      expect(plan.more).toBe(false);
    }),
    { numRuns: 200 },
  );
});

test('a range plans the hours in it that have raw objects: by force all, else those that are not built as they are', async () => {
  const range = fc.tuple(fc.nat(HOURS - 1), fc.integer({ min: 1, max: HOURS }), fc.boolean());
  await fc.assert(
    fc.asyncProperty(dependencies, range, async (hours, [first, length, force]) => {
      const [from, to] = [hourAt(first), hourAt(first + length)];
      const plan = await planRun('run-1', { from, to, force }, ['daily_events'], await portsOf(hours));
      const expected = hoursWhere(
        hours,
        (is, hour) => hour >= from && hour < to && raw.includes(is) && (force || is !== 'built'),
      );
      expect(plan.partitions).toEqual(expected.map((partition) => ({ partition, force })));
      expect(plan.days).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('days stand for their first hours, and ranges side by side plan what one range over both does', async () => {
  const three = fc
    .uniqueArray(fc.nat(8), { minLength: 3, maxLength: 3 })
    .map((days) => days.sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(dependencies, three, fc.boolean(), async (hours, days, force) => {
      const ports = await portsOf(hours);
      const [a, b, c] = days.map((day) => hourAt(day * 24).slice(0, 10));
      const planned = async (from?: string, to?: string) =>
        (await planRun('run-1', { from, to, force }, [], ports)).partitions;
      expect(await planned(a, c)).toEqual([...(await planned(a, b)), ...(await planned(b, c))]);
      expect(await planned(`${a}T00`, `${c}T00`)).toEqual(await planned(a, c));
    }),
    { numRuns: 100 },
  );
});

test('runs of the most that one takes, again and again, come to every stale hour', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: MAX_PARTITIONS - 2, max: 2 * MAX_PARTITIONS + 2 }), async (count) => {
      const hours = new Map(Array.from({ length: count }, (_, index) => [hourAt(index), 'stale' as const]));
      const ports = await portsOf(hours);
      const built: string[] = [];
      for (let more = true; more; ) {
        const plan = await planRun('run-1', {}, [], ports);
        expect(plan.partitions.length).toBeLessThanOrEqual(MAX_PARTITIONS);
        for (const { partition } of plan.partitions) {
          built.push(partition);
          const { landings } = await ports.partitionStates.lock(partition, 'run-1', new Date(0), 1);
          await ports.partitionStates.commit(partition, 'run-1', landings, committed);
        }
        await ports.pendingDays.clear(await ports.pendingDays.list(MAX_DAYS));
        more = plan.more;
      }
      expect(built.toSorted()).toEqual([...hours.keys()]);
    }),
    { numRuns: 6 },
  );
});

test('any other input is refused as invalid, saying so, and plans nothing', async () => {
  const ports = await portsOf(new Map());
  const inputs = fc.oneof(
    fc.jsonValue(),
    fc.record({ from: fc.string(), to: fc.string() }),
    fc.record({
      from: fc.constantFrom('2026-11-01', '2026-02-30', '2026-11-01T24', '20261101'),
      to: fc.constant('2026-11-01'),
    }),
  );
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      fc.pre(JSON.stringify(input) !== '{}');
      await expect(planRun('run-1', input, ['daily_events'], ports)).rejects.toMatchObject({
        name: 'InvalidInput',
      });
    }),
    { numRuns: 200 },
  );
});
