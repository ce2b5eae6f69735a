import { expect, test } from '@jest/globals';
import { publishMart } from '../../src/etl/marts.ts';
import { sweepReplaced } from '../../src/etl/sweeping.ts';
import { HOUR_MS } from '../../src/json/instants.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

const { effects, clock, store, catalog, ledger } = eachFakePorts();

const fileOf = (run: string, day: string) => `marts/daily_sales/run=${run}/dt=${day}/data`;
const locationOf = (run: string, day: string) => `s3://lake/marts/daily_sales/run=${run}/dt=${day}/`;

/** What Athena's UNLOAD leaves, then the step. */
const publish = (run: string, written: string[], days: string[] = written) => {
  for (const day of written) store.seed(fileOf(run, day), run);
  const seen = days.map((day) => ({ day, changes: 3 }));
  return publishMart(
    { mart: 'daily_sales', location: `s3://lake/marts/daily_sales/run=${run}/`, days: seen },
    { store, catalog, ...ledger },
  );
};

test('each day points to the file of the run', async () => {
  expect(await publish('1', ['2026-11-01', '2026-11-02'])).toEqual({
    mart: 'daily_sales',
    days: 2,
    moved: 2,
    dropped: 0,
  });
  expect(effects.list).toEqual([
    `point daily_sales/2026-11-01 -> ${locationOf('1', '2026-11-01')}`,
    `point daily_sales/2026-11-02 -> ${locationOf('1', '2026-11-02')}`,
  ]);
});

const sweep = () =>
  sweepReplaced({ store, catalog, ...ledger, clock, marts: ['daily_sales', 'daily_events'] });

test('a run again moves the days, and notes what readers may still have open before it does', async () => {
  await publish('1', ['2026-11-01']);
  const before = effects.list.length;
  await publish('2', ['2026-11-01']);

  expect(effects.list.slice(before)).toEqual([
    'retire daily_sales 2026-11-01 run=1',
    `point daily_sales/2026-11-01 -> ${locationOf('2', '2026-11-01')}`,
  ]);
  expect(store.keys()).toEqual([fileOf('1', '2026-11-01'), fileOf('2', '2026-11-01')]);
});

test('a file goes no sooner than an hour after readers were sent elsewhere, however old it is', async () => {
  await publish('1', ['2026-11-01']);
  clock.advance(24 * HOUR_MS);
  await publish('2', ['2026-11-01']);
  clock.advance(HOUR_MS);
  await publish('3', ['2026-11-01']);
  await sweep();
  expect(store.keys()).toContain(fileOf('1', '2026-11-01'));

  clock.advance(HOUR_MS + 1);
  await sweep();
  expect(store.keys()).toEqual([fileOf('2', '2026-11-01'), fileOf('3', '2026-11-01')]);
});

test('of a day that changes no more all goes but what readers see', async () => {
  for (const run of ['1', '2', '3']) await publish(run, ['2026-11-01']);
  clock.advance(3 * HOUR_MS);
  await sweep();
  expect(store.keys()).toEqual([fileOf('3', '2026-11-01')]);
});

test('files that another run has just written are left to it', async () => {
  await publish('1', ['2026-11-01']);
  store.seed(fileOf('other', '2026-11-01'), 'not published yet');
  await publish('2', ['2026-11-01']);
  clock.advance(HOUR_MS);
  await publish('other', ['2026-11-01']);
  clock.advance(2 * HOUR_MS + 1);
  await sweep();

  expect(store.keys()).toEqual([fileOf('other', '2026-11-01')]);
});

test('files that no run has ever published go in the end', async () => {
  store.seed(fileOf('dead', '2026-11-01'), 'its run ended before it published them');
  await publish('1', ['2026-11-01']);
  clock.advance(2 * HOUR_MS + 1);
  await sweep();

  expect(store.keys()).toEqual([fileOf('1', '2026-11-01')]);
});

test('files of other days are never touched', async () => {
  await publish('1', ['2026-11-01', '2026-11-02']);
  clock.advance(24 * HOUR_MS);
  await publish('2', ['2026-11-01']);
  await publish('3', ['2026-11-01']);

  expect(catalog.partitions.get('daily_sales/2026-11-02')).toBe(locationOf('1', '2026-11-02'));
  expect(store.keys()).toContain(fileOf('1', '2026-11-02'));
});

test('a day that has no rows any more is dropped; one that never had any is left alone', async () => {
  await publish('1', ['2026-11-01']);

  expect(await publish('2', [], ['2026-11-01', '2026-11-02'])).toMatchObject({
    days: 2,
    moved: 0,
    dropped: 1,
  });
  expect(catalog.partitions.size).toBe(0);
  expect(effects.list.slice(-2)).toEqual([
    'retire daily_sales 2026-11-01 run=1',
    'drop daily_sales/2026-11-01',
  ]);
});

test('publishing the same run twice changes nothing the second time', async () => {
  await publish('1', ['2026-11-01']);
  const before = effects.list.length;

  expect(await publish('1', ['2026-11-01'])).toMatchObject({ moved: 0, dropped: 0 });
  expect(effects.list).toHaveLength(before);
});

test('a day that cannot be pointed fails the step, and nothing is removed', async () => {
  await publish('0', ['2026-11-01']);
  await publish('1', ['2026-11-01']);
  clock.advance(2 * HOUR_MS);
  effects.failOn(/point/, new Error('Conflict'));

  await expect(publish('2', ['2026-11-01'])).rejects.toThrow('Conflict');
  expect(store.keys()).toHaveLength(3);
});

test('a run that dies right after it has moved a day back behind another run leaves it pending, too', async () => {
  ledger.pendingDays.days.set('2026-11-01', { changes: 4, pending: false });
  const point = catalog.pointPartition;
  catalog.pointPartition = async (...args) => {
    await point(...args);
    throw new Error('killed');
  };
  await expect(publish('late', ['2026-11-01'])).rejects.toThrow('killed');

  expect(await ledger.pendingDays.list(10)).toMatchObject([{ day: '2026-11-01', changes: 5 }]);
});

test('a run that moves a day back behind another run leaves it pending, so that the next one repairs it', async () => {
  // Both runs had seen the counter at 3; the other one then published an hour, wrote its mart, and cleared the day.
  ledger.pendingDays.days.set('2026-11-01', { changes: 4, pending: false });
  ledger.pendingDays.days.set('2026-11-02', { changes: 3, pending: false });
  await publish('late', ['2026-11-01', '2026-11-02']);

  expect(effects.list).toEqual([
    'reopenDay 2026-11-01',
    `point daily_sales/2026-11-01 -> ${locationOf('late', '2026-11-01')}`,
    `point daily_sales/2026-11-02 -> ${locationOf('late', '2026-11-02')}`,
    'reopenDay 2026-11-01',
  ]);
  expect(await ledger.pendingDays.list(10)).toMatchObject([{ day: '2026-11-01', changes: 6 }]);
});

test('a day that was only read is not moved, and is pending again if it has changed since', async () => {
  for (const day of ['2026-11-01', '2026-11-02']) ledger.pendingDays.markChanged(`${day}T05`);
  const days = [
    ...(await ledger.pendingDays.counters(['2026-11-02'])),
    ...(await ledger.pendingDays.counters(['2026-11-01'])).map((day) => ({ ...day, readOnly: true })),
  ];
  await ledger.pendingDays.clear(await ledger.pendingDays.list(10));
  store.seed(fileOf('1', '2026-11-02'), '1');
  ledger.pendingDays.markChanged('2026-11-01T23');
  await ledger.pendingDays.clear(await ledger.pendingDays.list(10));

  const location = 's3://lake/marts/daily_sales/run=1/';
  const done = await publishMart({ mart: 'daily_sales', location, days }, { store, catalog, ...ledger });

  expect(done).toMatchObject({ days: 1, moved: 1, dropped: 0 });
  expect([...catalog.partitions.keys()]).toEqual(['daily_sales/2026-11-02']);
  expect((await ledger.pendingDays.list(10)).map(({ day }) => day)).toEqual(['2026-11-01']);
});
