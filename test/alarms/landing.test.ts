import '../helpers/someWindow.ts';
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
import { type Dependencies, HOUR, MINUTE, openDependencies } from './support/dependencies.ts';

/** The template's own mapping from the stream to land, in the real poller; the function is a plain one here. */

let dependencies: Dependencies;
let kinesis: Kinesis;
let mappings: Mappings | undefined;
let awaited: string | undefined;
const db = () => openStore(IN_MEMORY);
const context = { accessKeyId: 'test' };

beforeEach(async () => {
  awaited = undefined;
  dependencies = await openDependencies();
  kinesis = openKinesis({ db: db(), now: dependencies.now, throttle: true, measure: dependencies.measure });
  const { name } = dependencies.resource('EventStream');
  await kinesis.call('CreateStream', { StreamName: name, ShardCount: 1 }, context);
});
afterEach(async () => {
  await mappings?.stop();
  mappings = undefined;
  await dependencies.close();
});

const put = (records: number): Promise<unknown> => {
  const StreamName = dependencies.resource('EventStream').name;
  const Records = Array.from({ length: records }, (_, i) => ({ PartitionKey: String(i), Data: 'e30K' }));
  return kinesis.call('PutRecords', { StreamName, Records }, context);
};

/** Starts polling; `answer` is what the function does. */
const poll = (
  answer: () => Promise<object>,
  changes: Partial<MappingSpec> = {},
  consumer: 'Land' | 'Windows' = 'Land',
): void => {
  const spec = functionSpec(dependencies.resource(`${consumer}LambdaFunction`), '.');
  const runtime = meteredRuntime<Pick<LambdaRuntime, 'invoke' | 'spec'>>(
    {
      spec: () => spec,
      invoke: async () => {
        try {
          return { payload: JSON.stringify(await answer()) };
        } catch (error) {
          return { payload: JSON.stringify({ errorMessage: String(error) }), functionError: 'Unhandled' };
        }
      },
    },
    dependencies.measure,
    dependencies.now,
  );
  mappings = startMappings(
    [
      {
        ...mappingSpec(dependencies.resource(`${consumer}EventSourceMappingKinesisEventStream`)),
        startAt: 'TRIM_HORIZON',
        ...changes,
      },
    ],
    {
      db: db(),
      kinesis,
      invoker: runtime,
      timer: timer(),
      measure: dependencies.measure,
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
  await dependencies.until(() => dependencies.ringing().includes(name));
};

/** The poller's waiting moves the clock, until what the test waits for has happened. */
const timer = (): Timer => ({
  now: dependencies.now,
  sleep: (ms, signal) =>
    awaited !== undefined && dependencies.ringing().includes(awaited)
      ? new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      : dependencies.pass(ms),
});

/** As land answers when the lake or the ledger does not take the batch: from the first record on. */
const handsBack = async () => ({ batchItemFailures: [{ itemIdentifier: '' }] });

test('land-failing rings when land hands its batches back in ten minutes of an hour', async () => {
  const before = dependencies.now();
  poll(handsBack);
  const ringing = rings('land-failing');
  await put(10);
  await ringing;
  expect(dependencies.now() - before).toBeGreaterThanOrEqual(10 * MINUTE);
  expect(await dependencies.told()).toEqual(['land-failing']);
});

test('land-errors rings when land crashes in ten minutes of an hour', async () => {
  poll(() => Promise.reject(new Error('out of memory')));
  const ringing = rings('land-errors');
  await put(1);
  await ringing;
  expect(await dependencies.told()).toEqual(['land-errors']);
});

test('land-behind rings when records wait longer than fifteen minutes', async () => {
  poll(handsBack);
  const ringing = rings('land-behind');
  await put(1);
  await ringing;
  expect(await dependencies.told()).toEqual(['land-failing', 'land-behind']);
});

test('land-gave-up rings when a batch goes to the lake as a failed one', async () => {
  poll(handsBack, { maxRetries: 0 });
  await put(3);
  await mappings?.idle();
  await dependencies.pass(MINUTE);
  expect(await dependencies.told()).toEqual(['land-gave-up']);
});

test('land-dropped rings when a batch is given up and goes nowhere', async () => {
  poll(handsBack, { maxRetries: 0, onFailure: undefined });
  await put(3);
  await mappings?.idle();
  await dependencies.pass(MINUTE);
  expect(await dependencies.told()).toEqual(['land-dropped']);
});

/** As the function windows when S3 does not take its parts. */
const crashes = () => Promise.reject(new Error('SlowDown'));

test('windows-errors rings when the windows cannot be written in ten minutes of an hour', async () => {
  poll(crashes, {}, 'Windows');
  const ringing = rings('windows-errors');
  await put(1);
  await ringing;
  expect(await dependencies.told()).toEqual(['windows-errors']);
});

test('windows-behind rings when counts are later than fifteen minutes', async () => {
  poll(crashes, {}, 'Windows');
  const ringing = rings('windows-behind');
  await put(1);
  await ringing;
  expect(await dependencies.told()).toEqual(['windows-errors', 'windows-behind']);
});

test('windows-gave-up rings when a batch is given up before it was counted', async () => {
  let calls = 0;
  const first = () => (++calls === 1 ? crashes() : Promise.resolve({ state: {} }));
  poll(first, { maxRetries: 0, bisect: false }, 'Windows');
  await put(3);
  await mappings?.idle();
  await dependencies.pass(MINUTE);
  expect(await dependencies.told()).toEqual(['windows-gave-up']);
});

test('windows-uncounted rings when an event cannot be counted', async () => {
  const of = { namespace: 'Headrace/prod', dimensions: { service: 'windows' }, unit: 'Count' } as const;
  dependencies.measure({ ...of, name: 'EventsUncounted', value: 1 });
  await dependencies.pass(MINUTE);
  expect(await dependencies.told()).toEqual(['windows-uncounted']);
});

test('stream-throttled rings when the shard refuses records in ten minutes of an hour, not for one burst', async () => {
  const burst = () => Promise.all([put(500), put(500), put(500)]);
  await burst();
  await dependencies.pass(20 * MINUTE);
  expect(await dependencies.told()).toEqual([]);
  for (let minute = 0; minute < 10; minute += 1) {
    await burst();
    await dependencies.pass(MINUTE);
  }
  expect(await dependencies.told()).toEqual(['stream-throttled']);
});

test('batches that land ring nothing', async () => {
  poll(async () => ({ batchItemFailures: [] }));
  await put(10);
  await mappings?.idle();
  await dependencies.pass(HOUR);
  expect(await dependencies.told()).toEqual([]);
});
