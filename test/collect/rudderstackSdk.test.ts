import { afterEach, expect, test } from '@jest/globals';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { createFakeStream, KEY } from '../helpers/collector.ts';
import { type CollectorServer, startCollector } from '../helpers/collectorServer.ts';

let collector: CollectorServer | undefined;

afterEach(async () => {
  await collector?.close();
});

test("RudderStack's Node SDK sends again what the stream did not take, and each event comes out once", async () => {
  const stream = createFakeStream((records, call) =>
    records.map(() => (call === 0 ? 'InternalFailure' : undefined)),
  );
  collector = await startCollector(stream, ['order_completed']);
  const analytics = new RudderAnalytics(KEY, {
    ...{ dataPlaneUrl: collector.url, flushAt: 10, flushInterval: 60_000, retryCount: 2, logLevel: 'none' },
  });

  analytics.track({ userId: 'u1', event: 'Order Completed', properties: { revenue: 12.5 } });
  analytics.identify({ userId: 'u1', traits: { plan: 'pro' } });
  await analytics.flush();

  // The first event goes at once, the other by the flush.
  expect([...collector.statuses].sort()).toEqual([200, 200, 503]);
  expect(
    stream
      .events()
      .map(({ event_name, user_id }) => [event_name, user_id])
      .sort(),
  ).toEqual([
    ['order_completed', 'u1'],
    ['user_identified', 'u1'],
  ]);
});
