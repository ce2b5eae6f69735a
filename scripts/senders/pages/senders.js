// What a web page does with each library, for checkBrowser.ts to call. Each sends an order, and the ids that it was given
// come back to be looked for.
import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';
import { AnalyticsBrowser } from '@segment/analytics-next';
import {
  flushBuffer,
  newTracker,
  setUserId,
  trackPageView,
  trackSelfDescribingEvent,
  trackStructEvent,
} from '@snowplow/browser-tracker';

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

// It keeps what was not taken, and sends it again with the next event or page: a flush stands for that.
const snowplow = (url, options, what) =>
  new Promise((resolve) => {
    const ids = [];
    let failures = 0;
    newTracker('sp', url, {
      ...options,
      credentials: 'omit',
      plugins: [{ afterTrack: ({ eid }) => ids.push(eid) }],
      onRequestSuccess: () => resolve(ids),
      onRequestFailure: ({ willRetry }) => {
        failures += 1;
        if (willRetry && failures < 3) flushBuffer();
        else resolve(ids);
      },
    });
    setUserId('u-1');
    if (what === 'all') trackPageView();
    if (what === 'all') trackStructEvent({ category: 'shop', action: 'add', value: 2.5 });
    const schema = 'iglu:com.acme/order_completed/jsonschema/1-0-0';
    trackSelfDescribingEvent({ event: { schema, data: order } });
  });

const bodiesOf = (key, what) => {
  const names = what === 'all' ? ['page_view', 'button_clicked', 'order_completed'] : ['order_completed'];
  const common = { event_time: new Date(), sent_at: new Date(), user_id: 'u-1' };
  return names.map((event_name) => {
    const event = { ...common, event_id: crypto.randomUUID(), event_name, properties: order };
    return { id: event.event_id, body: JSON.stringify({ write_key: key, events: [event] }) };
  });
};

globalThis.senders = {
  // Both are called and not waited for, as by a page that is left.
  beacon: (url, key, what) => {
    const sent = bodiesOf(key, what);
    for (const { body } of sent) navigator.sendBeacon(`${url}/v1/events`, body);
    return sent.map(({ id }) => id);
  },
  keepalive: (url, key, what) => {
    const sent = bodiesOf(key, what);
    for (const { body } of sent) void fetch(`${url}/v1/events`, { method: 'POST', body, keepalive: true });
    return sent.map(({ id }) => id);
  },
  snowplowPost: (url, key, what) =>
    snowplow(url, { appId: 'shop', customHeaders: { 'x-write-key': key } }, what),
  snowplowGet: (url, key, what) => snowplow(url, { appId: key, eventMethod: 'get' }, what),
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
