import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DynamoLedger } from '../../src/aws/ledger.ts';
import type { CommittedBuild, Ledger } from '../../src/ports.ts';
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
const LEASE_MS = 15 * 60 * 1000;

const build = (id: string): CommittedBuild => ({
  build: id,
  digest: `digest of ${id}`,
  counts: { raw: 10, curated: 7, duplicates: 2, rejected: 1 },
  rawBytes: 2048,
  parquetBytes: 512,
  engine: 'duckdb',
  builtAt: '2026-11-01T11:59:00.000Z',
  buildMs: 321,
});

/** Lands once, locks and commits, as a run does. */
const commit = async (partition: string, id: string) => {
  await ledger.markStale(partition, clock.now());
  const { landings } = await ledger.lock(partition, 'run', clock.now(), LEASE_MS);
  await ledger.commit(partition, 'run', landings, build(id));
};

describe.each(Object.keys(ledgers))('%s:', (kind) => {
  beforeEach(async () => {
    ledger = await ledgers[kind]!();
  });

  describe('pending days', () => {
    test('a published build makes its day pending, once however many partitions it has', async () => {
      await commit('2026-11-02T00', 'b');
      await commit('2026-11-01T05', 'a');
      await commit('2026-11-01T06', 'a');

      expect(await ledger.pendingDays(100)).toEqual([
        { day: '2026-11-01', changes: 2 },
        { day: '2026-11-02', changes: 1 },
      ]);
      expect(await ledger.pendingDays(1)).toEqual([{ day: '2026-11-01', changes: 2 }]);
    });

    test('committing the build that is already committed leaves the day alone', async () => {
      await commit(HOUR, 'a');
      await ledger.clearDays(await ledger.pendingDays(100));
      await commit(HOUR, 'a');

      expect(await ledger.pendingDays(100)).toEqual([]);
    });

    test('a day that changed while its checks ran stays pending', async () => {
      await commit('2026-11-01T05', 'a');
      await commit('2026-11-02T05', 'a');
      const days = await ledger.pendingDays(100);
      await commit('2026-11-01T06', 'a');

      await ledger.clearDays(days);

      expect(await ledger.pendingDays(100)).toEqual([{ day: '2026-11-01', changes: 2 }]);
    });
  });

  describe('hours of pending days', () => {
    const hours = async () => (await ledger.pendingDays(100)).map((day) => day.hours);
    const clear = async () => ledger.clearDays(await ledger.pendingDays(100));

    test('are not known before the day was cleared once: earlier versions noted none', async () => {
      await commit('2026-11-01T05', 'a');
      expect(await hours()).toEqual([undefined]);
    });

    test('are those published since it was cleared, each once, in order', async () => {
      await commit('2026-11-01T05', 'a');
      await clear();
      await commit('2026-11-01T07', 'a');
      await commit('2026-11-01T06', 'a');
      await commit('2026-11-01T07', 'b');
      expect(await hours()).toEqual([['06', '07']]);
    });

    test('stay until a run clears the day: one whose checks fail leaves them to the next', async () => {
      await commit('2026-11-01T05', 'a');
      await clear();
      await commit('2026-11-01T06', 'a');
      const late = await ledger.pendingDays(100);
      await commit('2026-11-01T07', 'a');
      await ledger.clearDays(late);
      expect(await hours()).toEqual([['06', '07']]);
      await clear();
      await commit('2026-11-01T08', 'a');
      expect(await hours()).toEqual([['08']]);
    });

    test('are not known of a day that was reopened after another run had cleared it', async () => {
      await commit('2026-11-01T05', 'a');
      const late = await ledger.pendingDays(100);
      await commit('2026-11-01T06', 'a');
      await clear();
      await ledger.reopenDays(late);
      expect(await hours()).toEqual([undefined]);
    });

    test('are not told with the counters of days that were asked for by name', async () => {
      await commit('2026-11-01T05', 'a');
      await clear();
      await commit('2026-11-01T06', 'a');
      expect(await ledger.dayCounters(['2026-11-01'])).toEqual([{ day: '2026-11-01', changes: 2 }]);
    });
  });

  describe('days of overlapping runs', () => {
    test('counters are read of any day, pending or not', async () => {
      await commit('2026-11-01T05', 'a');
      await commit('2026-11-01T06', 'a');
      await ledger.clearDays(await ledger.pendingDays(100));

      expect(await ledger.dayCounters(['2026-11-02', '2026-11-01'])).toEqual([
        { day: '2026-11-02', changes: 0 },
        { day: '2026-11-01', changes: 2 },
      ]);
    });

    test('a day that has moved is pending again, and neither run clears it', async () => {
      await commit('2026-11-01T05', 'a');
      const late = await ledger.pendingDays(100);
      await commit('2026-11-01T06', 'a');
      const newer = await ledger.pendingDays(100);

      await ledger.reopenDays(late);
      await ledger.clearDays(newer);
      await ledger.clearDays(late);

      expect(await ledger.pendingDays(100)).toEqual([{ day: '2026-11-01', changes: 3 }]);
    });

    test('a day that has not moved stays cleared, one that was never published stays unknown', async () => {
      await commit('2026-11-01T05', 'a');
      await ledger.clearDays(await ledger.pendingDays(100));

      await ledger.reopenDays(await ledger.dayCounters(['2026-11-01', '2026-11-02']));

      expect(await ledger.pendingDays(100)).toEqual([]);
      expect(await ledger.dayCounters(['2026-11-02'])).toEqual([{ day: '2026-11-02', changes: 0 }]);
    });
  });
});
