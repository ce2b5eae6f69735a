import { afterEach, expect, test } from '@jest/globals';
import { Analytics } from '@segment/analytics-node';
import { createFakeStream, KEY } from '../helpers/collector.ts';
import { type CollectorServer, startCollector } from '../helpers/collectorServer.ts';

let collector: CollectorServer | undefined;

afterEach(async () => {
  await collector?.close();
});

const sendWith = async (host: string): Promise<void> => {
  const analytics = new Analytics({ writeKey: KEY, host, flushAt: 10, maxRetries: 2 });
  analytics.identify({ userId: 'u1', traits: { plan: 'pro' } });
  analytics.track({ userId: 'u1', event: 'Order Completed', properties: { revenue: 12.5 } });
  analytics.page({ anonymousId: 'a1', name: 'Home', properties: { url: 'https://example.com/' } });
  analytics.group({ userId: 'u1', groupId: 'g1', traits: { size: 3 } });
  analytics.alias({ userId: 'u1', previousId: 'a1' });
  await analytics.closeAndFlush();
};

test("what Segment's Node SDK sends comes out as events", async () => {
  const stream = createFakeStream();
  collector = await startCollector(stream, ['order_completed']);

  await sendWith(collector.url);

  expect(new Set(collector.statuses)).toEqual(new Set([200]));
  expect(stream.refused()).toEqual([]);
  expect(
    stream.events().map(({ event_name, user_id, properties }) => [event_name, user_id, properties]),
  ).toEqual([
    ['user_identified', 'u1', { plan: 'pro' }],
    ['order_completed', 'u1', { revenue: 12.5 }],
    ['page_view', null, { url: 'https://example.com/', name: 'Home' }],
    ['group_identified', 'u1', { size: 3, group_id: 'g1' }],
    ['user_aliased', 'u1', { previous_id: 'a1' }],
  ]);
  expect(stream.events()[0]?.context).toMatchObject({ library: { name: '@segment/analytics-node' } });
});

test("Segment's Node SDK sends again what the stream did not take, under the same ids", async () => {
  const ids: string[][] = [];
  const stream = createFakeStream((records, call) => {
    ids.push(
      records.flatMap(
        ({ data }) =>
          Buffer.from(data)
            .toString()
            .match(/"event_id":"[^"]+"/g) ?? [],
      ),
    );
    return records.map(() => (call === 0 ? 'InternalFailure' : undefined));
  });
  collector = await startCollector(stream);

  await sendWith(collector.url);

  expect(collector.statuses).toEqual([503, ...collector.statuses.slice(1).map(() => 200)]);
  expect(ids.slice(1)).toContainEqual(ids[0]);
  expect(stream.events().length).toBe(5);
});
