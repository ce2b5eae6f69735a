import { beforeEach, expect, test } from '@jest/globals';
import { sweepBuilds } from '../../src/steps/sweeping.ts';
import {
  createFakeLedger,
  createFakeStore,
  type Effects,
  type FakeLedger,
  type FakeStore,
  fixedClock,
  recordEffects,
} from '../helpers/fakes.ts';

const HOUR_MS = 60 * 60 * 1000;
const clock = fixedClock();
const ago = (ms: number) => new Date(clock.now().getTime() - ms);

let effects: Effects;
let store: FakeStore;
let ledger: FakeLedger;

beforeEach(() => {
  effects = recordEffects();
  store = createFakeStore({ effects });
  ledger = createFakeLedger({ effects });
  for (const build of ['a', 'b', 'ab']) store.seed(fileOf(build), build);
});

const PARTITION = '2026-11-01T05';
const fileOf = (build: string) => `events/dt=2026-11-01/hr=05/build=${build}/part.parquet`;
const sweep = () => sweepBuilds({ store, ledger, clock });

test('a build replaced more than an hour ago goes: first its files, then its mark', async () => {
  ledger.retired.push({ partition: PARTITION, build: 'a', at: ago(HOUR_MS + 1) });

  expect(await sweep()).toEqual({ removed: 1 });
  expect(effects.list).toEqual([`remove ${fileOf('a')}`, `forgetRetired ${PARTITION} a`]);
  expect(store.keys()).toEqual([fileOf('ab'), fileOf('b')]);
});

test('a build replaced within the hour stays', async () => {
  ledger.retired.push({ partition: PARTITION, build: 'a', at: ago(HOUR_MS) });

  expect(await sweep()).toEqual({ removed: 0 });
  expect(effects.list).toEqual([]);
});

test('a build whose files cannot be removed is tried again by the next run', async () => {
  ledger.retired.push({ partition: PARTITION, build: 'a', at: ago(2 * HOUR_MS) });
  effects.failOn(/remove/, new Error('SlowDown'), 1);

  await expect(sweep()).rejects.toThrow('SlowDown');
  expect(ledger.retired).toHaveLength(1);
  expect(await sweep()).toEqual({ removed: 1 });
});

test('of a partition that waits for a build nothing goes: the build may have the name of one that was replaced', async () => {
  ledger.land(PARTITION);
  ledger.retired.push({ partition: PARTITION, build: 'a', at: ago(2 * HOUR_MS) });

  expect(await sweep()).toEqual({ removed: 0 });
  expect(effects.list).toEqual([]);
  expect(ledger.retired).toHaveLength(1);
});

test('a build that is the committed one again keeps its files', async () => {
  await ledger.lock(PARTITION, 'run', clock.now(), 1);
  const counts = { raw: 1, curated: 1, duplicates: 0, rejected: 0 };
  await ledger.commit(PARTITION, 'run', 0, {
    build: 'a',
    digest: 'd',
    counts,
    rawBytes: 1,
    parquetBytes: 1,
    engine: 'duckdb',
    builtAt: clock.now().toISOString(),
    buildMs: 1,
  });
  ledger.retired.push({ partition: PARTITION, build: 'a', at: ago(2 * HOUR_MS) });

  expect(await sweep()).toEqual({ removed: 0 });
  expect(store.keys()).toContain(fileOf('a'));
  expect(ledger.retired).toEqual([]);
});
