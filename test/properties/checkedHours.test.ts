import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildOf } from '../helpers/builds.ts';
import { fixedClock } from '../helpers/fakes.ts';
import { onceDynamo } from '../helpers/onceDynamo.ts';
import { gated, ledgersOn } from './support/fates.ts';
import { choicesOf, takeTurns } from './support/turns.ts';

fc.configureGlobal({ seed: 20261122 });

const dynamo = onceDynamo();

const DAY = '2026-11-01';
const HOURS = ['05', '06', '07'];

/** Runs that publish hours of a day, and runs that check those that changed, at the same time: each call is a step. */
const hoursDependencies = async () => {
  const clock = fixedClock();
  const table = await dynamo.createLedgerTable();
  const ledger = ledgersOn(dynamo, table)(undefined, clock);
  const turns = takeTurns();
  /** versions of each hour: what readers see, and the newest that a check which passed has read */
  const shown = new Map<string, number>();
  const checked = new Map<string, number>();
  let version = 0;
  let partly = 0;

  const publish = async (hour: string): Promise<void> => {
    await turns.turn();
    version += 1;
    const build = buildOf(version);
    shown.set(hour, version);
    await turns.turn();
    await ledger.partitionStates.lock(`${DAY}T${hour}`, 'run', clock.now(), 1);
    await ledger.partitionStates.commit(`${DAY}T${hour}`, 'run', 0, build);
  };
  /** Tally, the checks, the marts' PublishMart and Report; or the checks find rows, and the run ends. */
  const check = async (passes: boolean): Promise<void> => {
    const own = gated(ledger.pendingDays, turns.inTurn);
    const days = await own.list(10);
    const [day] = days;
    if (day === undefined) return;
    if (day.hours !== undefined) partly += 1;
    const hours = day.hours ?? HOURS;
    const read = await turns.inTurn(async () => hours.map((hour) => [hour, shown.get(hour) ?? 0] as const));
    if (!passes) return;
    for (const [hour, seen] of read) checked.set(hour, Math.max(checked.get(hour) ?? 0, seen));
    await own.reopen(days);
    await own.clear(days);
  };
  const committed = async (hour: string): Promise<number> =>
    (await ledger.partitionStates.entry(`${DAY}T${hour}`))?.committed?.counts.raw ?? 0;
  const unchecked = async (): Promise<string[]> => {
    const behind = await Promise.all(
      HOURS.map(async (hour) => ((checked.get(hour) ?? 0) < (await committed(hour)) ? [hour] : [])),
    );
    return behind.flat();
  };
  /** As a version that noted no hours has left the day. */
  const asBefore = async (): Promise<void> => {
    const Key = { pk: { S: `day#${DAY}` } };
    await dynamo.client.send(
      new UpdateItemCommand({ TableName: table, Key, UpdateExpression: 'REMOVE changed_hours, cleared' }),
    );
  };
  return { ledger, turns, publish, check, unchecked, asBefore, partly: () => partly };
};

const course = fc.record({
  /** the day was pending when the version that notes hours came */
  before: fc.boolean(),
  first: fc.array(fc.constantFrom(...HOURS), { maxLength: 2 }),
  publications: fc.array(fc.constantFrom(...HOURS), { minLength: 1, maxLength: 3 }),
  checks: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
  choices: choicesOf(7),
});

test('of a day that is no longer pending every hour was checked as it is, although checks that pass before are not repeated', async () => {
  const seen = { done: 0, pending: 0, partly: 0 };
  await fc.assert(
    fc.asyncProperty(course, async ({ before, first, publications, checks, choices }) => {
      const dependencies = await hoursDependencies();
      for (const hour of first) {
        dependencies.turns.spawn(() => dependencies.publish(hour));
        await dependencies.turns.play([]);
      }
      if (before && first.length > 0) await dependencies.asBefore();
      else dependencies.turns.spawn(() => dependencies.check(true));
      await dependencies.turns.play([]);
      for (const hour of publications) dependencies.turns.spawn(() => dependencies.publish(hour));
      for (const passes of checks) dependencies.turns.spawn(() => dependencies.check(passes));
      await dependencies.turns.play(choices);

      const pending = (await dependencies.ledger.pendingDays.list(10)).length > 0;
      seen[pending ? 'pending' : 'done'] += 1;
      if (!pending) expect(await dependencies.unchecked()).toEqual([]);

      dependencies.turns.spawn(() => dependencies.check(true));
      await dependencies.turns.play([]);
      expect(await dependencies.ledger.pendingDays.list(10)).toEqual([]);
      expect(await dependencies.unchecked()).toEqual([]);
      seen.partly += dependencies.partly();
    }),
    { numRuns: 100 },
  );
  expect(Math.min(seen.done, seen.pending, seen.partly)).toBeGreaterThan(2);
});
