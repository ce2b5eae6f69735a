// What a web page does with each library, for checkBrowser.ts to call. Each sends an order, and the ids that it was given
// come back to be looked for.
import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';
import { AnalyticsBrowser } from '@segment/analytics-next';

const order = { order_id: 'O-1', revenue: 49.9, currency: 'EUR' };

const segment = async (cdnURL, writeKey, options, what) => {
  const analytics = AnalyticsBrowser.load({ writeKey, cdnURL }, options);
  await analytics.ready();
  const ids = [];
  // When it is handed over, not when it is answered: a page may be gone by then.
  analytics.addSourceMiddleware(({ payload, next }) => {
    ids.push(payload.obj.messageId);
    next(payload);
  });
  if (what === 'all') analytics.identify('u-1', { plan: 'gold' });
  if (what === 'all') analytics.page('Home');
  analytics.track('Order Completed', order);
  while (ids.length < (what === 'all' ? 3 : 1)) await new Promise((next) => setTimeout(next, 20));
  return ids;
};

const rudder = (url, writeKey, options, what) =>
  new Promise((resolve) => {
    const analytics = new RudderAnalytics();
    const ids = [];
    const wanted = what === 'all' ? 3 : 1;
    const told = (event) => {
      ids.push(event.message?.messageId ?? event.messageId);
      if (ids.length === wanted) resolve(ids);
    };
    analytics.load(writeKey, url, { configUrl: url, ...options });
    analytics.ready(() => {
      if (what === 'all') analytics.identify('u-1', { plan: 'gold' }, told);
      if (what === 'all') analytics.page('Home', told);
      analytics.track('Order Completed', { ...order }, told);
    });
  });

globalThis.senders = {
  segment: (url, key, what) => segment(url, key, {}, what),
  segmentBatching: (url, key, what) =>
    segment(
      url,
      key,
      {
        integrations: {
          'Segment.io': { deliveryStrategy: { strategy: 'batching', config: { size: 10, timeout: 500 } } },
        },
      },
      what,
    ),
  rudder: (url, key, what) => rudder(url, key, {}, what),
  rudderBeacon: (url, key, what) =>
    rudder(url, key, { useBeacon: true, beaconQueueOptions: { flushQueueInterval: 500 } }, what),
};
