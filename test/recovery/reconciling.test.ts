import { describe, expect, test } from '@jest/globals';
import { buildFolder, parquetKey, rawFolder, rawKey } from '../../src/lake/layout.ts';
import { assertBalanced, reconcilePartitions, reconcileRange } from '../../src/recovery/reconciling.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';
import { fixedClock } from '../helpers/fakes.ts';

const clock = fixedClock('2026-11-05T12:00:00.000Z');
/** What lies in the lake lies there since the morning. */
const { store, ledger, catalog } = eachFakePorts('2026-11-05T06:00:00.000Z');
const ports = () => ({ store, ...ledger, catalog, clock });

/** An hour of two raw objects that is built, published and committed. */
const built = async (partition: string) => {
  store.seed(rawKey(partition, 's-1', 2), 'a\nb\n');
  store.seed(rawKey(partition, 's-2', 1), 'c\n');
  store.seed(parquetKey(partition, 'a1', 'events', 3), 'parquet');
  await catalog.pointPartition('events', partition.split('T'), store.uri(buildFolder(partition, 'a1')));
  const raw = await store.list(rawFolder(partition));
  await ledger.partitionStates.lock(partition, 'run', clock.now(), 1);
  await ledger.partitionStates.commit(partition, 'run', 0, {
    build: 'a1',
    digest: 'd',
    counts: { raw: 3, curated: 3, duplicates: 0, rejected: 0 },
    rawBytes: raw.reduce((sum, { bytes }) => sum + bytes, 0),
    parquetBytes: 7,
    engine: 'duckdb',
    builtAt: clock.now().toISOString(),
    buildMs: 1,
  });
};

describe('a range', () => {
  test('is counted hour by hour, and what was never built waits', async () => {
    await built('2026-11-01T05');
    store.seed('raw/dt=2026-11-01/hr=07/s-1-n4.ndjson.gz', 'w\nx\ny\nz\n');
    ledger.partitionStates.land('2026-11-01T07');

    const { balances, differences } = await reconcileRange(undefined, ports());

    expect(differences).toEqual([]);
    expect(balances).toMatchObject([
      { partition: '2026-11-01T05', raw: 3, parquet: 3, counts: { curated: 3 }, pending: 0 },
      { partition: '2026-11-01T07', raw: 4, parquet: null, counts: null, pending: 4 },
    ]);
  });

  test('begins and ends where it was told to', async () => {
    for (const hour of ['2026-11-01T05', '2026-11-01T06', '2026-11-02T00']) await built(hour);
    const { balances } = await reconcileRange({ from: '2026-11-01T06', to: '2026-11-02T00' }, ports());
    expect(balances.map(({ partition }) => partition)).toEqual(['2026-11-01T06']);
  });

  test('of a year lists the days that exist, and no other', async () => {
    await built('2026-03-01T05');
    await built('2026-11-01T05');
    const asked: string[] = [];
    const list = (prefix: string) => {
      asked.push(prefix);
      return store.list(prefix);
    };
    const watched = { ...store, list };
    await reconcileRange({ from: '2026-01-01T00', to: '2027-01-01T00' }, { ...ports(), store: watched });
    expect(asked.sort()).toEqual([
      'events/dt=2026-03-01/',
      'events/dt=2026-11-01/',
      'raw/dt=2026-03-01/',
      'raw/dt=2026-11-01/',
    ]);
  });

  test('finds what only one place knows of', async () => {
    store.seed('raw/dt=2026-11-01/hr=01/s-1-n1.ndjson.gz', 'a\n');
    await catalog.pointPartition(
      'events',
      ['2026-11-01', '02'],
      's3://lake/events/dt=2026-11-01/hr=02/build=b/',
    );
    await ledger.partitionStates.markStale('2026-11-01T03', clock.now());
    store.seed('quarantine/dt=2026-11-01/hr=04/s-1-n2.ndjson.gz', '{}\n{}\n');

    const { balances, differences } = await reconcileRange(undefined, ports());

    expect(balances.map(({ partition }) => partition.slice(11))).toEqual(['01', '02', '03', '04']);
    expect(differences.map(({ partition, stage }) => `${partition} ${stage}`)).toEqual([
      '2026-11-01T01 build',
      '2026-11-01T02 publish',
    ]);
  });

  test('names every hour of which a raw object was removed', async () => {
    await built('2026-11-01T05');
    await built('2026-11-01T06');
    store.objects.delete('raw/dt=2026-11-01/hr=06/s-2-n1.ndjson.gz');
    const { differences } = await reconcileRange(undefined, ports());
    expect(differences).toEqual([
      {
        partition: '2026-11-01T06',
        stage: 'raw',
        message: expect.stringContaining('raw objects are missing'),
      },
    ]);
  });

  test('a swap between two looks is not a difference', async () => {
    await built('2026-11-01T05');
    await catalog.pointPartition('events', ['2026-11-01', '05'], 's3://lake/events/elsewhere/');
    const settling = {
      ...ledger.partitionStates,
      // The second look asks for the one entry: the swap is over by then.
      entry: async (partition: string) => {
        const own = 's3://lake/events/dt=2026-11-01/hr=05/build=a1/';
        await catalog.pointPartition('events', ['2026-11-01', '05'], own);
        return ledger.partitionStates.entry(partition);
      },
    };
    expect((await reconcileRange(undefined, { ...ports(), partitionStates: settling })).differences).toEqual(
      [],
    );
  });
});

describe('the hours of a run', () => {
  test('are counted, and no others', async () => {
    await built('2026-11-01T05');
    await built('2026-11-01T06');
    store.objects.delete('raw/dt=2026-11-01/hr=06/s-2-n1.ndjson.gz');
    expect(await reconcilePartitions(['2026-11-01T05'], ports())).toMatchObject({
      balances: [{ partition: '2026-11-01T05', raw: 3 }],
      differences: [],
    });
  });

  test('that do not add up are BalanceBroken by stage and partition, the first five by name', () => {
    const one = (hour: number) => ({
      partition: `2026-11-01T0${hour}`,
      stage: 'raw' as const,
      message: 'gone',
    });
    expect(() => assertBalanced([])).not.toThrow();
    expect(() => assertBalanced([1, 2, 3, 4, 5, 6, 7].map(one))).toThrow(
      expect.objectContaining({
        name: 'BalanceBroken',
        message: expect.stringMatching(/2026-11-01T01, raw: gone; .*2026-11-01T05, raw: gone; and 2 more/),
      }),
    );
  });
});
