import { expect, test } from '@jest/globals';
import { rawKey } from '../../src/lake/layout.ts';
import { reconcileLastDays } from '../../src/recovery/reconcilingDays.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';
import { fixedClock } from '../helpers/fakes.ts';

const clock = fixedClock('2026-11-05T12:30:00.000Z');
const { store, ledger, catalog } = eachFakePorts('2026-11-05T06:00:00.000Z');
const count = (days: number) => reconcileLastDays(days, { store, ...ledger, catalog, clock });

/** Raw rows that nothing builds: a difference of its hour. */
const forget = (partition: string): void => store.seed(rawKey(partition, 's-1', 1), 'a\n');

const found = async (days: number) =>
  (await count(days)).differences.map(({ partition }) => partition).sort();

test('every hour of the last days is counted once, whatever part it is in', async () => {
  // The bounds of the parts: 7 days before, and 14.
  const hours = ['2026-11-05T12', '2026-10-29T13', '2026-10-29T12', '2026-10-22T12', '2026-10-22T11'];
  for (const hour of hours) forget(hour);

  expect(await found(400)).toEqual(hours.toSorted());
  expect((await count(400)).hours).toBe(hours.length);
});

test('hours before the days that were asked for are left out, and so is nothing of today', async () => {
  for (const hour of ['2026-11-04T11', '2026-11-04T12', '2026-11-05T13']) forget(hour);
  expect(await found(1)).toEqual(['2026-11-04T12', '2026-11-05T13']);
});

test('days of which nothing is stored cost no call for each', async () => {
  const asked: string[] = [];
  const list = (prefix: string) => {
    asked.push(prefix);
    return store.list(prefix);
  };
  forget('2026-11-01T05');
  await reconcileLastDays(62, { store: { ...store, list }, ...ledger, catalog, clock });
  expect(asked.filter((prefix) => prefix !== 'raw/dt=2026-11-01/' && !prefix.includes('/hr=05/'))).toEqual(
    [],
  );
});
