import '../helpers/shop.ts';
import { describe, expect, test } from '@jest/globals';
import { type BuildInput, type BuildPorts, buildPartition } from '../../src/build/building.ts';
import { duckdbEngine } from '../../src/build/engine/duckdb.ts';
import { inBuildFolder } from '../../src/build/engine/folder.ts';
import { unpackObjects } from '../../src/build/engine/unpack.ts';
import { PUBLISH_LEASE_MS } from '../../src/build/locking.ts';
import { readRecord } from '../../src/build/record.ts';
import { publishBuild } from '../../src/etl/publishing.ts';
import { createFakeLedger } from '../helpers/fakes/ledger.ts';
import { createFakeCatalog, createFakeStore, fixedClock, recordEffects } from '../helpers/fakes.ts';
import { HOUR, line } from '../helpers/rawLines.ts';

const dependencies = () => {
  const effects = recordEffects();
  const clock = fixedClock();
  const store = createFakeStore({ effects, clock });
  const ledger = createFakeLedger({ effects, now: clock.now });
  const catalog = createFakeCatalog({ effects });
  const ports: BuildPorts = {
    store,
    ...ledger,
    runs: { hasEnded: async (execution) => execution === 'stopped' },
    clock,
    engine: duckdbEngine({ memoryMb: 1_000 }),
    inFolder: inBuildFolder,
    partBytes: 1e8,
    unpack: (objects, folder) => unpackObjects(store, objects, folder, 1e8),
  };
  let landed = 0;
  let published: Awaited<ReturnType<typeof publishBuild>> | undefined;
  const land = (...lines: string[]) => {
    landed += 1;
    const key = `raw/dt=2026-11-01/hr=05/s-${landed}-n${lines.length}.ndjson.gz`;
    store.seed(key, lines.map((text) => `${text}\n`).join(''));
    ledger.partitionStates.land(HOUR);
    return key;
  };
  const build = (input: Partial<BuildInput> = {}) =>
    buildPartition(ports, { execution: 'run-1', partition: HOUR, force: false, ...input });
  const publish = async (input: Partial<BuildInput> = {}) => {
    const output = await build(input);
    published = await publishBuild(
      { store, catalog, ...ledger, clock },
      { execution: 'run-1', ...input, ...output },
    );
    return output;
  };
  /** What the last publication said. */
  const built = () => ({ ...published });
  return { ports, clock, effects, store, ledger, catalog, land, build, publish, built };
};

describe('building a partition', () => {
  test('locks, notes its raw objects, writes the Parquet file, then what was rejected, and says what it did', async () => {
    const { effects, land, build } = dependencies();
    const order = line({ event_name: 'order_completed', properties: '{"revenue":1.5,"color":"red"}' });
    land(order, order, 'bad');
    const output = await build();
    expect(output).toMatchObject({
      partition: HOUR,
      location: `s3://lake/events/dt=2026-11-01/hr=05/build=${output.build}/`,
      landings: 1,
      skipped: false,
      counts: { raw: 3, curated: 1, duplicates: 1, rejected: 1 },
      buildMs: 0,
      builtAt: '2026-11-01T12:00:00.000Z',
    });
    expect(output.build).toMatch(/^[0-9a-f]{16}$/);
    expect(output.engine).toMatch(/^duckdb /);
    expect(effects.list.slice(0, 4)).toEqual([
      `lock ${HOUR} run-1`,
      `put reports/builds/dt=2026-11-01/hr=05/${output.build}.json`,
      `put events/dt=2026-11-01/hr=05/build=${output.build}/events-n1.parquet`,
      `put rejected/dt=2026-11-01/hr=05/build-${output.build}-n1.ndjson.gz`,
    ]);
  });

  test('a rerun before publishing overwrites its own file', async () => {
    const { store, land, build } = dependencies();
    land(line({ properties: '{"color":"red"}' }));
    const first = await build();
    const bytes = store.objects.get(
      `events/dt=2026-11-01/hr=05/build=${first.build}/events-n1.parquet`,
    )?.body;
    const second = await build();
    expect(second).toEqual(first);
    expect(store.keys().filter((key) => key.startsWith('events/'))).toHaveLength(1);
    expect(
      store.objects.get(`events/dt=2026-11-01/hr=05/build=${first.build}/events-n1.parquet`)?.body,
    ).toEqual(bytes);
  });

  test('what is built already is skipped with its numbers, and publishing it clears the stale mark', async () => {
    const { effects, ledger, land, publish } = dependencies();
    land(line());
    const first = await publish();
    ledger.partitionStates.land(HOUR);
    const before = effects.list.length;
    const again = await publish();
    expect(again).toEqual({ ...first, landings: 2, skipped: true });
    expect(effects.list.slice(before)).toEqual([`lock ${HOUR} run-1`, `commit ${HOUR} ${first.build}`]);
    expect(ledger.partitionStates.rows.get(HOUR)).toMatchObject({ stale: false });
    expect(ledger.retiredFiles.builds).toEqual([]);
  });

  test('a name never comes back: raw objects that are as they were before make a build of a new name', async () => {
    const { store, ledger, land, publish } = dependencies();
    land(line());
    const first = await publish();
    const late = land(line());
    const second = await publish();
    store.objects.delete(late);
    const third = await publish({ force: true });
    expect(third.digest).toBe(first.digest);
    expect(new Set([first.build, second.build, third.build]).size).toBe(3);
    expect(ledger.retiredFiles.builds.map(({ build }) => build)).not.toContain(third.build);
  });

  test('a raw object with other bytes under its old name makes another build', async () => {
    const { store, land, build, publish } = dependencies();
    const key = land(line({ event_id: 'a' }));
    const first = await publish();
    store.seed(key, `${line({ event_id: 'b' })}\n`);
    const second = await build();
    expect([second.skipped, second.digest === first.digest]).toEqual([false, false]);
  });

  test("a build changes nothing that a reader sees, also when its lock is another one's by then", async () => {
    const { store, land, build, publish } = dependencies();
    land(line(), 'bad');
    await publish();
    land(line(), 'worse');
    const seen = (key: string) => !key.startsWith('rejected/') && !key.startsWith('raw/');
    const before = store.keys().filter(seen);
    const { build: unpublished } = await build();
    expect(
      store
        .keys()
        .filter(seen)
        .filter((key) => !key.includes(unpublished)),
    ).toEqual(before);
  });

  test('late events make another build, whose rejected lines replace those of the build before', async () => {
    const { store, ledger, land, publish } = dependencies();
    land(line(), 'bad');
    const first = await publish();
    land(line());
    const second = await publish();
    expect(second.build).not.toBe(first.build);
    expect(second.counts).toEqual({ raw: 3, curated: 2, duplicates: 0, rejected: 1 });
    expect(store.keys().filter((key) => key.startsWith('quarantine/'))).toEqual([
      `quarantine/dt=2026-11-01/hr=05/build-${second.build}-n1.ndjson.gz`,
    ]);
    expect(new Set(ledger.retiredFiles.builds.map(({ build }) => build))).toEqual(new Set([first.build]));
  });

  test('a forced build of the same inputs never takes the name of the published one', async () => {
    const { land, publish, build } = dependencies();
    land(line());
    const published = await publish();
    const forced = await build({ force: true, execution: 'run-2' });
    expect(forced.skipped).toBe(false);
    expect(forced.digest).toBe(published.digest);
    expect(forced.build).not.toBe(published.build);
  });

  test('raw rows that have gone stop the build, unless it is forced', async () => {
    const { store, land, publish, build } = dependencies();
    const key = land(line(), line());
    land(line());
    await publish();
    store.objects.delete(key);
    await expect(build()).rejects.toMatchObject({
      name: 'BalanceBroken',
      message: expect.stringContaining('"force": true'),
    });
    expect(await build({ force: true })).toMatchObject({ counts: { raw: 1, curated: 1 } });
  });

  test('a single raw row that has gone stops the build too', async () => {
    const { store, land, publish, build } = dependencies();
    const key = land(line());
    land(line(), line());
    await publish();
    store.objects.delete(key);
    await expect(build()).rejects.toMatchObject({
      name: 'BalanceBroken',
      message: expect.stringContaining('has 2 raw rows, but its published build was made of 3'),
    });
  });

  test('an hour without raw objects becomes an empty table', async () => {
    const { publish, catalog } = dependencies();
    const output = await publish();
    expect(output.counts).toEqual({ raw: 0, curated: 0, duplicates: 0, rejected: 0 });
    expect(catalog.partitions.get('events/2026-11-01/05')).toBe(output.location);
  });

  test('an hour beyond the size of a part becomes several files, each with the record of all', async () => {
    const { ports, store, catalog, land, build, publish } = dependencies();
    ports.partBytes = 400;
    for (let n = 0; n < 20; n += 1)
      land(line({ event_id: `id-${n}` }), line({ event_id: `id-${(n * 7) % 20}` }));
    const built = await build();
    expect(built.counts).toEqual({ raw: 40, curated: 20, duplicates: 20, rejected: 0 });
    const files = () => store.keys().filter((key) => key.startsWith('events/'));
    const first = files();
    expect(first.length).toBeGreaterThan(1);
    expect(first[0]).toMatch(/build=[0-9a-f]{16}\/events-0-n\d+\.parquet$/);
    // The same inputs in the same parts: tried again it leaves no file of the first try that it has not overwritten.
    expect((await build()).build).toBe(built.build);
    expect(files()).toEqual(first);
    for (const key of first) {
      expect(readRecord(await store.metadata(key))?.committed.counts).toEqual(built.counts);
    }
    await publish();
    expect(catalog.partitions.get('events/2026-11-01/05')).toBe(built.location);
    expect((await publish()).skipped).toBe(true);
    // Cut in another way it is another build, though of the same raw objects.
    ports.partBytes = 1e8;
    expect(await build()).toMatchObject({ skipped: false, build: expect.not.stringContaining(built.build) });
  });

  test('a damaged object fails the build and nothing is written', async () => {
    const { effects, store, land, build } = dependencies();
    const key = land(line());
    store.seed(key, `${line()}\n${line()}\n`);
    await expect(build()).rejects.toMatchObject({
      name: 'RawObjectDamaged',
      message: expect.stringContaining(key),
    });
    expect(effects.list).toEqual([`lock ${HOUR} run-1`]);
  });

  test('a partition that another execution builds is a Conflict', async () => {
    const { land, build } = dependencies();
    land(line());
    await build({ execution: 'other' });
    await expect(build()).rejects.toMatchObject({ name: 'Conflict' });
  });

  test('a partition that a run has which was stopped is built at once, and that run can no longer publish it', async () => {
    const { ports, effects, store, catalog, ledger, land, build } = dependencies();
    land(line());
    const left = await build({ execution: 'stopped' });
    effects.list.length = 0;
    expect(await build()).toMatchObject({ skipped: false, build: left.build });
    expect(effects.list.slice(0, 3)).toEqual([
      `lock ${HOUR} run-1`,
      `breakLock ${HOUR} stopped`,
      `lock ${HOUR} run-1`,
    ]);
    const late = publishBuild(
      { store, catalog, ...ledger, clock: ports.clock },
      { execution: 'stopped', ...left },
    );
    await expect(late).rejects.toMatchObject({ name: 'Conflict' });
    expect(effects.list.filter((effect) => effect.startsWith('point'))).toEqual([]);
  });

  test('a partition that a stopped run may be publishing just now is a Conflict until that has had its time', async () => {
    const { clock, effects, ledger, land, build } = dependencies();
    land(line());
    await build({ execution: 'stopped' });
    await ledger.partitionStates.renew(HOUR, 'stopped', clock.now(), PUBLISH_LEASE_MS);
    effects.list.length = 0;
    await expect(build()).rejects.toMatchObject({ name: 'Conflict' });
    expect(effects.list).toEqual([`lock ${HOUR} run-1`]);
    clock.advance(PUBLISH_LEASE_MS);
    expect(await build()).toMatchObject({ skipped: false });
  });

  const news = async (...lines: string[]) => {
    const { land, publish, built } = dependencies();
    land(...lines);
    await publish();
    return built();
  };

  test('declared properties of the right type are not drift, wrong types and unknown names are', async () => {
    const { newShapes } = await news(
      line({ event_name: 'page_view', properties: '{"url":"x","title":1,"page_url":"y"}' }),
      line({ event_name: 'zoomed', properties: '{"price":1,"title":"t","level":2}' }),
    );
    expect(newShapes).toEqual(['page_view.title:number', 'zoomed.level:number', 'zoomed.title:string']);
  });

  test('no more than 20 new properties are named, but all are counted', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `"k${n}":1`).join(',');
    const { newShapes, newShapeCount } = await news(line({ properties: `{${names}}` }));
    expect([newShapes?.length, newShapeCount]).toEqual([20, 30]);
  });

  test('of an hour with thousands of event names the 200 with the most events are looked at', async () => {
    const views = Array.from({ length: 3_000 }, (_, n) =>
      line({ event_name: `view /product/${n}`, properties: '{"color":"red"}' }),
    );
    const more = [1, 2].map(() => line({ event_name: 'view /product/2999', properties: '{"size":1}' }));
    const { newShapes, newShapeCount, notNoted } = await news(...views, ...more);
    expect([newShapes?.length, newShapeCount, notNoted]).toEqual([20, 201, undefined]);
  });

  test('a schema that cannot be noted keeps no hour from its readers', async () => {
    const { ledger, land, publish, built, catalog } = dependencies();
    ledger.observedSchemas.note = () => Promise.reject(new Error('the ledger is busy'));
    land(line({ properties: '{"color":"red"}' }));
    await publish();
    expect(built()).toMatchObject({ newShapes: [], notNoted: 'Error: the ledger is busy' });
    expect(await catalog.partitionLocation('events', ['2026-11-01', '05'])).toContain('/build=');
    expect((await ledger.partitionStates.entry(HOUR))?.stale).toBe(false);
  });
});
