import { expect, test } from '@jest/globals';
import { build, contract, HOUR } from './support/contract.ts';

contract('restoring partition states', (on) => {
  const restore = (id: string, retired: string[] = []) =>
    on.ledger.partitionStates.restore(HOUR, { landings: 3, build: build(id), retired });

  test('puts an unknown hour back as its build left it, clean, and its day pending', async () => {
    expect(await restore('a')).toBe(true);
    expect(await on.ledger.partitionStates.entry(HOUR)).toEqual({
      partition: HOUR,
      landings: 3,
      stale: false,
      staleSince: null,
      committed: build('a'),
      lastFailure: null,
    });
    expect(await on.ledger.pendingDays.list(10)).toMatchObject([{ day: '2026-11-01', changes: 1 }]);
  });

  test('keeps a stale mark and its counter, which a build under way may have read', async () => {
    await on.ledger.partitionStates.markStale(HOUR, on.clock.now());
    expect(await restore('a')).toBe(true);
    expect(await on.ledger.partitionStates.entry(HOUR)).toMatchObject({
      stale: true,
      landings: 1,
      committed: { build: 'a' },
    });
  });

  test('changes nothing of an hour whose build is known', async () => {
    await restore('a');
    expect(await restore('b', ['c'])).toBe(false);
    expect(await on.ledger.partitionStates.entry(HOUR)).toMatchObject({ committed: { build: 'a' } });
    on.clock.advance(1);
    expect(await on.ledger.retiredFiles.retiredBuilds(on.clock.now(), 10)).toEqual([]);
  });

  test('changes nothing of an hour that a run holds', async () => {
    await on.ledger.partitionStates.lock(HOUR, 'run', on.clock.now(), 60_000);
    expect(await restore('a')).toBe(false);
    expect(await on.ledger.partitionStates.entry(HOUR)).toMatchObject({ committed: null });
  });

  test('notes the other builds for removal, each from now on', async () => {
    await restore('a', ['b', 'c']);
    expect(await on.ledger.retiredFiles.retiredBuilds(on.clock.now(), 10)).toEqual([]);
    on.clock.advance(1);
    const retired = await on.ledger.retiredFiles.retiredBuilds(on.clock.now(), 10);
    expect(retired.map((one) => one.build).sort()).toEqual(['b', 'c']);
  });
});
