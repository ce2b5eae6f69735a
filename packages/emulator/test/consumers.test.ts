import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Deliveries, startDeliveries } from '../src/firehose/deliveries.ts';
import { openFirehose } from '../src/firehose/service.ts';
import type { Mappings } from '../src/lambda/mappings/mappings.ts';
import { properties } from './firehose/fixture.ts';
import { STREAM_ARN, setUp, virtualTimer } from './lambda/mappings/fixture.ts';

/** Three consumers of one stream, as Headrace has them: two functions, one of them with windows, and a delivery stream. */

const land = { uuid: 'land', functionName: 'land', maxRetries: undefined };
const windows = {
  ...{ uuid: 'windows', functionName: 'windows', maxRetries: undefined, tumblingSeconds: 60 },
  consumerArn: `${STREAM_ARN}/consumer/windows:1`,
};
const consumers = ['land', 'windows', 'archive'];

const troubles = ['stopped', 'slow', 'failing'] as const;
type Trouble = (typeof troubles)[number];

let fixture: Awaited<ReturnType<typeof setUp>>;
let mappings: Mappings;
let deliveries: Deliveries | undefined;
let released: PromiseWithResolvers<void>;
beforeEach(async () => {
  fixture = await setUp();
  released = Promise.withResolvers();
});
afterEach(async () => {
  released.resolve();
  await Promise.all([mappings.stop(), deliveries?.stop()]);
});

/** What a consumer in trouble does with a batch. */
const suffer = (trouble: Trouble): Promise<void> =>
  trouble === 'failing' ? Promise.reject(new Error('cannot')) : released.promise;

/** `advance` moves their clock. */
const start = (victim: string, trouble: Trouble): ((ms: number) => void) => {
  const { timer, advance } = virtualTimer(false);
  const runs = (name: string): boolean => victim !== name || trouble !== 'stopped';
  const answer = async (name: string) => {
    if (victim === name) await suffer(trouble);
    return { state: {} };
  };
  mappings = fixture.start(
    { ...land, enabled: runs('land') },
    (_keys, _sequences, _payload, name) => answer(name),
    timer,
    [{ ...windows, enabled: runs('windows') }],
  );
  const { db, kinesis } = fixture;
  const firehose = openFirehose({ db, kinesis, now: timer.now });
  firehose.deploy('archive', properties({ BufferingHints: { IntervalInSeconds: 0, SizeInMBs: 1 } }));
  const ports = {
    kinesis,
    store: firehose.store,
    timer,
    log: () => undefined,
    measure: () => undefined,
    onError: () => undefined,
  };
  const put = async (): Promise<void> => void (await answer('archive'));
  deliveries = runs('archive') ? startDeliveries(firehose.specs(), { ...ports, put }) : undefined;
  return advance;
};

const lags = (): Record<string, number | undefined> => {
  const lagOf = ({ shards }: { shards: { millisBehindLatest: number }[] }): number =>
    Math.max(...shards.map(({ millisBehindLatest }) => millisBehindLatest));
  const [ofLand, ofWindows] = mappings.status().map(lagOf);
  const [ofArchive] = deliveries?.status().map(lagOf) ?? [];
  return Object.fromEntries(
    Object.entries({ land: ofLand, windows: ofWindows, archive: ofArchive }).filter(
      ([, lag]) => lag !== undefined,
    ),
  );
};

const caughtUp = async (name: string): Promise<void> =>
  name === 'archive' ? deliveries?.idle() : mappings.idle(undefined, name);

describe.each(consumers)('%s', (victim) => {
  test.each(troubles)('that is %s leaves the lag of the other consumers at zero', async (trouble) => {
    const advance = start(victim, trouble);
    const others = consumers.filter((name) => name !== victim);
    for (let batch = 0; batch < 3; batch += 1) {
      await fixture.put(`${batch}`);
      await Promise.all(others.map(caughtUp));
      advance(10_000);
    }
    const { [victim]: behind, ...rest } = lags();
    expect(rest).toEqual(Object.fromEntries(others.map((name) => [name, 0])));
    // A delivery stream that does not run has no lag that anybody could read.
    expect(behind).toBe(victim === 'archive' && trouble === 'stopped' ? undefined : 30_000);
  });
});
