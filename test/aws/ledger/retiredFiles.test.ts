import { describe, expect, test } from '@jest/globals';
import { contract, HOUR } from './support/contract.ts';

contract('retired files', (on) => {
  const due = async (at: Date) =>
    (await on.ledger.retiredFiles.retiredBuilds(at, 10)).map(({ build }) => build).sort();

  test('counts from when it was noted first, but what readers saw until now from now on', async () => {
    await on.ledger.retiredFiles.retireBuilds(HOUR, { shown: undefined, others: ['a', 'b'] });
    on.clock.advance(1000);
    const later = on.clock.now();
    await on.ledger.retiredFiles.retireBuilds(HOUR, { shown: 'a', others: ['a', 'b', 'c'] });

    expect(await due(later)).toEqual(['b']);
    expect(await due(new Date(later.getTime() + 1))).toEqual(['a', 'b', 'c']);
    await on.ledger.retiredFiles.forgetBuild(HOUR, 'a');
    expect(await due(new Date(later.getTime() + 1))).toEqual(['b', 'c']);
  });

  test('of nothing notes nothing', async () => {
    await on.ledger.retiredFiles.retireBuilds(HOUR, { shown: undefined, others: [] });
    on.clock.advance(1);
    expect(await due(on.clock.now())).toEqual([]);
    expect(await on.ledger.partitionStates.allEntries()).toEqual([]);
  });

  test('of a mart is kept apart from builds, day by day', async () => {
    const old = { mart: 'daily_sales', day: '2026-11-01', run: 'run=e-1' };
    await on.ledger.retiredFiles.retireMartRuns(old.mart, old.day, {
      shown: old.run,
      others: [old.run, 'run=e-0'],
    });
    on.clock.advance(1);

    expect(await due(on.clock.now())).toEqual([]);
    const noted = await on.ledger.retiredFiles.retiredMartRuns(on.clock.now(), 10);
    expect(noted.map(({ run }) => run).sort()).toEqual(['run=e-0', 'run=e-1']);
    expect(noted).toContainEqual(old);
    await on.ledger.retiredFiles.forgetMartRun(old);
    expect(await on.ledger.retiredFiles.retiredMartRuns(on.clock.now(), 10)).toEqual([
      { ...old, run: 'run=e-0' },
    ]);
    expect(await on.ledger.partitionStates.allEntries()).toEqual([]);
  });

  describe('retired builds', () => {
    test('a replaced build is retired from the moment it was replaced', async () => {
      await on.commit(HOUR, 'a');
      on.clock.advance(1000);
      await on.commit(HOUR, 'b');
      const replaced = on.clock.now();

      expect(await on.ledger.retiredFiles.retiredBuilds(replaced, 10)).toEqual([]);
      expect(await on.ledger.retiredFiles.retiredBuilds(new Date(replaced.getTime() + 1), 10)).toEqual([
        { partition: HOUR, build: 'a' },
      ]);
    });

    test('forgetting one leaves the others, and nothing is left in the index after the last', async () => {
      for (const id of ['a', 'b', 'c']) await on.commit(HOUR, id);
      const later = new Date(on.clock.now().getTime() + 1);

      await on.ledger.retiredFiles.forgetBuild(HOUR, 'a');
      expect(await on.ledger.retiredFiles.retiredBuilds(later, 10)).toEqual([
        { partition: HOUR, build: 'b' },
      ]);
      await on.ledger.retiredFiles.forgetBuild(HOUR, 'b');
      expect(await on.ledger.retiredFiles.retiredBuilds(later, 10)).toEqual([]);
      await on.ledger.retiredFiles.forgetBuild(HOUR, 'b');

      await on.commit(HOUR, 'd');
      expect(await on.ledger.retiredFiles.retiredBuilds(later, 10)).toEqual([
        { partition: HOUR, build: 'c' },
      ]);
    });
  });
});
