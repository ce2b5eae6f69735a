import { describe, expect, test } from '@jest/globals';
import { importBatch, rawKey } from '../../../src/lake/layout.ts';
import { build, contract, HOUR, LEASE_MS } from './support/contract.ts';

contract('partition states', (on) => {
  test('all entries are the partitions alone, in order, without days and observed schemas', async () => {
    await on.commit('2026-11-01T06', 'b');
    await on.ledger.partitionStates.markStale('2015-01-01T00', on.clock.now());
    await on.ledger.observedSchemas.note('page_view', ['extra:string']);

    const entries = await on.ledger.partitionStates.allEntries();

    expect(entries.map((entry) => [entry.partition, entry.stale])).toEqual([
      ['2015-01-01T00', true],
      ['2026-11-01T06', false],
    ]);
  });

  test('a lock is renewed after its lease as long as nobody has had it since', async () => {
    await on.ledger.partitionStates.lock(HOUR, 'slow', on.clock.now(), LEASE_MS);
    const later = new Date(on.clock.now().getTime() + 2 * LEASE_MS);
    expect(await on.ledger.partitionStates.renew(HOUR, 'slow', later, LEASE_MS)).toBe(true);
    await expect(on.ledger.partitionStates.lock(HOUR, 'quick', later, LEASE_MS)).rejects.toMatchObject({
      name: 'Conflict',
    });

    const muchLater = new Date(later.getTime() + 2 * LEASE_MS);
    await on.ledger.partitionStates.lock(HOUR, 'quick', muchLater, LEASE_MS);
    await on.ledger.partitionStates.unlock(HOUR, 'quick');
    expect(await on.ledger.partitionStates.renew(HOUR, 'slow', muchLater, LEASE_MS)).toBe(false);
  });

  test("a lock that somebody else has by now is not renewed by the one who lost it, and stays the other's", async () => {
    const { partitionStates } = on.ledger;
    await partitionStates.lock(HOUR, 'slow', on.clock.now(), LEASE_MS);
    on.clock.advance(LEASE_MS);
    await partitionStates.lock(HOUR, 'quick', on.clock.now(), LEASE_MS);

    expect(await partitionStates.renew(HOUR, 'slow', on.clock.now(), 10 * LEASE_MS)).toBe(false);

    await partitionStates.commit(HOUR, 'quick', 0, build('a'));
    expect(await partitionStates.entry(HOUR)).toMatchObject({ committed: { build: 'a' } });
  });

  test('a renewal by a stranger does not lengthen the lease of the owner', async () => {
    const { partitionStates } = on.ledger;
    await partitionStates.lock(HOUR, 'owner', on.clock.now(), LEASE_MS);
    expect(await partitionStates.renew(HOUR, 'stranger', on.clock.now(), 10 * LEASE_MS)).toBe(false);
    on.clock.advance(LEASE_MS);
    await partitionStates.lock(HOUR, 'next', on.clock.now(), LEASE_MS);
  });

  describe('what is taken back', () => {
    const keys = [3, 4].map((rows) => rawKey(HOUR, importBatch('3f2a9c01d2e4', 0, rows), rows));

    test('is noted once, makes the hour stale, and is forgotten with the build during which nothing was', async () => {
      const { partitionStates } = on.ledger;
      await on.commit(HOUR, 'a');
      for (const _ of ['first', 'again']) await partitionStates.withdraw(HOUR, keys, on.clock.now());
      expect(await partitionStates.entry(HOUR)).toMatchObject({ stale: true, withdrawn: 7 });

      const { landings } = await partitionStates.lock(HOUR, 'early', on.clock.now(), LEASE_MS);
      await partitionStates.withdraw(HOUR, keys, on.clock.now());
      await partitionStates.commit(HOUR, 'early', landings, build('b'));
      expect(await partitionStates.entry(HOUR)).toMatchObject({ stale: true, withdrawn: 7 });

      const seen = await partitionStates.lock(HOUR, 'late', on.clock.now(), LEASE_MS);
      await partitionStates.commit(HOUR, 'late', seen.landings, build('c'));
      const entry = await partitionStates.entry(HOUR);
      expect([entry?.stale, entry?.withdrawn]).toEqual([false, undefined]);
    });

    test('leaves an hour that was never built clean, unless something landed meanwhile or it has a build', async () => {
      const { partitionStates } = on.ledger;
      const isStale = async () => (await partitionStates.entry(HOUR))?.stale;
      await partitionStates.markStale(HOUR, on.clock.now());
      await partitionStates.withdraw(HOUR, keys, on.clock.now());
      await partitionStates.forgetEmpty(HOUR, 1);
      expect(await isStale()).toBe(true);
      const failure = {
        error: 'PartitionTooLarge',
        cause: 'too large',
        at: '2026-11-01T06:00:00.000Z',
        execution: 'e',
      };
      await partitionStates.recordFailure(HOUR, failure);
      await partitionStates.forgetEmpty(HOUR, 2);
      expect(await isStale()).toBe(false);
      expect((await partitionStates.entry(HOUR))?.lastFailure).toBeNull();
      await on.commit(HOUR, 'a');
      await partitionStates.withdraw(HOUR, keys, on.clock.now());
      await partitionStates.forgetEmpty(HOUR, (await partitionStates.entry(HOUR))?.landings ?? 0);
      expect(await isStale()).toBe(true);
    });
  });

  describe('the stale mark', () => {
    test('of more partitions than asked for the newest come, then the oldest; of as many as asked for all, in order', async () => {
      const hours = ['00', '01', '02', '03', '04', '05'].map((hour) => `2026-11-01T${hour}`);
      for (const hour of hours) await on.ledger.partitionStates.markStale(hour, on.clock.now());

      expect(await on.ledger.partitionStates.stale(5)).toEqual({
        partitions: ['05', '04', '00', '01', '02'].map((hour) => `2026-11-01T${hour}`),
        more: true,
      });
      expect(await on.ledger.partitionStates.stale(6)).toEqual({ partitions: hours, more: false });
    });

    test('a landing makes a partition stale since the first of its landings', async () => {
      await on.ledger.partitionStates.markStale(HOUR, new Date('2026-11-01T06:00:00.000Z'));
      await on.ledger.partitionStates.markStale(HOUR, new Date('2026-11-01T07:00:00.000Z'));

      expect(await on.ledger.partitionStates.entry(HOUR)).toEqual({
        partition: HOUR,
        landings: 2,
        stale: true,
        staleSince: '2026-11-01T06:00:00.000Z',
        committed: null,
        lastFailure: null,
      });
    });

    test('stale partitions come oldest hour first, however they landed', async () => {
      for (const partition of ['2026-11-01T10', '2025-01-01T00', '2026-11-01T09']) {
        await on.ledger.partitionStates.markStale(partition, on.clock.now());
      }

      expect(await on.ledger.partitionStates.stale(3)).toEqual({
        partitions: ['2025-01-01T00', '2026-11-01T09', '2026-11-01T10'],
        more: false,
      });
    });

    test('a commit clears the mark and records the build', async () => {
      await on.commit(HOUR, 'a');

      expect(await on.ledger.partitionStates.entry(HOUR)).toEqual({
        partition: HOUR,
        landings: 1,
        stale: false,
        staleSince: null,
        committed: build('a'),
        lastFailure: null,
      });
      expect(await on.ledger.partitionStates.stale(10)).toEqual({ partitions: [], more: false });
    });

    test('an event that lands during a build leaves the partition stale, and the build is committed all the same', async () => {
      await on.ledger.partitionStates.markStale(HOUR, on.clock.now());
      const { landings } = await on.ledger.partitionStates.lock(HOUR, 'run', on.clock.now(), LEASE_MS);
      await on.ledger.partitionStates.markStale(HOUR, on.clock.now());

      await on.ledger.partitionStates.commit(HOUR, 'run', landings, build('a'));

      const entry = await on.ledger.partitionStates.entry(HOUR);
      expect(entry).toMatchObject({ stale: true, landings: 2, committed: { build: 'a' } });
      expect((await on.ledger.partitionStates.stale(10)).partitions).toEqual([HOUR]);
      await on.ledger.partitionStates.lock(HOUR, 'another run', on.clock.now(), LEASE_MS);
    });

    test('an older build that is committed once more, by a late echo of its lock and a repeated Publish, leaves the partition stale', async () => {
      const { partitionStates } = on.ledger;
      await partitionStates.markStale(HOUR, on.clock.now());
      const { landings } = await partitionStates.lock(HOUR, 'older', on.clock.now(), LEASE_MS);
      await partitionStates.markStale(HOUR, on.clock.now());
      await partitionStates.commit(HOUR, 'older', landings, build('a'));
      const newer = await partitionStates.lock(HOUR, 'newer', on.clock.now(), LEASE_MS);
      await partitionStates.commit(HOUR, 'newer', newer.landings, build('b'));
      expect(await partitionStates.entry(HOUR)).toMatchObject({ stale: false, committed: { build: 'b' } });

      on.clock.advance(1000);
      await partitionStates.lock(HOUR, 'older', on.clock.now(), LEASE_MS);
      await partitionStates.commit(HOUR, 'older', landings, build('a'));

      expect(await partitionStates.entry(HOUR)).toMatchObject({
        stale: true,
        staleSince: on.clock.now().toISOString(),
        committed: { build: 'a' },
      });
      expect((await partitionStates.stale(10)).partitions).toEqual([HOUR]);
    });

    test('a partition that never landed here can be locked and committed', async () => {
      const entry = await on.ledger.partitionStates.lock(HOUR, 'run', on.clock.now(), LEASE_MS);
      await on.ledger.partitionStates.commit(HOUR, 'run', entry.landings, build('a'));

      expect(await on.ledger.partitionStates.entry(HOUR)).toMatchObject({
        landings: 0,
        stale: false,
        committed: { build: 'a' },
      });
    });
  });

  describe('the lock', () => {
    test('a second owner is refused while the lease runs, and told who has it', async () => {
      await on.ledger.partitionStates.lock(HOUR, 'first', on.clock.now(), LEASE_MS);
      on.clock.advance(LEASE_MS - 1);

      await expect(
        on.ledger.partitionStates.lock(HOUR, 'second', on.clock.now(), LEASE_MS),
      ).rejects.toMatchObject({
        name: 'Conflict',
        message: expect.stringContaining('locked by execution first'),
      });
    });

    test('a lease that has run out is taken over, and its first owner can commit no more', async () => {
      await on.ledger.partitionStates.markStale(HOUR, on.clock.now());
      await on.ledger.partitionStates.lock(HOUR, 'first', on.clock.now(), LEASE_MS);
      on.clock.advance(LEASE_MS);
      await on.ledger.partitionStates.lock(HOUR, 'second', on.clock.now(), LEASE_MS);

      await expect(on.ledger.partitionStates.commit(HOUR, 'first', 1, build('a'))).rejects.toMatchObject({
        name: 'Conflict',
      });
      expect(await on.ledger.partitionStates.entry(HOUR)).toMatchObject({ stale: true, committed: null });
    });

    test('committing again after the answer was lost succeeds, for the build that was committed only', async () => {
      await on.commit(HOUR, 'a');

      await on.ledger.partitionStates.commit(HOUR, 'run', 1, build('a'));
      await expect(on.ledger.partitionStates.commit(HOUR, 'run', 1, build('b'))).rejects.toMatchObject({
        name: 'Conflict',
      });
      expect((await on.ledger.partitionStates.entry(HOUR))?.committed).toEqual(build('a'));
    });

    test('its owner renews it', async () => {
      await on.ledger.partitionStates.lock(HOUR, 'first', on.clock.now(), LEASE_MS);
      on.clock.advance(LEASE_MS - 1);
      await on.ledger.partitionStates.lock(HOUR, 'first', on.clock.now(), LEASE_MS);
      on.clock.advance(LEASE_MS - 1);

      await expect(
        on.ledger.partitionStates.lock(HOUR, 'second', on.clock.now(), LEASE_MS),
      ).rejects.toMatchObject({
        name: 'Conflict',
      });
    });

    test('only its owner gives it back', async () => {
      await on.ledger.partitionStates.lock(HOUR, 'first', on.clock.now(), LEASE_MS);
      await on.ledger.partitionStates.unlock(HOUR, 'second');
      await expect(
        on.ledger.partitionStates.lock(HOUR, 'second', on.clock.now(), LEASE_MS),
      ).rejects.toMatchObject({
        name: 'Conflict',
      });

      await on.ledger.partitionStates.unlock(HOUR, 'first');
      await on.ledger.partitionStates.lock(HOUR, 'second', on.clock.now(), LEASE_MS);
    });

    test('is broken only as it was seen: one that was renewed since, or is another’s, stays', async () => {
      const { partitionStates } = on.ledger;
      expect(await partitionStates.heldLock(HOUR)).toBeUndefined();
      await partitionStates.lock(HOUR, 'first', on.clock.now(), LEASE_MS);
      const seen = { owner: 'first', until: on.clock.now().getTime() + LEASE_MS };
      expect(await partitionStates.heldLock(HOUR)).toEqual(seen);

      await partitionStates.renew(HOUR, 'first', on.clock.now(), LEASE_MS / 2);
      await partitionStates.breakLock(HOUR, seen);
      const renewed = { owner: 'first', until: on.clock.now().getTime() + LEASE_MS / 2 };
      expect(await partitionStates.heldLock(HOUR)).toEqual(renewed);
      await partitionStates.breakLock(HOUR, { ...renewed, owner: 'second' });
      expect(await partitionStates.heldLock(HOUR)).toEqual(renewed);

      await partitionStates.breakLock(HOUR, renewed);
      expect(await partitionStates.heldLock(HOUR)).toBeUndefined();
    });
  });

  describe('failures', () => {
    const failure = {
      error: 'RawObjectDamaged',
      cause: 'raw/… ends early',
      at: '2026-11-01T12:00:00.000Z',
      execution: 'run',
    };

    test('the last failure is kept until a build is committed', async () => {
      await on.ledger.partitionStates.markStale(HOUR, on.clock.now());
      await on.ledger.partitionStates.recordFailure(HOUR, failure);
      expect((await on.ledger.partitionStates.entry(HOUR))?.lastFailure).toEqual(failure);

      await on.commit(HOUR, 'a');
      expect((await on.ledger.partitionStates.entry(HOUR))?.lastFailure).toBeNull();
    });
  });

  describe('entries of a range', () => {
    test('are those of the hours from the first to before the last, in order', async () => {
      for (const partition of [
        '2026-11-01T02',
        '2026-10-31T23',
        '2026-11-01T00',
        '2026-11-05T04',
        '2026-11-05T05',
      ]) {
        await on.ledger.partitionStates.markStale(partition, on.clock.now());
      }

      // 102 hours: more than one BatchGetItem.
      const entries = await on.ledger.partitionStates.entries('2026-10-31T23', '2026-11-05T05');

      expect(entries.map((entry) => entry.partition)).toEqual([
        '2026-10-31T23',
        '2026-11-01T00',
        '2026-11-01T02',
        '2026-11-05T04',
      ]);
    });
  });
});
