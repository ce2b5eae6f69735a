import { beforeEach, describe, expect, test } from '@jest/globals';
import { sweepReplaced } from '../../src/etl/sweeping.ts';
import { HOUR_MS } from '../../src/json/instants.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

const ago = (ms: number) => new Date(clock.now().getTime() - ms);

const { effects, clock, store, ledger, catalog } = eachFakePorts();

const sweep = () =>
  sweepReplaced({ store, ...ledger, catalog, clock, marts: ['daily_events', 'daily_sales'] });

describe('builds', () => {
  const PARTITION = '2026-11-01T05';
  const fileOf = (build: string) => `events/dt=2026-11-01/hr=05/build=${build}/part.parquet`;
  const retire = (build: string, at: Date) =>
    ledger.retiredFiles.builds.push({ partition: PARTITION, build, at });

  beforeEach(() => {
    for (const build of ['a', 'b', 'ab']) store.seed(fileOf(build), build);
  });

  test('a build replaced more than an hour ago goes: first its files, then its mark', async () => {
    retire('a', ago(HOUR_MS + 1));

    expect(await sweep()).toEqual({ removed: 1 });
    expect(effects.list).toEqual([`remove ${fileOf('a')}`, `forgetBuild ${PARTITION} a`]);
    expect(store.keys()).toEqual([fileOf('ab'), fileOf('b')]);
  });

  test('a build replaced within the hour stays', async () => {
    retire('a', ago(HOUR_MS));

    expect(await sweep()).toEqual({ removed: 0 });
    expect(effects.list).toEqual([]);
  });

  test('a build replaced twice counts from the second time', async () => {
    retire('a', ago(10 * HOUR_MS));
    retire('a', ago(HOUR_MS));

    expect(await sweep()).toEqual({ removed: 0 });
  });

  test('a build whose files cannot be removed is tried again by the next run', async () => {
    retire('a', ago(2 * HOUR_MS));
    effects.failOn(/remove/, new Error('SlowDown'), 1);

    await expect(sweep()).rejects.toThrow('SlowDown');
    expect(ledger.retiredFiles.builds).toHaveLength(1);
    expect(await sweep()).toEqual({ removed: 1 });
  });

  test('an hour that cannot be built any more loses its old builds all the same', async () => {
    ledger.partitionStates.land(PARTITION);
    retire('a', ago(2 * HOUR_MS));

    expect(await sweep()).toEqual({ removed: 1 });
  });

  test('a build that readers are sent to keeps its files, be it committed or not', async () => {
    retire('a', ago(2 * HOUR_MS));
    catalog.partitions.set('events/2026-11-01/05', 's3://lake/events/dt=2026-11-01/hr=05/build=a/');

    expect(await sweep()).toEqual({ removed: 0 });
    expect(store.keys()).toContain(fileOf('a'));
  });

  test('a build that is the committed one again keeps its files', async () => {
    await ledger.partitionStates.lock(PARTITION, 'run', clock.now(), 1);
    const counts = { raw: 1, curated: 1, duplicates: 0, rejected: 0 };
    await ledger.partitionStates.commit(PARTITION, 'run', 0, {
      build: 'a',
      digest: 'd',
      counts,
      rawBytes: 1,
      parquetBytes: 1,
      engine: 'duckdb',
      builtAt: clock.now().toISOString(),
      buildMs: 1,
    });
    retire('a', ago(2 * HOUR_MS));

    expect(await sweep()).toEqual({ removed: 0 });
    expect(store.keys()).toContain(fileOf('a'));
    expect(ledger.retiredFiles.builds).toEqual([]);
  });
});

describe('files of marts', () => {
  const DAY = '2026-11-01';
  const fileOf = (run: string) => `marts/daily_sales/run=${run}/dt=${DAY}/data`;
  const retire = (run: string, at: Date) =>
    ledger.retiredFiles.martRuns.push({ mart: 'daily_sales', day: DAY, run: `run=${run}`, at });

  beforeEach(() => {
    for (const run of ['1', '2']) store.seed(fileOf(run), run);
    store.seed('marts/daily_sales/run=1/dt=2026-11-02/data', 'another day of the same run');
  });

  test('replaced more than two hours ago go, day by day', async () => {
    retire('1', ago(2 * HOUR_MS + 1));

    expect(await sweep()).toEqual({ removed: 1 });
    expect(effects.list).toEqual([`remove ${fileOf('1')}`, `forgetMartRun daily_sales ${DAY} run=1`]);
  });

  test('replaced within two hours stay: their run may be yet to publish them', async () => {
    retire('1', ago(2 * HOUR_MS));

    expect(await sweep()).toEqual({ removed: 0 });
    expect(effects.list).toEqual([]);
  });

  test('of a mart that was removed go without asking for its table, which nobody may any more', async () => {
    ledger.retiredFiles.martRuns.push({
      ...{ mart: 'old_mart', day: DAY, run: 'run=1', at: ago(3 * HOUR_MS) },
    });
    store.seed(`marts/old_mart/run=1/dt=${DAY}/data`, 'x');
    const denied = {
      ...catalog,
      partitionLocation: () => Promise.reject(new Error('AccessDeniedException')),
    };
    expect(await sweepReplaced({ store, ...ledger, catalog: denied, clock, marts: [] })).toEqual({
      removed: 1,
    });
    expect(ledger.retiredFiles.martRuns).toEqual([]);
  });

  test('that readers are sent to stay, and leave the list', async () => {
    retire('1', ago(3 * HOUR_MS));
    catalog.partitions.set(`daily_sales/${DAY}`, `s3://lake/marts/daily_sales/run=1/dt=${DAY}/`);

    expect(await sweep()).toEqual({ removed: 0 });
    expect(store.keys()).toContain(fileOf('1'));
    expect(ledger.retiredFiles.martRuns).toEqual([]);
  });
});
