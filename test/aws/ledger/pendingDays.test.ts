import { describe, expect, test } from '@jest/globals';
import { fixedClock } from '../../helpers/fakes.ts';
import { onceDynamo } from '../../helpers/onceDynamo.ts';
import { Death, type Gate, ledgersOn } from '../../properties/support/fates.ts';
import { build, contract, HOUR, LEASE_MS } from './support/contract.ts';

contract('pending days', (on) => {
  describe('pending days', () => {
    test('a published build makes its day pending, once however many partitions it has', async () => {
      await on.commit('2026-11-02T00', 'b');
      await on.commit('2026-11-01T05', 'a');
      await on.commit('2026-11-01T06', 'a');

      expect(await on.ledger.pendingDays.list(100)).toMatchObject([
        { day: '2026-11-01', changes: 2 },
        { day: '2026-11-02', changes: 1 },
      ]);
      expect(await on.ledger.pendingDays.list(1)).toMatchObject([{ day: '2026-11-01', changes: 2 }]);
    });

    test('committing the build that is already committed leaves the day alone', async () => {
      await on.commit(HOUR, 'a');
      await on.ledger.pendingDays.clear(await on.ledger.pendingDays.list(100));
      await on.commit(HOUR, 'a');

      expect(await on.ledger.pendingDays.list(100)).toEqual([]);
    });

    test('a day that changed while its checks ran stays pending', async () => {
      await on.commit('2026-11-01T05', 'a');
      await on.commit('2026-11-02T05', 'a');
      const days = await on.ledger.pendingDays.list(100);
      await on.commit('2026-11-01T06', 'a');

      await on.ledger.pendingDays.clear(days);

      expect(await on.ledger.pendingDays.list(100)).toMatchObject([{ day: '2026-11-01', changes: 2 }]);
    });
  });

  describe('hours of pending days', () => {
    const hours = async () => (await on.ledger.pendingDays.list(100)).map((day) => day.hours);
    const clear = async () => on.ledger.pendingDays.clear(await on.ledger.pendingDays.list(100));

    test('are not known before the day was cleared once: earlier versions noted none', async () => {
      await on.commit('2026-11-01T05', 'a');
      expect(await hours()).toEqual([undefined]);
    });

    test('are those published since it was cleared, each once, in order', async () => {
      await on.commit('2026-11-01T05', 'a');
      await clear();
      await on.commit('2026-11-01T07', 'a');
      await on.commit('2026-11-01T06', 'a');
      await on.commit('2026-11-01T07', 'b');
      expect(await hours()).toEqual([['06', '07']]);
    });

    test('stay until a run clears the day: one whose checks fail leaves them to the next', async () => {
      await on.commit('2026-11-01T05', 'a');
      await clear();
      await on.commit('2026-11-01T06', 'a');
      const late = await on.ledger.pendingDays.list(100);
      await on.commit('2026-11-01T07', 'a');
      await on.ledger.pendingDays.clear(late);
      expect(await hours()).toEqual([['06', '07']]);
      await clear();
      await on.commit('2026-11-01T08', 'a');
      expect(await hours()).toEqual([['08']]);
    });

    test('are not known of a day that was reopened after another run had cleared it', async () => {
      await on.commit('2026-11-01T05', 'a');
      const late = await on.ledger.pendingDays.list(100);
      await on.commit('2026-11-01T06', 'a');
      await clear();
      await on.ledger.pendingDays.reopen(late);
      expect(await hours()).toEqual([undefined]);
    });

    test('are not known after a day was reopened or marked either, until it is cleared', async () => {
      await on.commit('2026-11-01T05', 'a');
      const late = await on.ledger.pendingDays.list(100);
      await on.commit('2026-11-01T06', 'a');
      for (const forget of [
        () => on.ledger.pendingDays.reopen(late),
        () => on.ledger.pendingDays.mark(['2026-11-01']),
      ]) {
        await clear();
        await forget();
        await on.commit('2026-11-01T07', 'b');
        expect(await hours()).toEqual([undefined]);
      }
      await clear();
      await on.commit('2026-11-01T08', 'b');
      expect(await hours()).toEqual([['08']]);
    });

    test('are not told with the counters of days that were asked for by name', async () => {
      await on.commit('2026-11-01T05', 'a');
      await clear();
      await on.commit('2026-11-01T06', 'a');
      expect(await on.ledger.pendingDays.counters(['2026-11-01'])).toEqual([
        { day: '2026-11-01', changes: 2 },
      ]);
    });
  });

  describe('since when a day waits', () => {
    const since = async () => (await on.ledger.pendingDays.list(100)).map((day) => day.since);
    const LONG_AGO = '1970-01-01T00:00:00.000Z';

    test('is when its first hour was published since it was cleared', async () => {
      await on.commit('2026-11-01T05', 'a');
      on.clock.advance(60 * 60 * 1_000);
      await on.commit('2026-11-01T06', 'a');
      expect(await since()).toEqual(['2026-11-01T12:00:00.000Z']);
      await on.ledger.pendingDays.clear(await on.ledger.pendingDays.list(100));
      await on.commit('2026-11-01T07', 'a');
      expect(await since()).toEqual(['2026-11-01T13:00:00.000Z']);
    });

    test('is long ago for days that were marked or reopened: these are not to wait', async () => {
      await on.ledger.pendingDays.mark(['2026-11-01']);
      await on.commit('2026-11-01T05', 'a');
      expect(await since()).toEqual([LONG_AGO]);
      const late = await on.ledger.pendingDays.list(100);
      await on.commit('2026-11-01T06', 'a');
      await on.ledger.pendingDays.clear(await on.ledger.pendingDays.list(100));
      await on.ledger.pendingDays.reopen(late);
      expect(await since()).toEqual([LONG_AGO]);
    });
  });

  describe('days that are marked', () => {
    test('are pending, also those of which nothing was published, and no run that began before clears them', async () => {
      await on.commit('2026-11-01T05', 'a');
      const before = await on.ledger.pendingDays.list(100);
      await on.ledger.pendingDays.mark(['2026-11-01', '2026-11-02']);
      await on.ledger.pendingDays.clear(before);
      expect(await on.ledger.pendingDays.list(100)).toMatchObject([
        { day: '2026-11-01', changes: 2 },
        { day: '2026-11-02', changes: 1 },
      ]);
    });
  });

  test('the time zone of the marts is UTC until another one is noted, and is no partition', async () => {
    expect(await on.ledger.pendingDays.timeZone()).toBe('UTC');
    await on.ledger.pendingDays.setTimeZone('Asia/Seoul');
    await on.ledger.pendingDays.setTimeZone('Asia/Kolkata');
    expect(await on.ledger.pendingDays.timeZone()).toBe('Asia/Kolkata');
    expect(await on.ledger.partitionStates.allEntries()).toEqual([]);
    expect(await on.ledger.pendingDays.list(100)).toEqual([]);
  });

  describe('days of overlapping runs', () => {
    test('counters are read of any day, pending or not', async () => {
      await on.commit('2026-11-01T05', 'a');
      await on.commit('2026-11-01T06', 'a');
      await on.ledger.pendingDays.clear(await on.ledger.pendingDays.list(100));

      expect(await on.ledger.pendingDays.counters(['2026-11-02', '2026-11-01'])).toEqual([
        { day: '2026-11-02', changes: 0 },
        { day: '2026-11-01', changes: 2 },
      ]);
    });

    test('a day that has moved is pending again, and neither run clears it', async () => {
      await on.commit('2026-11-01T05', 'a');
      const late = await on.ledger.pendingDays.list(100);
      await on.commit('2026-11-01T06', 'a');
      const newer = await on.ledger.pendingDays.list(100);

      await on.ledger.pendingDays.reopen(late);
      await on.ledger.pendingDays.clear(newer);
      await on.ledger.pendingDays.clear(late);

      expect(await on.ledger.pendingDays.list(100)).toMatchObject([{ day: '2026-11-01', changes: 3 }]);
    });

    test('a day that has not moved stays cleared, one that was never published stays unknown', async () => {
      await on.commit('2026-11-01T05', 'a');
      await on.ledger.pendingDays.clear(await on.ledger.pendingDays.list(100));

      await on.ledger.pendingDays.reopen(await on.ledger.pendingDays.counters(['2026-11-01', '2026-11-02']));

      expect(await on.ledger.pendingDays.list(100)).toEqual([]);
      expect(await on.ledger.pendingDays.counters(['2026-11-02'])).toEqual([
        { day: '2026-11-02', changes: 0 },
      ]);
    });
  });
});

describe('a commit in DynamoDB', () => {
  const dynamo = onceDynamo();

  test.each([0, 1])(
    'that ends before its change %i has no build of which the day does not wait for its marts',
    async (last) => {
      const ledgers = ledgersOn(dynamo, await dynamo.createLedgerTable());
      const { partitionStates, pendingDays } = ledgers(undefined, fixedClock());
      const { landings } = await partitionStates.lock(HOUR, 'run', new Date(0), LEASE_MS);
      let changes = 0;
      const dying: Gate = async (call, isChange) => {
        if (isChange && changes++ === last) throw new Death('the function was killed');
        return call();
      };

      const dead = ledgers(dying, fixedClock()).partitionStates;
      await expect(dead.commit(HOUR, 'run', landings, build('a'))).rejects.toThrow(Death);

      const isCommitted = (await partitionStates.entry(HOUR))?.committed != null;
      const days = (await pendingDays.list(10)).map(({ day }) => day);
      expect(isCommitted).toBe(false);
      expect(days).toEqual(last === 0 ? [] : ['2026-11-01']);
    },
  );
});
