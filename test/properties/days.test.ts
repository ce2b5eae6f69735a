import { expect, test } from '@jest/globals';
import { publishMart } from '../../src/etl/marts.ts';
import { buildOf } from '../helpers/builds.ts';
import { createFakeCatalog, createFakeStore, fixedClock } from '../helpers/fakes.ts';
import { fc } from '../helpers/fastCheck.ts';
import { onceDynamo } from '../helpers/onceDynamo.ts';
import { gated, ledgersOn } from './support/fates.ts';
import { choicesOf, takeTurns } from './support/turns.ts';

const dynamo = onceDynamo();

const HOUR = '2026-11-01T05';
const DAY = '2026-11-01';

/** Runs that publish an hour anew, and runs that write its day's mart at the same time: each call is a step. */
const daysDependencies = async () => {
  const clock = fixedClock();
  const store = createFakeStore({ clock });
  const catalog = createFakeCatalog();
  const ledger = ledgersOn(dynamo, await dynamo.createLedgerTable())(undefined, clock);
  const turns = takeTurns();
  let version = 0;
  const committed = async (): Promise<number> =>
    (await ledger.partitionStates.entry(HOUR))?.committed?.counts.raw ?? 0;

  const publish = async (): Promise<void> => {
    await turns.turn();
    version += 1;
    await ledger.partitionStates.lock(HOUR, 'run', clock.now(), 1);
    await ledger.partitionStates.commit(HOUR, 'run', 0, buildOf(version));
  };
  /** Tally, UNLOAD, PublishMart, Report. */
  const writeMart = async (execution: string): Promise<void> => {
    const own = {
      pendingDays: gated(ledger.pendingDays, turns.inTurn),
      retiredFiles: gated(ledger.retiredFiles, turns.inTurn),
    };
    const days = await own.pendingDays.list(10);
    if (days.length === 0) return;
    const read = await turns.inTurn(committed);
    store.seed(`marts/m/run=${execution}/dt=${DAY}/data`, String(read));
    const ports = { store: gated(store, turns.inTurn), catalog: gated(catalog, turns.inTurn), ...own };
    await publishMart({ mart: 'm', location: store.uri(`marts/m/run=${execution}/`), days }, ports);
    await own.pendingDays.clear(days);
  };
  const shown = (): number => {
    const location = catalog.partitions.get(`m/${DAY}`) ?? '';
    const key = store.keys().find((name) => store.uri(name).startsWith(location));
    return location === '' || key === undefined ? 0 : Number(store.text(key));
  };
  return { ledger, turns, publish, writeMart, shown, committed };
};

const course = fc.record({
  publications: fc.integer({ min: 1, max: 3 }),
  writers: fc.integer({ min: 1, max: 3 }),
  choices: choicesOf(6),
});

test('a day that is no longer pending has a mart of all that is committed, whoever was last; the next run sees to the others', async () => {
  const seen = { done: 0, pending: 0 };
  await fc.assert(
    fc.asyncProperty(course, async ({ publications, writers, choices }) => {
      const dependencies = await daysDependencies();
      dependencies.turns.spawn(dependencies.publish);
      await dependencies.turns.play([]);
      for (let index = 0; index < publications; index += 1) dependencies.turns.spawn(dependencies.publish);
      for (let index = 0; index < writers; index += 1)
        dependencies.turns.spawn(() => dependencies.writeMart(`run-${index}`));
      await dependencies.turns.play(choices);

      const pending = (await dependencies.ledger.pendingDays.list(10)).length > 0;
      seen[pending ? 'pending' : 'done'] += 1;
      if (!pending) expect(dependencies.shown()).toBe(await dependencies.committed());

      dependencies.turns.spawn(() => dependencies.writeMart('last'));
      await dependencies.turns.play([]);
      expect(await dependencies.ledger.pendingDays.list(10)).toEqual([]);
      expect(dependencies.shown()).toBe(await dependencies.committed());
    }),
    { numRuns: 100 },
  );
  expect(Math.min(seen.done, seen.pending)).toBeGreaterThan(5);
});
