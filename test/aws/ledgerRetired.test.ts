import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DynamoLedger } from '../../src/aws/ledger.ts';
import type { Ledger } from '../../src/ports.ts';
import { type LocalDynamo, startDynamo } from '../helpers/dynamo.ts';
import { createFakeLedger, type FixedClock, fixedClock } from '../helpers/fakes.ts';

let dynamo: LocalDynamo;
let clock: FixedClock;
let ledger: Ledger;

/** The fake that other tests build upon keeps the same rules. */
const ledgers: Record<string, () => Promise<Ledger>> = {
  'the ledger in DynamoDB': async () =>
    new DynamoLedger(dynamo.client, await dynamo.createLedgerTable(), clock),
  'the fake of the tests': async () => createFakeLedger({ now: clock.now }),
};

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());
beforeEach(() => {
  clock = fixedClock('2026-11-01T12:00:00.000Z');
});

const HOUR = '2026-11-01T05';

describe.each(Object.keys(ledgers))('%s, of what a publication leaves behind,', (kind) => {
  beforeEach(async () => {
    ledger = await ledgers[kind]!();
  });

  const due = async (at: Date) => (await ledger.retiredBuilds(at, 10)).map(({ build }) => build).sort();

  test('counts from when it was noted first, but what readers saw until now from now on', async () => {
    await ledger.retireBuilds(HOUR, { shown: undefined, others: ['a', 'b'] });
    clock.advance(1000);
    const later = clock.now();
    await ledger.retireBuilds(HOUR, { shown: 'a', others: ['a', 'b', 'c'] });

    expect(await due(later)).toEqual(['b']);
    expect(await due(new Date(later.getTime() + 1))).toEqual(['a', 'b', 'c']);
    await ledger.forgetRetired(HOUR, 'a');
    expect(await due(new Date(later.getTime() + 1))).toEqual(['b', 'c']);
  });

  test('of nothing notes nothing', async () => {
    await ledger.retireBuilds(HOUR, { shown: undefined, others: [] });
    clock.advance(1);
    expect(await due(clock.now())).toEqual([]);
    expect(await ledger.allEntries()).toEqual([]);
  });

  test('of a mart is kept apart from builds, day by day', async () => {
    const old = { mart: 'daily_sales', day: '2026-11-01', run: 'run=e-1' };
    await ledger.retireMartRuns(old.mart, old.day, { shown: old.run, others: [old.run, 'run=e-0'] });
    clock.advance(1);

    expect(await due(clock.now())).toEqual([]);
    const noted = await ledger.retiredMartRuns(clock.now(), 10);
    expect(noted.map(({ run }) => run).sort()).toEqual(['run=e-0', 'run=e-1']);
    expect(noted).toContainEqual(old);
    await ledger.forgetMartRun(old);
    expect(await ledger.retiredMartRuns(clock.now(), 10)).toEqual([{ ...old, run: 'run=e-0' }]);
    expect(await ledger.allEntries()).toEqual([]);
  });
});
