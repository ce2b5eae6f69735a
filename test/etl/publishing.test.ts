import { describe, expect, test } from '@jest/globals';
import { HeadraceError } from '../../src/errors.ts';
import { publishBuild, publishInput } from '../../src/etl/publishing.ts';
import { publishInputOf } from '../helpers/builds.ts';
import { createFakeLedger } from '../helpers/fakes/ledger.ts';
import { createFakeCatalog, createFakeStore, fixedClock, recordEffects } from '../helpers/fakes.ts';

const HOUR = '2026-11-01T05';
const input = publishInputOf();

const clock = fixedClock('2026-11-01T12:10:00.000Z');

const dependencies = async () => {
  const effects = recordEffects();
  const ledger = createFakeLedger({ effects });
  const catalog = createFakeCatalog({ effects });
  const store = createFakeStore({ effects });
  ledger.partitionStates.land(HOUR);
  await ledger.partitionStates.lock(HOUR, 'run-1', new Date('2026-11-01T12:00:00.000Z'), 1_000);
  return { effects, store, ledger, catalog };
};

describe('publishing a build', () => {
  test('moves the readers first, then commits', async () => {
    const { effects, store, ledger, catalog } = await dependencies();
    expect(await publishBuild({ store, catalog, ...ledger, clock }, input)).toMatchObject({
      partition: HOUR,
      build: 'abc',
      status: 'created',
    });
    expect(effects.list.slice(1)).toEqual([
      `point events/2026-11-01/05 -> ${input.location}`,
      `commit ${HOUR} abc`,
    ]);
    expect(ledger.partitionStates.rows.get(HOUR)).toMatchObject({
      stale: false,
      committed: { build: 'abc', counts: input.counts },
    });
  });

  test('what landed meanwhile leaves the partition stale', async () => {
    const { store, ledger, catalog } = await dependencies();
    ledger.partitionStates.land(HOUR);
    await publishBuild({ store, catalog, ...ledger, clock }, input);
    expect(ledger.partitionStates.rows.get(HOUR)).toMatchObject({ stale: true, committed: { build: 'abc' } });
  });

  test('a crash between the two is repaired by running it again', async () => {
    const { effects, store, ledger, catalog } = await dependencies();
    effects.failOn(/^commit/, new HeadraceError('Transient', 'away'), 1);
    await expect(publishBuild({ store, catalog, ...ledger, clock }, input)).rejects.toMatchObject({
      name: 'Transient',
    });
    expect(await publishBuild({ store, catalog, ...ledger, clock }, input)).toMatchObject({
      status: 'unchanged',
    });
    expect(ledger.partitionStates.rows.get(HOUR)).toMatchObject({ stale: false });
  });

  test('a run that lost its lock moves no reader back', async () => {
    const { effects, store, ledger, catalog } = await dependencies();
    const later = clock.now();
    await ledger.partitionStates.lock(HOUR, 'run-2', later, 1_000);
    await publishBuild(
      { store, catalog, ...ledger, clock },
      { ...input, execution: 'run-2', build: 'newer', location: 's3://lake/newer/' },
    );
    const before = effects.list.length;

    await expect(publishBuild({ store, catalog, ...ledger, clock }, input)).rejects.toMatchObject({
      name: 'Conflict',
    });
    expect(effects.list.slice(before)).toEqual([]);
    expect(ledger.partitionStates.rows.get(HOUR)).toMatchObject({ committed: { build: 'newer' } });
  });

  test('a call that was overtaken after it moved the readers leaves the partition stale, and the next run repairs it', async () => {
    const { store, ledger, catalog } = await dependencies();
    const newer = { ...input, execution: 'run-2', build: 'newer', location: 's3://lake/newer/' };
    const slow: typeof catalog = {
      ...catalog,
      async pointPartition(...args) {
        // Between the renewed lock and the move: the same call's other try commits, and another run follows it.
        await publishBuild({ store, catalog, ...ledger, clock }, input);
        await ledger.partitionStates.lock(HOUR, 'run-2', clock.now(), 1_000);
        await publishBuild({ store, catalog, ...ledger, clock }, newer);
        return catalog.pointPartition(...args);
      },
    };

    await expect(publishBuild({ store, catalog: slow, ...ledger, clock }, input)).rejects.toMatchObject({
      name: 'Conflict',
    });
    expect(ledger.partitionStates.rows.get(HOUR)).toMatchObject({
      stale: true,
      committed: { build: 'newer' },
    });

    await ledger.partitionStates.lock(HOUR, 'run-3', clock.now(), 1_000);
    await publishBuild({ store, catalog, ...ledger, clock }, { ...newer, execution: 'run-3', landings: 2 });
    expect(catalog.partitions.get('events/2026-11-01/05')).toBe('s3://lake/newer/');
    expect(ledger.partitionStates.rows.get(HOUR)).toMatchObject({ stale: false });
  });

  test('a commit whose answer was lost counts as done when it is tried again', async () => {
    const { store, ledger, catalog } = await dependencies();
    await publishBuild({ store, catalog, ...ledger, clock }, input);
    expect(await publishBuild({ store, catalog, ...ledger, clock }, input)).toMatchObject({
      build: 'abc',
      status: 'unchanged',
    });
  });

  test.each([
    ['no location', { location: undefined }],
    ['a negative count', { counts: { ...input.counts, raw: -1 } }],
    ['a partition that is none', { partition: '2026-11-01' }],
  ])('an input with %s is refused', (_what, change) => {
    expect(publishInput.safeParse({ ...input, ...change }).success).toBe(false);
  });
});
