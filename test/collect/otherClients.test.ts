import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  buildPageView,
  buildSelfDescribingEvent,
  buildStructEvent,
  newTracker,
  type Tracker,
} from '@snowplow/node-tracker';
import { CloudEvent, emitterFor, HTTP, httpTransport, Mode } from 'cloudevents';
import { createFakeStream, type FakeStream, KEY, type Plan } from '../helpers/collector.ts';
import { type CollectorServer, startCollector } from '../helpers/collectorServer.ts';

/** The first call to the stream fails, so that a client has to send again. */
const firstFails: Plan = (records, call) => records.map(() => (call === 0 ? 'InternalFailure' : undefined));

let stream: FakeStream;
let collector: CollectorServer;

const start = async (plan?: Plan): Promise<void> => {
  stream = createFakeStream(plan);
  collector = await startCollector(stream);
};

beforeEach(() => start());
afterEach(() => collector.close());

const headers = { 'x-write-key': KEY };
const cloudEvent = new CloudEvent({
  ...{ id: 'e1', source: '/shop', type: 'com.example.paid', subject: 'order/7', tenant: 'acme' },
  data: { amount: 12.5 },
});

test.each([Mode.BINARY, Mode.STRUCTURED])('what cloudevents emits in mode %s is an event', async (mode) => {
  const emit = emitterFor(httpTransport(`${collector.url}/v1/cloudevents`), { mode });
  await emit(cloudEvent, { headers });
  expect(collector.statuses).toEqual([202]);
  expect(stream.events()).toMatchObject([
    {
      event_id: '/shop e1',
      event_name: 'com.example.paid',
      context: { cloudevent: { tenant: 'acme', subject: 'order/7' } },
      properties: { amount: 12.5 },
    },
  ]);
});

test('a batch of cloudevents is as many events', async () => {
  const batch = [cloudEvent, cloudEvent.cloneWith({ id: 'e2' })].map((event) =>
    JSON.parse(String(HTTP.structured(event).body)),
  );
  const answer = await fetch(`${collector.url}/v1/cloudevents`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(batch),
  });
  expect(answer.status).toBe(202);
  expect(stream.events().map(({ event_id }) => event_id)).toEqual(['/shop e1', '/shop e2']);
});

const track = async (eventMethod: 'get' | 'post', keyed: object, appId: string): Promise<Tracker> => {
  const { hostname: endpoint, port } = new URL(collector.url);
  const tracker = newTracker(
    { namespace: 'n', appId },
    { endpoint, port: Number(port), protocol: 'http', eventMethod, bufferSize: 3, ...keyed },
  );
  tracker.setUserId('u1');
  const context = [{ schema: 'iglu:com.acme/user/jsonschema/1-0-0', data: { plan: 'pro' } }];
  tracker.track(buildPageView({ pageUrl: 'https://shop.example/a', pageTitle: 'A' }), context);
  tracker.track(buildStructEvent({ category: 'shop', action: 'add', value: 2.5 }));
  const event = { schema: 'iglu:com.acme/link_click/jsonschema/1-0-1', data: { target: '한' } };
  tracker.track(buildSelfDescribingEvent({ event }));
  await tracker.flush();
  return tracker;
};

test.each<['get' | 'post', string, object, string]>([
  ['post', 'a header', { customHeaders: headers }, 'my-app'],
  ['post', 'the app id', {}, KEY],
  ['get', 'the app id', {}, KEY],
])(
  "what Snowplow's Node tracker sends by %s, the key in %s, comes out as events",
  async (method, _in, keyed, appId) => {
    await track(method, keyed, appId);
    expect(new Set(collector.statuses)).toEqual(new Set([200]));
    expect(stream.refused()).toEqual([]);
    const told = stream
      .events()
      .map(({ event_name, user_id, properties }) => [event_name, user_id, properties]);
    expect(told).toEqual([
      ['page_view', 'u1', { page_url: 'https://shop.example/a', page_path: '/a', page_title: 'A' }],
      ['structured_event', 'u1', { category: 'shop', action: 'add', value: 2.5 }],
      ['link_click', 'u1', { target: '한' }],
    ]);
    expect(stream.events()[0]?.context.snowplow).toMatchObject({ contexts: [{ data: { plan: 'pro' } }] });
    expect(stream.text()).not.toContain(KEY);
  },
);

test("Snowplow's Node tracker keeps what the stream did not take, and sends it again", async () => {
  await collector.close();
  await start(firstFails);
  const tracker = await track('post', {}, KEY);
  await tracker.flush();
  expect(collector.statuses).toEqual([503, 200]);
  expect(new Set(stream.events().map(({ event_id }) => event_id)).size).toBe(3);
});

test("what OpenTelemetry's exporter sends in JSON comes out as events, and is sent again when it was not taken", async () => {
  await collector.close();
  await start(firstFails);
  const exporter = new OTLPLogExporter({ url: `${collector.url}/v1/logs`, headers });
  const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger('checkout', '1.0.0');
  logger.emit({ eventName: 'order_completed', attributes: { order_id: '1001', 'user.id': 'u1' } });
  logger.emit({ body: 'a line of a log' });
  await provider.shutdown();
  expect(collector.statuses).toEqual([503, 200]);
  expect(stream.events()).toMatchObject([
    {
      ...{ event_name: 'order_completed', user_id: 'u1', properties: { order_id: '1001' } },
      context: { otel: { scope: { name: 'checkout', version: '1.0.0' } } },
    },
  ]);
  expect(stream.refused().map(({ refused }) => refused.reason)).toEqual(['missing_event_name']);
});
