import { beforeEach, describe, expect, test } from '@jest/globals';
import { buildPartition } from '../../src/build/building.ts';
import { duckdbEngine } from '../../src/build/engine/duckdb.ts';
import { inBuildFolder } from '../../src/build/engine/folder.ts';
import { unpackObjects } from '../../src/build/engine/unpack.ts';
import { publishBuild } from '../../src/etl/publishing.ts';
import { rawKey } from '../../src/lake/layout.ts';
import { reconcileRange } from '../../src/recovery/reconciling.ts';
import { restoreLedger } from '../../src/recovery/restoring.ts';
import { fakePorts } from '../helpers/fakes/ports.ts';
import { fixedClock } from '../helpers/fakes.ts';
import { line } from '../helpers/rawLines.ts';

const clock = fixedClock('2026-11-05T12:00:00.000Z');
const HOURS = ['2026-11-01T05', '2026-11-01T06', '2026-11-02T00'];

let { store, catalog, effects, ledger } = fakePorts(clock);

const lose = () => {
  ({ effects, ledger } = fakePorts(clock));
};

beforeEach(() => {
  // What lies in the lake lies there since the morning.
  ({ store, catalog } = fakePorts(fixedClock('2026-11-05T06:00:00.000Z')));
  lose();
});

const land = (partition: string, name: string, ...lines: string[]) => {
  const key = rawKey(partition, name, lines.length);
  store.seed(key, lines.map((text) => `${text}\n`).join(''));
  ledger.partitionStates.land(partition, clock.now());
  return key;
};
const event = (partition: string, id: string) =>
  line({ event_id: id, event_time: `${partition}:00:01.000Z` });

const run = async (partition: string, execution = 'run-1', partBytes = 1e8) => {
  const engine = duckdbEngine({ memoryMb: 500 });
  const runs = { hasEnded: async () => false };
  const unpack = (objects: Parameters<typeof unpackObjects>[1], folder: string) =>
    unpackObjects(store, objects, folder, 1e8);
  const output = await buildPartition(
    { store, ...ledger, runs, engine, clock, inFolder: inBuildFolder, unpack, partBytes },
    { execution, partition, force: false },
  );
  await publishBuild({ store, catalog, ...ledger, clock }, { execution, ...output });
  return output.build;
};

/** Three hours with duplicates and a rejected line, of which the last got a late event after its build. */
const pipeline = async () => {
  for (const hour of HOURS) {
    land(hour, 's-1', event(hour, 'a'), event(hour, 'a'), 'no event');
    land(hour, 's-2', event(hour, 'b'));
    await run(hour);
  }
  land('2026-11-02T00', 's-3', event('2026-11-02T00', 'late'));
  for (const [day, one] of ledger.pendingDays.days)
    ledger.pendingDays.days.set(day, { ...one, pending: false });
};

const restore = (dryRun = false, range?: { from: string; to: string }) =>
  restoreLedger(range, { store, ...ledger, catalog, clock }, { dryRun });
const reconcile = () => reconcileRange(undefined, { store, ...ledger, catalog, clock });

describe('a ledger that was lost', () => {
  test('is put back out of S3 and Glue: the same builds, counts, landings and stale marks', async () => {
    await pipeline();
    const before = await ledger.partitionStates.allEntries();
    lose();
    expect((await reconcile()).differences.length).toBeGreaterThan(0);

    const done = await restore();

    const after = await ledger.partitionStates.allEntries();
    // The mark itself counts as a landing: one more than there were raises no counter that a build could know.
    const landings = after.map(({ landings }) => landings);
    expect(landings).toEqual([2, 2, 4]);
    expect(after.map((entry) => ({ ...entry, landings: 0 }))).toEqual(
      before.map((entry) => ({ ...entry, landings: 0 })),
    );
    expect(done).toMatchObject({ stale: ['2026-11-02T00'], undecided: [], untouched: 0 });
    expect((await reconcile()).differences).toEqual([]);
  });

  test('leaves the days pending, since nobody knows whether their marts were written', async () => {
    await pipeline();
    lose();
    expect((await restore()).pendingDays).toEqual(['2026-11-01', '2026-11-02']);
    expect(await ledger.pendingDays.list(10)).toMatchObject([{ day: '2026-11-01' }, { day: '2026-11-02' }]);
  });

  test('is put back once: the second time nothing is written', async () => {
    await pipeline();
    lose();
    await restore();
    const written = effects.list.length;
    expect(await restore()).toMatchObject({ restored: [], stale: [], untouched: 3 });
    expect(effects.list).toHaveLength(written);
  });

  test('is only described by a dry run', async () => {
    await pipeline();
    lose();
    const done = await restore(true);
    expect(done.restored.map(({ partition }) => partition)).toEqual(HOURS);
    expect(effects.list).toEqual([]);
  });

  test('is put back for the hours asked for', async () => {
    await pipeline();
    lose();
    await restore(false, { from: '2026-11-01T06', to: '2026-11-02T00' });
    expect((await ledger.partitionStates.allEntries()).map(({ partition }) => partition)).toEqual([
      '2026-11-01T06',
    ]);
  });

  test('knows a build of several files again, and only while all of them are there', async () => {
    const hour = '2026-11-01T05';
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) land(hour, `s-${id}`, event(hour, id));
    const build = await run(hour, 'run-1', 200);
    const files = store.keys().filter((key) => key.includes(`build=${build}/`));
    expect(files.length).toBeGreaterThan(1);
    lose();
    expect((await restore()).restored).toMatchObject([{ partition: hour, build: { build } }]);
    expect((await reconcile()).differences).toEqual([]);
    lose();
    store.objects.delete(files[0]!);
    expect(await restore()).toMatchObject({ restored: [], stale: [hour] });
  });

  test('knows again which builds were replaced, so that their files go', async () => {
    const hour = '2026-11-01T05';
    land(hour, 's-1', event(hour, 'a'));
    const first = await run(hour);
    land(hour, 's-2', event(hour, 'b'));
    await run(hour);
    lose();
    await restore();
    expect(ledger.retiredFiles.builds).toMatchObject([{ partition: hour, build: first }]);
  });
});

describe('on a live system', () => {
  const hour = '2026-11-01T05';

  test('a stale mark is never cleared, and a landing meanwhile keeps its counter', async () => {
    land(hour, 's-1', event(hour, 'a'));
    const build = await run(hour);
    lose();
    ledger.partitionStates.land(hour);
    await restore();
    expect(ledger.partitionStates.rows.get(hour)).toMatchObject({
      stale: true,
      landings: 1,
      committed: { build },
    });
  });

  test('an hour that a run is building is left to the run', async () => {
    land(hour, 's-1', event(hour, 'a'));
    await run(hour);
    lose();
    await ledger.partitionStates.lock(hour, 'other', clock.now(), 60_000);
    expect(await restore()).toMatchObject({ restored: [], untouched: 1 });
    expect(ledger.partitionStates.rows.get(hour)).toMatchObject({ committed: null });
  });

  test('an hour that landed and lost its mark is marked again', async () => {
    land(hour, 's-1', event(hour, 'a'));
    lose();
    expect(await restore()).toMatchObject({ restored: [], stale: [hour] });
    expect(ledger.partitionStates.rows.get(hour)).toMatchObject({ stale: true });
  });

  test('raw objects that have gone make no hour stale: its build would refuse them', async () => {
    const key = land(hour, 's-1', event(hour, 'a'));
    land(hour, 's-2', event(hour, 'b'));
    await run(hour);
    store.objects.delete(key);
    lose();
    expect(await restore()).toMatchObject({ stale: [] });
    expect((await reconcile()).differences).toMatchObject([{ partition: hour, stage: 'raw' }]);
  });
});

describe('a build whose file does not tell its counts', () => {
  const hour = '2026-11-01T05';
  const forget = () => {
    for (const found of store.objects.values()) delete found.metadata;
  };

  test('is made again when all it was made of is there', async () => {
    land(hour, 's-1', event(hour, 'a'));
    const build = await run(hour);
    forget();
    lose();
    expect(await restore()).toMatchObject({ restored: [], stale: [hour] });
    expect(await run(hour)).toBe(build);
    expect((await reconcile()).differences).toEqual([]);
  });

  test('is left to a person when raw objects have gone: building would empty the table', async () => {
    store.objects.delete(land(hour, 's-1', event(hour, 'a')));
    const key = land(hour, 's-2', event(hour, 'b'));
    await run(hour);
    store.objects.delete(key);
    forget();
    lose();
    expect(await restore()).toMatchObject({
      stale: [],
      undecided: [{ partition: hour, undecided: expect.stringContaining('too few to build it again') }],
    });
  });
});
