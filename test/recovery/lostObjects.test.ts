import { beforeEach, expect, test } from '@jest/globals';
import { writeInputs } from '../../src/build/inputs.ts';
import type { Difference } from '../../src/recovery/balance.ts';
import { nameLostObjects } from '../../src/recovery/lostObjects.ts';
import type { Reconciliation } from '../../src/recovery/reconciling.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

const HOUR = '2026-11-01T05';
const RAW = 'raw/dt=2026-11-01/hr=05/';
const keys = ['a-1-n2', 'a-2-n1', 'b-1-n3', 'b-2-n1', 'b-3-n1'].map((name) => `${RAW}${name}.ndjson.gz`);

const { store } = eachFakePorts();

beforeEach(async () => {
  for (const key of keys) store.seed(key, `lines of ${key}`);
  await writeInputs(store, HOUR, 'b1', await store.list(RAW), new Map());
});

const difference: Difference = { partition: HOUR, stage: 'raw', message: 'raw objects are missing' };

const found = (differences: Difference[], build: string | null = 'b1'): Reconciliation => ({
  balances: [
    {
      partition: HOUR,
      raw: 0,
      build,
      counts: null,
      parquet: null,
      quarantined: { landed: 0, built: 0 },
      stale: false,
      pending: 0,
      differences,
    },
  ],
  differences,
});

const named = async (...of: Parameters<typeof found>) =>
  (await nameLostObjects(found(...of), store)).differences;

test('a raw object that is gone, or has other bytes, is named', async () => {
  await store.remove([String(keys[1])]);
  store.seed(String(keys[3]), 'other');
  expect(await named([difference])).toEqual([
    {
      ...difference,
      message: `raw objects are missing: ${keys[1]}, ${keys[3]}`,
      objects: [keys[1], keys[3]],
    },
  ]);
});

test('of many the first three are in the message, and all in the list', async () => {
  await store.remove(keys);
  const [one] = await named([difference]);
  expect(one?.message).toBe(`raw objects are missing: ${keys.slice(0, 3).join(', ')} and 2 more`);
  expect(one?.objects).toEqual(keys);
});

test('objects that have landed since the build are none that are missing', async () => {
  store.seed(`${RAW}c-1-n9.ndjson.gz`, 'new');
  await store.remove([String(keys[0])]);
  expect((await named([difference]))[0]?.objects).toEqual([keys[0]]);
});

test('a difference of another stage, or of a build that left no list, stays as it is', async () => {
  await store.remove(keys);
  const published: Difference = { ...difference, stage: 'publish' };
  expect(await named([published])).toEqual([published]);
  expect(await named([difference], 'b0')).toEqual([difference]);
  expect(await named([difference], null)).toEqual([difference]);
});
