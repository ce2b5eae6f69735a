import { describe, expect, test } from '@jest/globals';
import { MAX_BODY_BYTES, MAX_EVENTS } from '../../src/collect/limits.ts';
import { protectionWith } from '../../src/collect/protection.ts';
import { personalData } from '../../src/events/personalData.ts';
import {
  createFakeStream,
  KEY,
  protocols,
  RECEIVED_AT,
  type RequestParts,
  send,
} from '../helpers/collector.ts';

const [tp2, pixel] = ['POST /com.snowplowanalytics.snowplow/tp2', 'GET /i'].map((at) => protocols().get(at));
if (tp2 === undefined || pixel === undefined) throw new Error('no protocol');

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const batchOf = (...data: unknown[]) => ({
  schema: 'iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4',
  data,
});
const post = (data: unknown[], parts: RequestParts = {}, stream = createFakeStream()) =>
  send(tp2, { headers: { 'user-agent': 'Browser/1' }, body: batchOf(...data), ...parts }, stream);
const taken = async (payload: object, parts: RequestParts = {}) =>
  (await post([payload], parts)).stream.events()[0];

const contexts = [
  { schema: 'iglu:com.acme/user/jsonschema/1-0-0', data: { plan: 'pro', 한: [1] } },
  {
    schema: 'iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2',
    data: { userId: 'device-1', sessionId: 'session-1', sessionIndex: 3 },
  },
];
const co = { schema: 'iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0', data: contexts };
const wrapped = (schema: string, data: unknown) => ({
  schema: 'iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0',
  data: { schema, data },
});
const click = wrapped('iglu:com.acme/link_click/jsonschema/1-0-1', { targetUrl: 'https://a.example', n: 1 });

const pageView = {
  ...{ e: 'pv', eid: 'f0e1', tv: 'js-4.6.0', tna: 'sp', aid: 'web', p: 'web', res: '1920x1080', cookie: '1' },
  ...{ url: 'https://shop.example/a/b?q=1', page: 'A page', refr: 'https://search.example/' },
  ...{ dtm: '1793530790000', stm: '1793530800000', uid: 'u1', duid: 'd1', sid: 's1', tnuid: 'n1' },
  ...{ lang: 'ko-KR', tz: 'Asia/Seoul' },
};

describe('a payload becomes an event', () => {
  test('a page view: page, ids, clock; every other parameter by its own name', async () => {
    const { collected, body, stream } = await post([pageView]);
    expect([collected.answer.status, body]).toEqual([200, 'ok']);
    expect(stream.events()).toEqual([
      {
        event_id: 'f0e1',
        event_name: 'page_view',
        // Ten seconds before it was received, by a clock that is off by minutes.
        event_time: '2026-11-01T11:59:50.000Z',
        received_at: RECEIVED_AT,
        source: 'shop',
        ...{ user_id: 'u1', anonymous_id: 'd1', session_id: 's1' },
        context: {
          page: { url: pageView.url, title: 'A page', referrer: pageView.refr },
          ...{ userAgent: 'Browser/1', locale: 'ko-KR', timezone: 'Asia/Seoul' },
          snowplow: {
            ...{
              tv: 'js-4.6.0',
              tna: 'sp',
              aid: 'web',
              p: 'web',
              res: '1920x1080',
              cookie: '1',
              tnuid: 'n1',
            },
          },
        },
        properties: {
          ...{ page_url: pageView.url, page_path: '/a/b' },
          ...{ page_title: 'A page', referrer: pageView.refr },
        },
        schema_version: '1',
      },
    ]);
  });

  test.each<[string, object]>([
    ['text', { ue_pr: JSON.stringify(click), co: JSON.stringify(co) }],
    ['base64 for URLs', { ue_px: base64url(click), cx: base64url(co) }],
  ])('a self-describing event and contexts, as %s, are kept whole', async (_how, parameters) => {
    const line = await taken({ e: 'ue', eid: '1', ...parameters });
    expect(line).toMatchObject({ event_name: 'link_click', properties: click.data.data });
    expect(line?.context.snowplow).toEqual({ schema: click.data.schema, contexts });
    expect([line?.anonymous_id, line?.session_id]).toEqual(['device-1', 'session-1']);
  });

  test.each<[object, string, object]>([
    [
      { e: 'se', se_ca: 'shop', se_ac: 'add', se_la: 'x', se_pr: '', se_va: '2.50' },
      'structured_event',
      { category: 'shop', action: 'add', label: 'x', value: 2.5 },
    ],
    [
      { e: 'tr', tr_id: '1', tr_tt: '59.90', tr_tx: 'x', tr_cu: 'EUR', tr_ci: 'Seoul' },
      'transaction',
      { order_id: '1', total: 59.9, tax: 'x', city: 'Seoul', currency: 'EUR' },
    ],
    [
      { e: 'ti', ti_id: '1', ti_sk: 'A', ti_nm: 'Cup', ti_pr: '10', ti_qu: '2' },
      'transaction_item',
      { order_id: '1', sku: 'A', name: 'Cup', price: 10, quantity: 2 },
    ],
    [{ e: 'pp', pp_mix: '0', pp_may: '400' }, 'page_ping', { min_x: 0, max_y: 400 }],
    [{ e: 'ue', ue_pr: wrapped('iglu:a/b/jsonschema/1-0-0', [1]) }, 'b', { data: [1] }],
    [{ e: 'xx', foo: 'bar' }, 'xx', {}],
  ])('%j is a %s', async (payload, name, properties) => {
    const line = await taken(payload);
    expect([line?.event_name, line?.properties]).toEqual([name, properties]);
  });

  test('numbers are kept as they were sent', async () => {
    const { stream } = await post([{ e: 'tr', tr_tt: '59.90', tr_sh: '9007199254740993' }]);
    expect(stream.text()).toContain('"total":59.90,"shipping":9007199254740993');
  });

  test.each<[string, object, string]>([
    ['the true time wins, and is not corrected', { ttm: '1793520000000' }, '2026-11-01T08:00:00.000Z'],
    ['without a time of sending the device is believed', { stm: undefined }, '2026-11-01T10:59:50.000Z'],
    ['a time of sending that is none moves nothing', { stm: 'x' }, '2026-11-01T10:59:50.000Z'],
    ['without any it is the receipt', { dtm: undefined, stm: undefined }, RECEIVED_AT],
  ])('%s', async (_what, more, time) =>
    expect((await taken({ ...pageView, ...more }))?.event_time).toBe(time),
  );

  test('a network user id stands in where there is no domain user id', async () => {
    const line = await taken({ ...pageView, duid: undefined });
    expect(line?.anonymous_id).toBe('n1');
    expect(line?.context.snowplow).not.toHaveProperty('tnuid');
  });
});

describe('what is wrong with a payload', () => {
  test.each<[object, string]>([
    [{ eid: '1', tv: 'x' }, 'missing_event_name'],
    [{ e: 'ue' }, 'invalid_event'],
    [{ e: 'ue', ue_px: 'no base64!' }, 'invalid_event'],
    [{ e: 'ue', ue_pr: JSON.stringify(click).replace('iglu:com.acme', 'no') }, 'invalid_event'],
    [{ e: 'pv', cx: 'AAAA' }, 'invalid_event'],
    [{ e: 'pv', co: '{"schema":"iglu:a/b/jsonschema/1-0-0","data":{}}' }, 'invalid_event'],
    [{ e: 'pv', dtm: 'now' }, 'invalid_event_time'],
    [{ e: 'ue', ue_pr: '['.repeat(100) + ']'.repeat(100) }, 'invalid_event'],
  ])(
    '%j goes to quarantine as it was sent (%s), and the tracker is done with it',
    async (payload, reason) => {
      const { status, stream } = await post([payload]);
      expect([status, stream.refused().map(({ refused }) => refused.reason)]).toEqual([200, [reason]]);
      expect(stream.refused()[0]?.raw).toBe(JSON.stringify(payload));
    },
  );

  test('a stream that is busy makes trackers send the whole again', async () => {
    const stream = createFakeStream((records) =>
      records.map((_, index) => (index > 0 ? undefined : 'InternalFailure')),
    );
    const { status, collected } = await post([pageView, { e: 'xx' }], {}, stream);
    expect([status, collected.answer.headers['retry-after']]).toEqual([503, '2']);
  });

  test.each([
    ['x', 'invalid_json'],
    ['[]', 'invalid_json'],
    ['{"data":{}}', 'invalid_batch'],
  ])('a body of %s is a 400, which trackers do not send again', async (body, code) => {
    const { status, body: answer } = await post([], { body });
    expect([status, answer.error.code]).toEqual([400, code]);
  });
});

test.each([
  ['is too large', { body: ' '.repeat(MAX_BODY_BYTES + 1) }, 'body_too_large'],
  ['is zipped in another way', { headers: { 'content-encoding': 'br' } }, 'unsupported_encoding'],
  ['holds too many events', { body: batchOf(...Array(MAX_EVENTS + 1).fill({})) }, 'too_many_events'],
])(
  'a request that %s is 400, since trackers would send it again for good after 413 and 415',
  async (_what, parts, code) => {
    const { status, body, stream } = await post([pageView], parts);
    expect([status, Object(body).error.code, stream.text()]).toEqual([400, code, '']);
  },
);

describe('the app id as the write key', () => {
  const keyed = { ...pageView, aid: KEY };

  test('is the key where no header has one, and no app id then', async () => {
    const { status, stream } = await post([keyed, { e: 'pv', eid: '2' }], { key: null });
    expect([status, stream.events().length]).toEqual([200, 2]);
    expect(stream.text()).not.toContain(KEY);
  });

  test('is an app id where a header has one', async () => {
    const { stream } = await post([keyed, { ...keyed, aid: 'app' }, { eid: '1', aid: 'app' }]);
    expect(stream.events().map(({ context }) => context.snowplow)).toMatchObject([
      { aid: KEY },
      { aid: 'app' },
    ]);
    expect(stream.refused()[0]?.raw).toBe('{"eid":"1","aid":"app"}');
  });

  test.each([[[]], [[pageView]], [[{ e: 'pv' }, keyed]]])('%j without a key is a 401', async (data) =>
    expect((await post(data, { key: null })).status).toBe(401),
  );

  test('an event with another key than that of the first is rejected, and no key is in quarantine', async () => {
    const { stream } = await post([keyed, { e: 'pv', aid: 'wk_other' }, { eid: '1', aid: KEY }], {
      key: null,
    });
    expect(stream.events().length).toBe(1);
    expect(stream.refused().map(({ raw }) => raw)).toEqual([
      '{"e":"pv","aid":"[write key]"}',
      '{"eid":"1","aid":"[write key]"}',
    ]);
  });
});

describe('the pixel', () => {
  const query = new URLSearchParams({ ...pageView, e: 'ue', ue_px: base64url(click) });
  const get = (more: Record<string, string>, parts: RequestParts = {}) => {
    const asked = new URLSearchParams({ ...Object.fromEntries(query), ...more });
    return send(pixel, { query: asked, ...parts });
  };

  test('is the same event as in a batch, answered by an image of one pixel', async () => {
    const { collected, stream } = await get({ aid: KEY }, { key: null });
    expect(collected.answer).toMatchObject({ status: 200, isBase64Encoded: true });
    expect(collected.answer.headers).toMatchObject({ 'content-type': 'image/gif' });
    expect(Buffer.from(collected.answer.body, 'base64').subarray(0, 10)).toEqual(
      Buffer.from([...Buffer.from('GIF89a'), 1, 0, 1, 0]),
    );
    const { stream: batch } = await post([Object.fromEntries(query)], { headers: {} });
    expect(stream.events()[0]?.context.snowplow).toEqual({
      ...Object(batch.events()[0]?.context.snowplow),
      aid: undefined,
    });
    expect(stream.events()[0]?.properties).toEqual(click.data.data);
    expect(stream.text()).not.toContain(KEY);
  });

  test('needs a key, in its app id or a header', async () => {
    expect((await get({}, { key: null })).status).toBe(401);
    expect((await get({})).status).toBe(200);
  });

  test('that is no event is kept as the payload it would have been', async () => {
    const { status, stream } = await send(pixel, {
      query: new URLSearchParams(`eid=1&aid=${KEY}&tv=%ED%95%9C`),
      key: null,
    });
    expect([status, stream.refused()[0]?.raw]).toEqual([200, '{"eid":"1","aid":"[write key]","tv":"한"}']);
  });
});

test('personal data is found where trackers have it, in base64 too, and in what is rejected', async () => {
  const everywhere = new Map([
    ['user_id', 'hash'],
    ['anonymous_id', 'hash'],
    ['session_id', 'drop'],
  ] as const);
  const protection = protectionWith('secret', { ...personalData(), everywhere });
  const user = wrapped('iglu:com.acme/signed_up/jsonschema/1-0-0', { email: 'jane@x.example' });
  const payload = {
    ...{ e: 'ue', eid: '1', tv: 'x' },
    uid: 'u-jane',
    nuid: 'n-jane',
    cx: base64url(co),
    ue_px: base64url(user),
  };
  const body = batchOf(payload, { ...payload, e: undefined });
  const { stream } = await send(tp2, { body }, createFakeStream(), { protection: async () => protection });
  expect(stream.lines().length).toBe(2);
  for (const secret of ['jane', 'device-1', 'session-1', base64url(user), base64url(co)]) {
    expect(stream.text()).not.toContain(secret);
  }
  expect(stream.text()).toContain('"plan":"pro"');
});
