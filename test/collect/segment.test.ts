import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { sharedData } from '../../packages/sharedData.ts';
import { segment, segmentFamily } from '../../src/collect/protocols/segment.ts';
import { type CallType, isCallType } from '../../src/collect/protocols/segmentCalls.ts';
import { isObject } from '../../src/json/parse.ts';
import { createFakeStream, KEY, RECEIVED_AT, send } from '../helpers/collector.ts';

const known = new Set(['order_completed', 'page_view']);

const call = async (type: CallType, body: unknown) => {
  const { status, body: answer, stream } = await send(segment(type, known), { body });
  expect([status, answer]).toEqual([200, { success: true }]);
  return stream.events()[0];
};

test('a write key in the body of a rejected event stays out of quarantine; the rest of its text is as it was', async () => {
  const body = `{"writeKey": "${KEY}",  "userId":"u", "note":"${KEY} is a word"}`;
  const { status, stream } = await send(segment('track', new Set()), { body, key: null });
  expect(status).toBe(200);
  expect(stream.refused().map(({ raw }) => raw)).toEqual([
    `{"writeKey": "[write key]",  "userId":"u", "note":"${KEY} is a word"}`,
  ]);
});

describe("Segment's calls become events", () => {
  test('a track call keeps its name and properties; its message id is the event id', async () => {
    const track = {
      type: 'track',
      messageId: 'm1',
      userId: 'u1',
      anonymousId: 'a1',
      event: 'Report Submitted',
      properties: { pages: 3 },
      context: { ip: '8.8.8.8', sessionId: 1793534400 },
      timestamp: '2026-11-01T10:00:00.000Z',
    };
    expect(await call('track', track)).toEqual({
      event_id: 'm1',
      event_name: 'Report Submitted',
      event_time: '2026-11-01T10:00:00.000Z',
      received_at: RECEIVED_AT,
      source: 'shop',
      user_id: 'u1',
      anonymous_id: 'a1',
      session_id: '1793534400',
      context: { ip: '8.8.8.8', sessionId: 1793534400 },
      properties: { pages: 3 },
      schema_version: '1',
    });
  });

  test.each([
    'Order Completed',
    'orderCompleted',
    'order-completed',
    ' Order  Completed! ',
    'order_completed',
  ])('"%s" means the known type order_completed', async (event) =>
    expect((await call('track', { event }))?.event_name).toBe('order_completed'),
  );

  test.each([
    ['Order Completed', 'Order Completed'],
    ['order-completed', 'Order Completed'],
    ['trial_started', 'trial_started'],
    ['Trial Started', 'Trial Started'],
    ['trialStarted', 'trial_started'],
  ])('"%s" means "%s" where known types have other names than their views', async (event, name) => {
    const named = new Set(['Order Completed', 'Trial Started', 'trial_started']);
    const { stream } = await send(segment('track', named), { body: { event } });
    expect(stream.events()[0]?.event_name).toBe(name);
  });

  test('a name of no known type stays as it was sent', async () => {
    expect((await call('track', { event: 'Order Refunded' }))?.event_name).toBe('Order Refunded');
  });

  test.each<[CallType, object, string, object]>([
    [
      'page',
      { name: 'Home', category: 'Docs', properties: { url: '/' } },
      'page_view',
      { url: '/', name: 'Home', category: 'Docs' },
    ],
    ['page', { name: 'Home', category: null, properties: { name: 'Home' } }, 'page_view', { name: 'Home' }],
    ['screen', { name: 'Start' }, 'screen_view', { name: 'Start' }],
    ['identify', { traits: { email: 'x@example.com' } }, 'user_identified', { email: 'x@example.com' }],
    [
      'group',
      { groupId: 'g1', traits: { plan: 'pro' } },
      'group_identified',
      { plan: 'pro', group_id: 'g1' },
    ],
    ['alias', { previousId: 'old', userId: 'new' }, 'user_aliased', { previous_id: 'old' }],
    [
      'track',
      { event: 'A', properties: { x: 1 }, traits: { y: 2 }, x: 3 },
      'A',
      { x: 1, traits: { y: 2 }, _outer: { x: 3 } },
    ],
  ])('%s %j is a %s', async (type, body, name, properties) => {
    expect(await call(type, body)).toMatchObject({ event_name: name });
    expect((await call(type, body))?.properties).toEqual(properties);
  });

  test('channel and integrations are kept beside the context, unless they say nothing', async () => {
    const body = { event: 'A', channel: 'web', integrations: { All: false }, context: { ip: '::1' } };
    expect((await call('track', body))?.context).toEqual({
      ip: '::1',
      channel: 'web',
      integrations: { All: false },
    });
    expect((await call('track', { event: 'A', integrations: {} }))?.context).toEqual({});
  });

  test('numbers keep every digit in a batch, in its context too', async () => {
    const body =
      '{"context":{"n":9007199254740993},"batch":[{"type":"track","event":"A","properties":{"m":9007199254740995}}]}';
    const { stream } = await send(segment('batch', known), { body });
    expect(stream.text()).toContain('"context":{"n":9007199254740993},"properties":{"m":9007199254740995}');
  });
});

describe('times', () => {
  const clock = { timestamp: '2026-11-01T09:00:00Z', sentAt: '2026-11-01T10:00:00Z' };

  test.each([
    ['corrected by how far the clock was off when it sent', clock, '2026-11-01T11:00:00.000Z'],
    ['left alone when sentAt is not a time', { ...clock, sentAt: 'now' }, '2026-11-01T09:00:00.000Z'],
    [
      'left alone when a server corrected it before',
      { ...clock, receivedAt: '2026-11-01T10:00:01Z' },
      '2026-11-01T09:00:00.000Z',
    ],
    [
      'taken from originalTimestamp',
      { originalTimestamp: clock.timestamp, sentAt: clock.sentAt },
      '2026-11-01T11:00:00.000Z',
    ],
    ['that of receipt when there is none', { sentAt: clock.sentAt }, RECEIVED_AT],
  ])('the time is %s', async (_how, times, expected) => {
    expect((await call('track', { event: 'A', ...times }))?.event_time).toBe(expected);
  });

  test('the sentAt of a batch counts for each of its messages that has none', async () => {
    const batch = [
      { type: 'track', event: 'A', timestamp: clock.timestamp },
      { type: 'page', timestamp: clock.timestamp, sentAt: RECEIVED_AT },
    ];
    const { stream } = await send(segment('batch', known), { body: { batch, sentAt: clock.sentAt } });
    expect(stream.events().map(({ event_time }) => event_time)).toEqual([
      '2026-11-01T11:00:00.000Z',
      '2026-11-01T09:00:00.000Z',
    ]);
  });
});

describe("answers are those that Segment's SDKs retry rightly on", () => {
  const batch = {
    batch: [{ type: 'track', event: 'A', messageId: 'm1' }, { type: 'nap' }, 7, { type: 'track' }],
  };

  test('rejected messages are a success to the SDK: they are in quarantine', async () => {
    const { status, body, stream } = await send(segment('batch', known), { body: batch });
    expect([status, body]).toEqual([200, { success: true }]);
    expect(stream.refused().map(({ refused, raw }) => [refused.reason, raw])).toEqual([
      ['invalid_event', '{"type":"nap"}'],
      ['not_an_object', '7'],
      ['missing_event_name', '{"type":"track"}'],
    ]);
  });

  test('a message that was not taken makes the whole a 503, so that the SDK sends it again', async () => {
    const stream = createFakeStream((records) => records.map(() => 'InternalFailure'));
    const { status, collected } = await send(segment('batch', known), { body: batch }, stream);
    expect([status, collected.answer.headers['retry-after']]).toEqual([503, '2']);
  });

  test.each(['[]', '"x"', 'x', '{"batch":{}}', '{}', '{"batch":[],"context":7}'])(
    'a batch of %s is a 400',
    async (body) => expect((await send(segment('batch', known), { body })).status).toBe(400),
  );
});

test('there is a route for every call, its first letter, imports, and what libraries ask for, and no other', () => {
  const calls = ['alias', 'batch', 'group', 'identify', 'page', 'screen', 'track'];
  expect(
    segmentFamily(known)
      .routes.map(({ at }) => at)
      .sort(),
  ).toEqual(
    [
      'GET /v1/projects/{writeKey}/settings',
      ...['import', 'm', ...calls, ...calls.map((call) => call.charAt(0))].map((name) => `POST /v1/${name}`),
    ].sort(),
  );
});

const spec = sharedData('vectors/segment/derived/segment_spec_payloads.jsonl');

(spec === undefined ? test.skip : test)(
  "every message of Segment's spec is taken, its fields whole",
  async () => {
    const messages = readFileSync(spec ?? '', 'utf8')
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line).payload)
      .filter(isObject)
      .filter((message) => isCallType(message.type ?? message.action));
    expect(messages.length).toBeGreaterThan(20);

    const { status, stream } = await send(segment('batch', known), { body: { batch: messages } });

    expect(status).toBe(200);
    const named = messages.filter(
      ({ type, action, event }) => (type ?? action) !== 'track' || event !== undefined,
    );
    expect(stream.events().length).toBe(named.length);
    for (const [index, event] of stream.events().entries()) {
      const { properties, traits, userId } = named[index] ?? {};
      expect(event.properties).toMatchObject(
        isObject(properties ?? traits) ? Object(properties ?? traits) : {},
      );
      expect(event.user_id).toBe(userId ?? null);
    }
  },
);

const calls = sharedData('vectors/segment/derived/segment_spec_calls.jsonl');

(calls === undefined ? test.skip : test)("every call of Segment's library examples is taken", async () => {
  const messages = readFileSync(calls ?? '', 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ type, event, properties }) =>
      type === 'track' || type === 'page' || type === 'screen'
        ? { type, event: event ?? properties.event, properties }
        : { type, traits: properties },
    );
  const { stream } = await send(segment('batch', known), { body: { batch: messages } });
  expect(stream.refused()).toEqual([]);
  expect(stream.events().length).toBe(messages.length);
  expect(stream.events().map(({ event_name }) => event_name)).toContain('order_completed');
});
