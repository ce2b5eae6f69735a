import { expect, test } from '@jest/globals';
import { Analytics } from '@segment/analytics-node';
import { useStage } from '../helpers/commandLine.ts';
import { describeShop } from '../helpers/shipped.ts';

const stage = useStage();

describeShop("Segment's own Node client, pointed at the collector", () => {
  test('sends events that come out of SQL, typed and once', async () => {
    const errors: unknown[] = [];
    const client = new Analytics({
      writeKey: stage.writeKey,
      host: stage.collector,
      path: '/v1/batch',
      flushAt: 3,
    });
    client.on('error', (error) => errors.push(error));
    const timestamp = new Date('2026-11-01T10:20:30.400Z');
    client.identify({ userId: 'u-1', traits: { plan: 'gold', big: 1 }, timestamp, messageId: 'm-identify' });
    client.track({
      userId: 'u-1',
      event: 'Order Completed',
      messageId: 'm-order',
      timestamp,
      properties: {
        order_id: 'O-1',
        revenue: 49.9,
        currency: 'EUR',
        products: [{ product_id: 'P-1', quantity: 2, price: 24.95 }],
      },
    });
    client.page({
      anonymousId: 'a-1',
      name: 'Home',
      timestamp,
      messageId: 'm-page',
      properties: { url: 'https://x.example/' },
    });
    await client.closeAndFlush();
    expect(errors).toEqual([]);
    expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
    const rows = await stage.ask(`
      SELECT event_id, event_name, user_id, anonymous_id, order_id, revenue, cardinality(items) AS items
      FROM events ORDER BY event_id`);
    expect(rows).toEqual([
      expect.objectContaining({ event_id: 'm-identify', event_name: 'user_identified', user_id: 'u-1' }),
      {
        event_id: 'm-order',
        event_name: 'order_completed',
        user_id: 'u-1',
        anonymous_id: null,
        order_id: 'O-1',
        revenue: '49.9',
        items: '1',
      },
      expect.objectContaining({ event_id: 'm-page', event_name: 'page_view', anonymous_id: 'a-1' }),
    ]);
  }, 120_000);
});
