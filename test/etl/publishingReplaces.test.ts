import { describe, expect, test } from '@jest/globals';
import { HeadraceError } from '../../src/errors.ts';
import { publishBuild } from '../../src/etl/publishing.ts';
import { publishInputOf } from '../helpers/builds.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

/** What becomes of the builds, and of their rejected lines, that were there before the one that is published. */

const HOUR = '2026-11-01T05';
const PATH = 'dt=2026-11-01/hr=05';
const locationOf = (build: string) => `s3://lake/events/${PATH}/build=${build}/`;
const quarantined = (build: string) => `quarantine/${PATH}/build-${build}-n1.ndjson.gz`;

const { effects, clock, store, catalog, ledger } = eachFakePorts();

/** What Build leaves. */
const build = async (id: string, execution: string) => {
  await ledger.partitionStates.lock(HOUR, execution, clock.now(), 60_000);
  store.seed(`events/${PATH}/build=${id}/events-n1.parquet`, id);
  store.seed(`rejected/${PATH}/build-${id}-n1.ndjson.gz`, id);
};

const publish = (id: string, execution: string, rejected = 1, skipped = false) =>
  publishBuild(
    { store, catalog, ...ledger, clock },
    publishInputOf(id, {
      execution,
      landings: ledger.partitionStates.rows.get(HOUR)?.landings ?? 0,
      skipped,
      counts: { raw: 1 + rejected, curated: 1, duplicates: 0, rejected },
    }),
  );

const inQuarantine = () => store.keys().filter((key) => key.startsWith('quarantine/'));

describe('rejected lines', () => {
  test('come before readers are moved, and those of the build before go after it: none is ever missing', async () => {
    await build('a', 'run-1');
    await publish('a', 'run-1');
    await build('b', 'run-2');
    const before = effects.list.length;
    await publish('b', 'run-2');
    expect(effects.list.slice(before)).toEqual([
      `retire ${HOUR} a`,
      `put ${quarantined('b')}`,
      `point events/2026-11-01/05 -> ${locationOf('b')}`,
      `remove ${quarantined('a')}`,
      `commit ${HOUR} b`,
    ]);
    expect(inQuarantine()).toEqual([quarantined('b')]);
  });

  test('of a build that rejected none: those before are gone', async () => {
    await build('a', 'run-1');
    await publish('a', 'run-1');
    await build('b', 'run-2');
    await publish('b', 'run-2', 0);
    expect(inQuarantine()).toEqual([]);
  });

  test('of a skipped build stay as they are', async () => {
    await build('a', 'run-1');
    await publish('a', 'run-1');
    await ledger.partitionStates.lock(HOUR, 'run-2', clock.now(), 60_000);
    const before = effects.list.length;
    await publish('a', 'run-2', 1, true);
    expect(effects.list.slice(before)).toEqual([`commit ${HOUR} a`]);
    expect(inQuarantine()).toEqual([quarantined('a')]);
  });

  test('of a newer build are left alone by a run that has lost its lock, whenever it goes on', async () => {
    await build('a', 'run-1');
    clock.advance(60_001);
    await build('b', 'run-2');
    await publish('b', 'run-2');
    // The zombie: its Build goes on to the end, then its Publish.
    store.seed(`rejected/${PATH}/build-a-n1.ndjson.gz`, 'a');
    await expect(publish('a', 'run-1')).rejects.toMatchObject({ name: 'Conflict' });
    expect(inQuarantine()).toEqual([quarantined('b')]);
  });

  test('of a newer build are left alone even by a Publish that stood still right before it removes', async () => {
    await build('a', 'run-1');
    await publish('a', 'run-1');
    await build('b', 'run-2');
    const point = catalog.pointPartition;
    catalog.pointPartition = async (...args) => {
      catalog.pointPartition = point;
      const pointed = await point(...args);
      clock.advance(60 * 60 * 1000);
      await build('c', 'run-3');
      await publish('c', 'run-3');
      return pointed;
    };
    await expect(publish('b', 'run-2')).rejects.toMatchObject({ name: 'Conflict' });
    expect(inQuarantine()).toContain(quarantined('c'));
  });

  test('stay doubled at most until a Publish that was cut off is tried again', async () => {
    await build('a', 'run-1');
    await publish('a', 'run-1');
    await build('b', 'run-2');
    effects.failOn(/^remove/, new HeadraceError('Transient', 'away'), 1);
    await expect(publish('b', 'run-2')).rejects.toMatchObject({ name: 'Transient' });
    await publish('b', 'run-2');
    expect(inQuarantine()).toEqual([quarantined('b')]);
  });
});

describe('builds that are not to be read any more', () => {
  const due = async () => {
    clock.advance(1);
    return (await ledger.retiredFiles.retiredBuilds(clock.now(), 10)).map(({ build: id }) => id).sort();
  };

  test('are noted, also one that was pointed to and never committed', async () => {
    await build('a', 'run-1');
    await publish('a', 'run-1');
    await build('b', 'run-2');
    effects.failOn(/^commit/, new HeadraceError('Transient', 'away'), 1);
    await expect(publish('b', 'run-2')).rejects.toMatchObject({ name: 'Transient' });
    clock.advance(60 * 60 * 1000);
    await build('c', 'run-3');
    await publish('c', 'run-3');
    expect(await due()).toEqual(['a', 'b']);
  });

  test('are noted, also one that was never published at all', async () => {
    await build('a', 'run-1');
    clock.advance(60_001);
    await build('b', 'run-2');
    await publish('b', 'run-2');
    expect(await due()).toEqual(['a']);
  });

  test('count from the moment readers were sent elsewhere, though they were noted long before', async () => {
    await build('a', 'run-1');
    clock.advance(60_001);
    await build('b', 'run-2');
    await publish('b', 'run-2');
    // A zombie sends readers to a, an hour later the next run sends them back.
    catalog.partitions.set('events/2026-11-01/05', locationOf('a'));
    clock.advance(60 * 60 * 1000);
    const now = clock.now();
    await ledger.partitionStates.lock(HOUR, 'run-3', now, 60_000);
    await publish('b', 'run-3', 1, true);
    expect(await ledger.retiredFiles.retiredBuilds(now, 10)).toEqual([]);
    expect(await due()).toEqual(['a']);
  });

  test('do not grow young again while the hour is built over and over', async () => {
    await build('a', 'run-0');
    for (const [index, id] of ['b', 'c', 'd'].entries()) {
      clock.advance(20 * 60 * 1000);
      await build(id, `run-${index + 1}`);
      await publish(id, `run-${index + 1}`);
    }
    const hourAfterFirst = new Date(clock.now().getTime() - 40 * 60 * 1000 + 1);
    expect(await ledger.retiredFiles.retiredBuilds(hourAfterFirst, 10)).toEqual([
      { partition: HOUR, build: 'a' },
    ]);
  });
});
