import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DynamoLedger } from '../../src/aws/ledger.ts';
import { FULL, MAX_PROPERTIES_PER_EVENT_NAME } from '../../src/aws/ledgerShapes.ts';
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

  test('all entries are the partitions alone, in order, without days and shapes', async () => {
    await commit('2026-11-01T06', 'b');
    await ledger.markStale('2015-01-01T00', clock.now());
    await ledger.noteShapes('page_view', ['extra:string']);

    const entries = await ledger.allEntries();

    expect(entries.map((entry) => [entry.partition, entry.stale])).toEqual([
      ['2015-01-01T00', true],
      ['2026-11-01T06', false],
    ]);
  });

  test('a lock is renewed after its lease as long as nobody has had it since', async () => {
    await ledger.lock(HOUR, 'slow', clock.now(), LEASE_MS);
    const later = new Date(clock.now().getTime() + 2 * LEASE_MS);
    expect(await ledger.renew(HOUR, 'slow', later, LEASE_MS)).toBe(true);
    await expect(ledger.lock(HOUR, 'quick', later, LEASE_MS)).rejects.toMatchObject({ name: 'Conflict' });

    const muchLater = new Date(later.getTime() + 2 * LEASE_MS);
    await ledger.lock(HOUR, 'quick', muchLater, LEASE_MS);
    await ledger.unlock(HOUR, 'quick');
    expect(await ledger.renew(HOUR, 'slow', muchLater, LEASE_MS)).toBe(false);
  });

  describe('the stale mark', () => {
    test('a landing makes a partition stale since the first of its landings', async () => {
      await ledger.markStale(HOUR, new Date('2026-11-01T06:00:00.000Z'));
      await ledger.markStale(HOUR, new Date('2026-11-01T07:00:00.000Z'));

      expect(await ledger.entry(HOUR)).toEqual({
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
        await ledger.markStale(partition, clock.now());
      }

      expect(await ledger.stalePartitions(2)).toEqual({
        partitions: ['2025-01-01T00', '2026-11-01T09'],
        more: true,
      });
      expect((await ledger.stalePartitions(3)).more).toBe(false);
    });

    test('a commit clears the mark and records the build', async () => {
      await commit(HOUR, 'a');

      expect(await ledger.entry(HOUR)).toEqual({
        partition: HOUR,
        landings: 1,
        stale: false,
        staleSince: null,
        committed: build('a'),
        lastFailure: null,
      });
      expect(await ledger.stalePartitions(10)).toEqual({ partitions: [], more: false });
    });

    test('an event that lands during a build leaves the partition stale, and the build is committed all the same', async () => {
      await ledger.markStale(HOUR, clock.now());
      const { landings } = await ledger.lock(HOUR, 'run', clock.now(), LEASE_MS);
      await ledger.markStale(HOUR, clock.now());

      await ledger.commit(HOUR, 'run', landings, build('a'));

      const entry = await ledger.entry(HOUR);
      expect(entry).toMatchObject({ stale: true, landings: 2, committed: { build: 'a' } });
      expect((await ledger.stalePartitions(10)).partitions).toEqual([HOUR]);
      await ledger.lock(HOUR, 'another run', clock.now(), LEASE_MS);
    });

    test('a partition that never landed here can be locked and committed', async () => {
      const entry = await ledger.lock(HOUR, 'run', clock.now(), LEASE_MS);
      await ledger.commit(HOUR, 'run', entry.landings, build('a'));

      expect(await ledger.entry(HOUR)).toMatchObject({
        landings: 0,
        stale: false,
        committed: { build: 'a' },
      });
    });
  });

  describe('the lock', () => {
    test('a second owner is refused while the lease runs, and told who has it', async () => {
      await ledger.lock(HOUR, 'first', clock.now(), LEASE_MS);
      clock.advance(LEASE_MS - 1);

      await expect(ledger.lock(HOUR, 'second', clock.now(), LEASE_MS)).rejects.toMatchObject({
        name: 'Conflict',
        message: expect.stringContaining('locked by execution first'),
      });
    });

    test('a lease that has run out is taken over, and its first owner can commit no more', async () => {
      await ledger.markStale(HOUR, clock.now());
      await ledger.lock(HOUR, 'first', clock.now(), LEASE_MS);
      clock.advance(LEASE_MS);
      await ledger.lock(HOUR, 'second', clock.now(), LEASE_MS);

      await expect(ledger.commit(HOUR, 'first', 1, build('a'))).rejects.toMatchObject({ name: 'Conflict' });
      expect(await ledger.entry(HOUR)).toMatchObject({ stale: true, committed: null });
    });

    test('committing again after the answer was lost succeeds, for the build that was committed only', async () => {
      await commit(HOUR, 'a');

      await ledger.commit(HOUR, 'run', 1, build('a'));
      await expect(ledger.commit(HOUR, 'run', 1, build('b'))).rejects.toMatchObject({ name: 'Conflict' });
      expect((await ledger.entry(HOUR))?.committed).toEqual(build('a'));
    });

    test('its owner renews it', async () => {
      await ledger.lock(HOUR, 'first', clock.now(), LEASE_MS);
      clock.advance(LEASE_MS - 1);
      await ledger.lock(HOUR, 'first', clock.now(), LEASE_MS);
      clock.advance(LEASE_MS - 1);

      await expect(ledger.lock(HOUR, 'second', clock.now(), LEASE_MS)).rejects.toMatchObject({
        name: 'Conflict',
      });
    });

    test('only its owner gives it back', async () => {
      await ledger.lock(HOUR, 'first', clock.now(), LEASE_MS);
      await ledger.unlock(HOUR, 'second');
      await expect(ledger.lock(HOUR, 'second', clock.now(), LEASE_MS)).rejects.toMatchObject({
        name: 'Conflict',
      });

      await ledger.unlock(HOUR, 'first');
      await ledger.lock(HOUR, 'second', clock.now(), LEASE_MS);
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
      await ledger.markStale(HOUR, clock.now());
      await ledger.recordFailure(HOUR, failure);
      expect((await ledger.entry(HOUR))?.lastFailure).toEqual(failure);

      await commit(HOUR, 'a');
      expect((await ledger.entry(HOUR))?.lastFailure).toBeNull();
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
        await ledger.markStale(partition, clock.now());
      }

      // 102 hours: more than one BatchGetItem.
      const entries = await ledger.entries('2026-10-31T23', '2026-11-05T05');

      expect(entries.map((entry) => entry.partition)).toEqual([
        '2026-10-31T23',
        '2026-11-01T00',
        '2026-11-01T02',
        '2026-11-05T04',
      ]);
    });
  });

  describe('retired builds', () => {
    test('a replaced build is retired from the moment it was replaced', async () => {
      await commit(HOUR, 'a');
      clock.advance(1000);
      await commit(HOUR, 'b');
      const replaced = clock.now();

      expect(await ledger.retiredBuilds(replaced, 10)).toEqual([]);
      expect(await ledger.retiredBuilds(new Date(replaced.getTime() + 1), 10)).toEqual([
        { partition: HOUR, build: 'a' },
      ]);
    });

    test('forgetting one leaves the others, and nothing is left in the index after the last', async () => {
      for (const id of ['a', 'b', 'c']) await commit(HOUR, id);
      const later = new Date(clock.now().getTime() + 1);

      await ledger.forgetRetired(HOUR, 'a');
      expect(await ledger.retiredBuilds(later, 10)).toEqual([{ partition: HOUR, build: 'b' }]);
      await ledger.forgetRetired(HOUR, 'b');
      expect(await ledger.retiredBuilds(later, 10)).toEqual([]);
      await ledger.forgetRetired(HOUR, 'b');

      await commit(HOUR, 'd');
      expect(await ledger.retiredBuilds(later, 10)).toEqual([{ partition: HOUR, build: 'c' }]);
    });
  });

  describe('shapes', () => {
    test('a shape is new once, and each new one asks for a crawl', async () => {
      expect(await ledger.noteShapes('page_view', ['url:string', 'n:number'])).toEqual([
        'url:string',
        'n:number',
      ]);
      expect(await ledger.noteShapes('page_view', ['url:string'])).toEqual([]);
      expect(await ledger.noteShapes('order', ['url:string'])).toEqual(['url:string']);

      expect(await ledger.crawlWanted()).toEqual({ pending: true, wanted: 2 });
    });

    test('a crawl that ended does not cover the shapes noted while it ran', async () => {
      await ledger.noteShapes('page_view', ['a:string']);
      const { wanted } = await ledger.crawlWanted();
      await ledger.noteShapes('page_view', ['b:string']);
      await ledger.crawlDone(wanted);
      expect(await ledger.crawlWanted()).toEqual({ pending: true, wanted: 2 });

      await ledger.crawlDone(2);
      await ledger.crawlDone(1);
      expect(await ledger.crawlWanted()).toEqual({ pending: false, wanted: 2 });
    });
  });
});

describe('a set of shapes in DynamoDB', () => {
  test('an event whose property names never end fills it, says so once, and asks no more', async () => {
    ledger = await ledgers['the ledger in DynamoDB']!();
    const shapes = (from: number) =>
      Array.from({ length: MAX_PROPERTIES_PER_EVENT_NAME }, (_, at) => `key${from + at}:string`);

    expect(await ledger.noteShapes('odd', shapes(0))).toHaveLength(MAX_PROPERTIES_PER_EVENT_NAME);
    expect(await ledger.noteShapes('odd', shapes(MAX_PROPERTIES_PER_EVENT_NAME))).toEqual([FULL]);
    expect(await ledger.noteShapes('odd', shapes(5 * MAX_PROPERTIES_PER_EVENT_NAME))).toEqual([]);
    expect((await ledger.crawlWanted()).wanted).toBe(2);
  });
});
