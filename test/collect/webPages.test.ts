import { describe, expect, test } from '@jest/globals';
import { answering } from '../../src/collect/answering.ts';
import { native } from '../../src/collect/protocols/native.ts';
import { clientFamilies, router } from '../../src/collect/routes.ts';
import { createFakeStream, KEY, protocols, send } from '../helpers/collector.ts';

const beacon = { key: null, headers: { 'content-type': 'text/plain;charset=UTF-8' } };

describe('a native beacon, which can set no header', () => {
  test('has its key beside the events, and the key is stored nowhere', async () => {
    const stream = createFakeStream();
    const body = { write_key: KEY, events: [{ event_name: 'a', event_id: '1' }, { event_id: '2' }] };
    const { status } = await send(native, { ...beacon, body }, stream);
    expect(status).toBe(207);
    expect(stream.events()).toMatchObject([{ event_id: '1', properties: {} }]);
    expect(stream.text()).not.toContain(KEY);
  });

  test.each(['write_key', 'writeKey'])('has its key as %s beside the only event', async (name) => {
    const stream = createFakeStream();
    const { status } = await send(native, { ...beacon, body: { [name]: KEY, event_name: 'a' } }, stream);
    expect([status, stream.events()[0]?.properties]).toEqual([202, {}]);
    expect(stream.text()).not.toContain(KEY);
  });

  test('that is rejected has no key in quarantine', async () => {
    const stream = createFakeStream();
    const { status } = await send(native, { ...beacon, body: { write_key: KEY, user_id: 'u' } }, stream);
    expect([status, stream.refused()[0]?.raw]).toEqual([422, '{"write_key":"[write key]","user_id":"u"}']);
  });

  test.each([
    ['a key that nobody has', { write_key: 'wk_other', event_name: 'a' }],
    ['a key deep inside', { event_name: 'a', properties: { write_key: KEY } }],
    ['a key that is not text', { write_key: [KEY], event_name: 'a' }],
    ['a list, which has no room for a key', [{ write_key: KEY, event_name: 'a' }]],
  ])('with %s is a 401', async (_what, body) => {
    const stream = createFakeStream();
    expect((await send(native, { ...beacon, body }, stream)).status).toBe(401);
    expect(stream.taken).toEqual([]);
  });
});

describe("RudderStack's beacon", () => {
  const protocol = protocols().get('POST /beacon/v1/batch');
  if (protocol === undefined) throw new Error('no such route');
  const message = { type: 'track', event: 'x', messageId: 'm', userId: 'u' };
  const sendBeacon = (key: string, body: object, stream = createFakeStream()) =>
    send(protocol, { ...beacon, body, query: new URLSearchParams({ writeKey: key }) }, stream);

  test('has its key in the URL', async () => {
    const stream = createFakeStream();
    expect((await sendBeacon(KEY, { batch: [message] }, stream)).status).toBe(200);
    expect(stream.events()).toMatchObject([{ event_id: 'm', source: 'shop' }]);
  });

  test('with another key, or none, is a 401', async () => {
    expect((await sendBeacon('wk_other', { batch: [message] })).status).toBe(401);
    expect((await sendBeacon('', { batch: [message] })).status).toBe(401);
  });

  test.each(['POST /v1/events', 'POST /v1/batch'])(
    'is the only one: %s takes no key from the URL',
    async (at) => {
      const other = protocols().get(at);
      if (other === undefined) throw new Error('no such route');
      const query = new URLSearchParams({ writeKey: KEY });
      expect((await send(other, { ...beacon, body: { batch: [message] }, query })).status).toBe(401);
    },
  );
});

const routeOf = router(clientFamilies(new Set()));
const get = async (at: string, headers: Record<string, string> = {}, query = '') => {
  const request = { headers: new Map(Object.entries(headers)), body: '', query: new URLSearchParams(query) };
  const { answer } = await answering(request, routeOf(at), () => {
    throw new Error('asks for nothing');
  });
  return { ...answer, body: JSON.parse(answer.body) };
};

describe('what libraries ask for before they send', () => {
  test.each([
    ['https', { host: 'c.example' }, 'c.example/v1'],
    ['https', { host: 'c.example', 'x-forwarded-proto': 'https' }, 'c.example/v1'],
    ['http', { host: '127.0.0.1:4566', 'x-forwarded-proto': 'http' }, '127.0.0.1:4566/v1'],
  ])("Segment's settings point at the collector itself, by %s", async (protocol, headers, apiHost) => {
    const { status, body } = await get('GET /v1/projects/wk_1/settings', headers);
    expect([status, body.integrations]).toEqual([
      200,
      { 'Segment.io': { apiKey: 'wk_1', apiHost, protocol } },
    ]);
  });

  test.each([{}, { host: 'a b' }, { host: 'a/b' }, { host: '"' }])(
    'are not there for a host of %j',
    async (headers) => {
      expect(await get('GET /v1/projects/wk_1/settings', headers)).toMatchObject({
        status: 404,
        body: { message: 'Not Found' },
      });
    },
  );

  test("RudderStack's say that the source is enabled and has no destinations", async () => {
    const authorization = `Basic ${Buffer.from('wk_1:').toString('base64')}`;
    const byHeader = await get('GET /sourceConfig', { authorization });
    expect(byHeader.body.source).toMatchObject({ writeKey: 'wk_1', enabled: true, destinations: [] });
    expect(await get('GET /sourceConfig', {}, 'writeKey=wk_1')).toEqual(byHeader);
    expect((await get('GET /sourceConfig')).status).toBe(404);
  });
});

test("an answer of Segment's paths says code and message at its top, too", async () => {
  const batch = protocols().get('POST /v1/batch');
  if (batch === undefined) throw new Error('no such route');
  const { body } = await send(batch, { key: 'wk_other', body: {} });
  expect(body).toEqual({ code: 'unauthorized', message: expect.any(String), error: expect.any(Object) });
  const full = createFakeStream((records) => records.map(() => 'ProvisionedThroughputExceededException'));
  const one = { batch: [{ type: 'track', event: 'x' }] };
  const { status, body: throttled } = await send(batch, { body: one }, full);
  expect([status, throttled.code]).toEqual([503, 'throttled']);
});
