/** What an application in Node does with each library. */
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import {
  buildPageView,
  buildSelfDescribingEvent,
  buildStructEvent,
  newTracker,
} from '@snowplow/node-tracker';
import { CloudEvent, emitterFor, HTTP, httpTransport, Mode } from 'cloudevents';
import type { SenderCollector } from './collector.ts';
import { HAPPENED, ORDER, type Row, rowOf, type Send, TRIES, type What } from './judging.ts';
import { installedVersion } from './versions.ts';

type Sender = (collector: SenderCollector) => Send;

const ids = ['m-order', 'm-identify', 'm-page', 'm-group'];

/** What was sent where the caller says the ids. */
export const ownIds = (what: What, all: readonly string[] = ids) => ({
  ids: what === 'all' ? all : all.slice(0, 1),
  order: all[0] ?? '',
});

/** Of every message. An own id is not in the types of RudderStack's library, but it takes one. */
const message = (messageId: string) => ({ userId: 'u-1', timestamp: HAPPENED, messageId });

const segment: Sender =
  ({ url, key }) =>
  async (what) => {
    const client = new Analytics({ writeKey: key, host: url, flushAt: 10, maxRetries: 2 });
    client.on('error', () => {}); // what is given up
    client.track({ ...message('m-order'), event: 'Order Completed', properties: ORDER });
    if (what === 'all') {
      client.identify({ ...message('m-identify'), traits: { plan: 'gold' } });
      client.page({ ...message('m-page'), name: 'Home' });
      client.group({ ...message('m-group'), groupId: 'g-1' });
    }
    await client.closeAndFlush();
    return ownIds(what);
  };

const rudder: Sender =
  ({ url, key }) =>
  async (what) => {
    const client = new RudderAnalytics(key, {
      ...{ dataPlaneUrl: url, flushAt: 10, flushInterval: 100, retryCount: 2, logLevel: 'none' },
      errorHandler: () => {}, // what is given up
    });
    client.track({ ...message('m-order'), event: 'Order Completed', properties: { ...ORDER } });
    if (what === 'all') {
      client.identify({ ...message('m-identify'), traits: { plan: 'gold' } });
      client.page({ ...message('m-page'), name: 'Home' });
      client.group({ ...message('m-group'), groupId: 'g-1' });
    }
    await client.flush();
    return ownIds(what);
  };

/** The order first. An id in Headrace is a source and its id. */
const cloudEvents = (what: What) => {
  const common = { source: '/shop', time: HAPPENED.toISOString(), userid: 'u-1' };
  const order = new CloudEvent<object>({ ...common, id: 'm-order', type: 'order_completed', data: ORDER });
  const others = ['m-page', 'm-group'].map(
    (id) => new CloudEvent<object>({ ...common, id, type: 'com.acme.seen', data: { path: '/' } }),
  );
  const events = what === 'all' ? [order, ...others] : [order];
  return { events, sent: { ids: events.map(({ id }) => `/shop ${id}`), order: '/shop m-order' } };
};

const cloudEventsBy =
  (mode: Mode): Sender =>
  ({ url, key }) =>
  async (what) => {
    const emit = emitterFor(httpTransport(`${url}/v1/cloudevents`), { mode });
    const { events, sent } = cloudEvents(what);
    for (const event of events) await emit(event, { headers: { 'x-write-key': key } });
    return sent;
  };

/** The library reads batches and makes none: a sender puts its structured events into an array. */
const cloudEventsBatch: Sender =
  ({ url, key }) =>
  async (what) => {
    const { events, sent } = cloudEvents(what);
    await fetch(`${url}/v1/cloudevents`, {
      method: 'POST',
      headers: { 'x-write-key': key, 'content-type': 'application/cloudevents-batch+json' },
      body: `[${events.map((event) => HTTP.structured(event).body).join(',')}]`,
    });
    return sent;
  };

/** Each flush is what the next event of an application causes. */
const snowplow =
  (eventMethod: 'get' | 'post'): Sender =>
  ({ url, key }) =>
  async (what) => {
    const { hostname: endpoint, port } = new URL(url);
    const keyed = eventMethod === 'post' ? { customHeaders: { 'x-write-key': key } } : {};
    const tracker = newTracker(
      { namespace: 'n', appId: eventMethod === 'post' ? 'shop' : key },
      { endpoint, port: Number(port), protocol: 'http', eventMethod, bufferSize: 10, ...keyed },
    );
    tracker.setUserId('u-1');
    const event = { schema: 'iglu:com.acme/order_completed/jsonschema/1-0-0', data: { ...ORDER } };
    const payloads = [buildSelfDescribingEvent({ event })];
    if (what === 'all') {
      payloads.push(buildPageView({ pageUrl: 'https://shop.example/', pageTitle: 'Home' }));
      payloads.push(buildStructEvent({ category: 'shop', action: 'add', value: 2.5 }));
    }
    const ids = payloads.map((payload) =>
      String(tracker.track(payload, [], { type: 'ttm', value: HAPPENED.getTime() })?.eid),
    );
    for (let tries = 0; tries < TRIES; tries += 1) await tracker.flush();
    return { ids, order: ids[0] ?? '' };
  };

const openTelemetry: Sender =
  ({ url, key }) =>
  async (what) => {
    const exporter = new OTLPLogExporter({ url: `${url}/v1/logs`, headers: { 'x-write-key': key } });
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    const sent = ownIds(what, ['m-order', 'm-page', 'm-group']);
    for (const uid of sent.ids)
      provider.getLogger('shop').emit({
        eventName: uid === 'm-order' ? 'order_completed' : 'seen',
        timestamp: HAPPENED,
        attributes: { 'log.record.uid': uid, 'user.id': 'u-1', ...(uid === 'm-order' ? ORDER : {}) },
      });
    await provider.shutdown();
    return sent;
  };

/** Name in the registry, protocol, and the mode where there are several. */
const senders: readonly (readonly [string, string, string, Sender])[] = [
  ['@segment/analytics-node', 'Segment', '', segment],
  ['@rudderstack/rudder-sdk-node', 'RudderStack', '', rudder],
  ['cloudevents', 'CloudEvents', ', binary', cloudEventsBy(Mode.BINARY)],
  ['cloudevents', 'CloudEvents', ', structured', cloudEventsBy(Mode.STRUCTURED)],
  ['cloudevents', 'CloudEvents', ', batched', cloudEventsBatch],
  ['@snowplow/node-tracker', 'Snowplow', ', POST', snowplow('post')],
  ['@snowplow/node-tracker', 'Snowplow', ', GET', snowplow('get')],
  ['@opentelemetry/exporter-logs-otlp-http', 'OpenTelemetry', '', openTelemetry],
];

export const nodeRows = async (collector: SenderCollector): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const [name, protocol, mode, sender] of senders) {
    const about = { client: `${name}${mode}`, version: installedVersion(name), protocol, ranIn: 'Node' };
    rows.push(await rowOf(about, collector, sender(collector)));
  }
  return rows;
};
