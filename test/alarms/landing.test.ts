import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Timer } from 'headrace-emulator';
import type { Kinesis, LambdaRuntime } from 'headrace-emulator/services';
import {
  functionSpec,
  IN_MEMORY,
  type MappingSpec,
  type Mappings,
  mappingSpec,
  meteredRuntime,
  openKinesis,
  openStore,
  startMappings,
} from 'headrace-emulator/services';
import { HOUR, MINUTE, openWorld, type World } from './support/world.ts';

/** The template's own mapping from the stream to land, in the real poller; the function is a plain one here. */

let world: World;
let kinesis: Kinesis;
let mappings: Mappings | undefined;
let awaited: string | undefined;
const db = () => openStore(IN_MEMORY);
const context = { accessKeyId: 'test' };

beforeEach(async () => {
  awaited = undefined;
  world = await openWorld();
  kinesis = openKinesis({ db: db(), now: world.now, throttle: true, measure: world.measure });
  const { name } = world.resource('EventStream');
  await kinesis.call('CreateStream', { StreamName: name, ShardCount: 1 }, context);
});
afterEach(async () => {
  await mappings?.stop();
  mappings = undefined;
  await world.close();
});

const put = (records: number): Promise<unknown> => {
  const StreamName = world.resource('EventStream').name;
  const Records = Array.from({ length: records }, (_, i) => ({ PartitionKey: String(i), Data: 'e30K' }));
  return kinesis.call('PutRecords', { StreamName, Records }, context);
};

/** Starts polling; `land` answers as the function does. */
const poll = (land: () => Promise<object>, changes: Partial<MappingSpec> = {}): void => {
  const spec = functionSpec(world.resource('LandLambdaFunction'), '.');
  const runtime = meteredRuntime<Pick<LambdaRuntime, 'invoke' | 'spec'>>(
    {
      spec: () => spec,
      invoke: async () => {
        try {
          return { payload: JSON.stringify(await land()) };
        } catch (error) {
          return { payload: JSON.stringify({ errorMessage: String(error) }), functionError: 'Unhandled' };
        }
      },
    },
    world.measure,
    world.now,
  );
  mappings = startMappings(
    [{ ...mappingSpec(world.resource('LandEventSourceMappingKinesisEventStream')), ...changes }],
    {
      db: db(),
      kinesis,
      invoker: runtime,
      timer: timer(),
      measure: world.measure,
      functionOf: () => ({ arn: spec.arn, role: spec.role }),
      discard: async () => {},
      onError: (error) => {
        throw error;
      },
    },
  );
};

/** Resolves when the alarm rings; from then on time stands, so that nothing else begins to. */
const rings = async (name: string): Promise<void> => {
  awaited = name;
  await world.until(() => world.ringing().includes(name));
};

/** The poller's waiting moves the clock, until what the test waits for has happened. */
const timer = (): Timer => ({
  now: world.now,
  sleep: (ms, signal) =>
    awaited !== undefined && world.ringing().includes(awaited)
      ? new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      : world.pass(ms),
});

/** As land answers when the lake or the ledger does not take the batch: from the first record on. */
const handsBack = async () => ({ batchItemFailures: [{ itemIdentifier: '' }] });

test('land-failing rings when land hands its batches back for a quarter of an hour', async () => {
  const before = world.now();
  poll(handsBack);
  const ringing = rings('land-failing');
  await put(10);
  await ringing;
  expect(world.now() - before).toBeGreaterThan(10 * MINUTE);
  expect(await world.told()).toEqual(['land-failing']);
});

test('land-errors rings when land crashes for a quarter of an hour', async () => {
  poll(() => Promise.reject(new Error('out of memory')));
  const ringing = rings('land-errors');
  await put(1);
  await ringing;
  expect(await world.told()).toEqual(['land-errors']);
});

test('land-behind rings when records wait longer than fifteen minutes', async () => {
  poll(handsBack);
  const ringing = rings('land-behind');
  await put(1);
  await ringing;
  expect(await world.told()).toEqual(['land-failing', 'land-behind']);
});

test('land-gave-up rings when a batch goes to the lake as a failed one', async () => {
  poll(handsBack, { maxRetries: 0 });
  await put(3);
  await mappings?.idle();
  await world.pass(MINUTE);
  expect(await world.told()).toEqual(['land-gave-up']);
});

test('land-dropped rings when a batch is given up and goes nowhere', async () => {
  poll(handsBack, { maxRetries: 0, onFailure: undefined });
  await put(3);
  await mappings?.idle();
  await world.pass(MINUTE);
  expect(await world.told()).toEqual(['land-dropped']);
});

test('stream-throttled rings when the shard refuses records in three periods running, not for one burst', async () => {
  const burst = () => Promise.all([put(500), put(500), put(500)]);
  await burst();
  await world.pass(20 * MINUTE);
  expect(await world.told()).toEqual([]);
  for (let period = 0; period < 3; period += 1) {
    await burst();
    await world.pass(5 * MINUTE);
  }
  expect(await world.told()).toEqual(['stream-throttled']);
});

test('batches that land ring nothing', async () => {
  poll(async () => ({ batchItemFailures: [] }));
  await put(10);
  await mappings?.idle();
  await world.pass(HOUR);
  expect(await world.told()).toEqual([]);
});
