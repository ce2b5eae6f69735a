import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DynamoLedger } from '../../src/aws/ledger.ts';
import type { CommittedBuild, Ledger } from '../../src/ports.ts';
import { type LocalDynamo, startDynamo } from '../helpers/dynamo.ts';
import { createFakeLedger, type FixedClock, fixedClock } from '../helpers/fakes.ts';

let dynamo: LocalDynamo;
let clock: FixedClock;
let ledger: Ledger;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());
beforeEach(() => {
  clock = fixedClock('2026-11-01T12:00:00.000Z');
});

/** The fake that other tests build upon keeps the same rules. */
const ledgers: Record<string, () => Promise<Ledger>> = {
  'the ledger in DynamoDB': async () =>
    new DynamoLedger(dynamo.client, await dynamo.createLedgerTable(), clock),
  'the fake of the tests': async () => createFakeLedger({ now: clock.now }),
};

const HOUR = '2026-11-01T05';

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

const restore = (id: string, retired: string[] = []) =>
  ledger.restore(HOUR, { landings: 3, build: build(id), retired });

describe.each(Object.keys(ledgers))('restoring %s', (kind) => {
  beforeEach(async () => {
    ledger = await ledgers[kind]!();
  });

  test('puts an unknown hour back as its build left it, clean, and its day pending', async () => {
    expect(await restore('a')).toBe(true);
    expect(await ledger.entry(HOUR)).toEqual({
      partition: HOUR,
      landings: 3,
      stale: false,
      staleSince: null,
      committed: build('a'),
      lastFailure: null,
    });
    expect(await ledger.pendingDays(10)).toEqual([{ day: '2026-11-01', changes: 1 }]);
  });

  test('keeps a stale mark and its counter, which a build under way may have read', async () => {
    await ledger.markStale(HOUR, clock.now());
    expect(await restore('a')).toBe(true);
    expect(await ledger.entry(HOUR)).toMatchObject({ stale: true, landings: 1, committed: { build: 'a' } });
  });

  test('changes nothing of an hour whose build is known', async () => {
    await restore('a');
    expect(await restore('b', ['c'])).toBe(false);
    expect(await ledger.entry(HOUR)).toMatchObject({ committed: { build: 'a' } });
    clock.advance(1);
    expect(await ledger.retiredBuilds(clock.now(), 10)).toEqual([]);
  });

  test('changes nothing of an hour that a run holds', async () => {
    await ledger.lock(HOUR, 'run', clock.now(), 60_000);
    expect(await restore('a')).toBe(false);
    expect(await ledger.entry(HOUR)).toMatchObject({ committed: null });
  });

  test('notes the other builds for removal, each from now on', async () => {
    await restore('a', ['b', 'c']);
    expect(await ledger.retiredBuilds(clock.now(), 10)).toEqual([]);
    clock.advance(1);
    const retired = await ledger.retiredBuilds(clock.now(), 10);
    expect(retired.map((one) => one.build).sort()).toEqual(['b', 'c']);
  });
});
