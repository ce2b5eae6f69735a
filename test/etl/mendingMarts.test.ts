import { beforeEach, expect, test } from '@jest/globals';
import { publishMart } from '../../src/etl/marts.ts';
import { mendMarts } from '../../src/etl/mendingMarts.ts';
import { martDayFolder, martRunFolder } from '../../src/lake/layout.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

const { clock, store, catalog, ledger } = eachFakePorts('2026-11-01T12:00:00.000Z');
const DAY = '2026-03-01';
const OTHER = '2026-03-02';
const MART = 'daily_sales';

const mend = () => mendMarts({ store, catalog, ...ledger, clock, marts: [MART] });
const pending = async () => (await ledger.pendingDays.list(10)).map(({ day }) => day);

const write = (run: string, day: string): void =>
  store.seed(`${martDayFolder(MART, `run=${run}`, day)}1c2d_0`, run);

/** A run that writes the mart of a day, or finds that it has no rows, publishes it and clears the day. */
const runOf = async (run: string, day: string, hasRows = true): Promise<void> => {
  ledger.pendingDays.markChanged(`${day}T05`);
  const days = await ledger.pendingDays.counters([day]);
  if (hasRows) write(run, day);
  const location = store.uri(martRunFolder(MART, run));
  await publishMart({ mart: MART, location, days }, { store, catalog, ...ledger });
  await ledger.pendingDays.clear(await ledger.pendingDays.counters([day]));
};

/** A call to Glue of a run, so late that others have come in between. */
const showLate = (run: string, day: string) =>
  catalog.pointPartition(MART, [day], store.uri(martDayFolder(MART, `run=${run}`, day)));

beforeEach(async () => {
  await runOf('a', DAY);
  await runOf('b', DAY);
  await runOf('a', OTHER);
});

test('a move of a mart that takes effect after a newer one is found, and the day is written again', async () => {
  expect(await mend()).toEqual([]);
  await showLate('a', DAY);

  expect(await mend()).toEqual([{ mart: MART, day: DAY }]);
  expect(await pending()).toEqual([DAY]);

  await runOf('c', DAY);
  expect(await mend()).toEqual([]);
  expect(await pending()).toEqual([]);
});

test('a mart that the project no longer has is not asked about', async () => {
  await showLate('a', DAY);
  expect(await mendMarts({ store, catalog, ...ledger, clock, marts: ['daily_events'] })).toEqual([]);
  expect(await pending()).toEqual([]);
});

test('without marts nothing is asked, and with several as much of each', async () => {
  const limits: number[] = [];
  const retiredFiles = {
    ...ledger.retiredFiles,
    retiredMartRuns: (before: Date, limit: number) => {
      limits.push(limit);
      return ledger.retiredFiles.retiredMartRuns(before, limit);
    },
  };
  for (const marts of [[], [MART], [MART, 'daily_events']])
    await mendMarts({ store, catalog, ...ledger, retiredFiles, clock, marts });
  expect(limits).toEqual([500, 1000]);
});

test('a day that a late call takes away is found, and one that has no rows any more is not', async () => {
  await runOf('c', DAY, false);
  expect(await mend()).toEqual([]);

  await runOf('d', DAY);
  await catalog.dropPartition(MART, [DAY]);
  expect(await mend()).toEqual([{ mart: MART, day: DAY }]);
});

test('a day that a late call brings back after its rows have gone is found', async () => {
  await runOf('c', DAY, false);
  await showLate('b', DAY);
  expect(await mend()).toEqual([{ mart: MART, day: DAY }]);
});

test('a day of two marts is marked once, and a day of which nothing was replaced not at all', async () => {
  await showLate('a', DAY);
  await catalog.dropPartition(MART, [OTHER]);
  const before = (await ledger.pendingDays.counters([DAY]))[0]?.changes ?? 0;

  expect(await mend()).toEqual([{ mart: MART, day: DAY }]);

  expect((await ledger.pendingDays.counters([DAY]))[0]?.changes).toBe(before + 1);
  expect(await pending()).toEqual([DAY]);
});

test('what another run publishes in between two looks is not wrong', async () => {
  await showLate('a', DAY);
  const { partitionLocation } = catalog;
  let looks = 0;
  catalog.partitionLocation = async (table, values) => {
    looks += 1;
    const location = await partitionLocation(table, values);
    if (looks === 1) await runOf('c', DAY);
    return location;
  };
  expect(await mend()).toEqual([]);
});

test('of a day of another time zone the days of UTC that have a part of it are marked', async () => {
  ledger.pendingDays.markChanged('2026-02-28T20');
  await ledger.pendingDays.clear(await ledger.pendingDays.list(10));
  await showLate('a', DAY);
  await mendMarts({ store, catalog, ...ledger, clock, marts: [MART], timeZone: 'Asia/Seoul' });
  expect(await pending()).toEqual(['2026-02-28', DAY]);
});
