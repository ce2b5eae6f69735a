import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { publishMart } from '../../src/etl/marts.ts';
import { committedBuild } from '../helpers/builds.ts';
import { type LocalDynamo, startDynamo } from '../helpers/dynamo.ts';
import { createFakeCatalog, createFakeStore, fixedClock } from '../helpers/fakes.ts';
import { fc } from '../helpers/fastCheck.ts';
import { gated, ledgersOn } from './support/fates.ts';
import { SAME, takeTurns } from './support/turns.ts';

let dynamo: LocalDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const HOUR = '2026-11-01T05';
const DAY = '2026-11-01';

const buildOf = (version: number) =>
  committedBuild(`v${version}`, { counts: { raw: version, curated: version, duplicates: 0, rejected: 0 } });

/** Runs that publish an hour anew, and runs that write its day's mart at the same time: each call is a step. */
const daysDependencies = async () => {
  const clock = fixedClock();
  const store = createFakeStore({ clock });
  const catalog = createFakeCatalog();
  const ledger = ledgersOn(dynamo, await dynamo.createLedgerTable())(undefined, clock);
  const turns = takeTurns();
  const gate = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    await turns.turn();
    return call();
  };
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
      pendingDays: gated(ledger.pendingDays, gate),
      retiredFiles: gated(ledger.retiredFiles, gate),
    };
    const days = await own.pendingDays.list(10);
    if (days.length === 0) return;
    const read = await gate(committed);
    store.seed(`marts/m/run=${execution}/dt=${DAY}/data`, String(read));
    const ports = { store: gated(store, gate), catalog: gated(catalog, gate), ...own };
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
  choices: fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant(SAME) }, fc.nat(5)), { maxLength: 60 }),
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
