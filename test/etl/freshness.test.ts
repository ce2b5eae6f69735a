import { expect, test } from '@jest/globals';
import { freshnessOf } from '../../src/etl/freshness.ts';
import { createFakeLedger } from '../helpers/fakes/ledger.ts';
import { fixedClock } from '../helpers/fakes.ts';

const clock = fixedClock('2026-11-01T12:00:00.000Z');

test('freshness counts from the landing that made an hour stale, not from the hour: an import of history is fresh', async () => {
  const ledger = createFakeLedger();
  ledger.partitionStates.land('2020-02-01T05', new Date('2026-11-01T11:59:00.000Z'));
  expect(await freshnessOf(['2020-02-01T05'], { ...ledger, clock })).toEqual({ stale: 1, oldestSeconds: 60 });
});

test('the one that has waited longest tells, on whatever day it is', async () => {
  const ledger = createFakeLedger();
  ledger.partitionStates.land('2026-10-30T05', new Date('2026-11-01T11:00:00.000Z'));
  ledger.partitionStates.land('2026-11-01T05', new Date('2026-11-01T09:00:00.000Z'));
  ledger.partitionStates.land('2026-11-01T05', new Date('2026-11-01T11:59:00.000Z'));
  const stale = ['2026-10-30T05', '2026-11-01T05'];
  expect(await freshnessOf(stale, { ...ledger, clock })).toEqual({ stale: 2, oldestSeconds: 3 * 3_600 });
});

test('an hour that the run leaves out does not count, and without any nothing is old', async () => {
  const ledger = createFakeLedger();
  ledger.partitionStates.land('2026-11-01T05', new Date('2026-11-01T09:00:00.000Z'));
  expect(await freshnessOf([], { ...ledger, clock })).toEqual({ stale: 0, oldestSeconds: 0 });
});
