import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { protectionWith } from '../../src/collect/protection.ts';
import { native } from '../../src/collect/protocols/native.ts';
import { segment } from '../../src/collect/protocols/segment.ts';
import type { Protocol } from '../../src/collect/request.ts';
import { HeadraceError } from '../../src/errors.ts';
import type { EventType, Source } from '../../src/events/eventType.ts';
import { personalData, registryOf } from '../../src/events/personalData.ts';
import type { ProtectedPath } from '../../src/events/protectedPaths.ts';
import type { Protection } from '../../src/events/protection.ts';
import { type RequestParts, type Sent, send as sendPlain } from '../helpers/collector.ts';

const SECRET = 'the key of this stage';
/** As anybody with the key computes it: `openssl dgst -sha256 -hmac KEY`. */
const hmac = (text: string): string => `hmac:${createHmac('sha256', SECRET).update(text).digest('hex')}`;

const property = (...path: string[]): Source => ({ in: 'properties', path });

const gift: EventType = {
  name: 'gift_sent',
  view: 'gift_sent',
  comment: 'A present',
  columns: { coupon: [property('coupon'), property('code')] },
  pii: [
    { ...property('recipient', 'name'), protection: 'drop' },
    { ...property('recipients', 'email'), protection: 'hash' },
    { ...property('card'), protection: 'hash' },
  ],
};

const everywhere = new Map<ProtectedPath, Protection>([
  ['user_id', 'hash'],
  ['session_id', 'hash'],
  ['anonymous_id', 'drop'],
  ['context.ip', 'hash'],
  ['context.traits.email', 'hash'],
  ['properties.email', 'hash'],
  ['properties.phone', 'drop'],
]);
const registry = registryOf(
  [gift],
  [{ name: 'coupon', type: 'string', comment: 'Coupon', pii: 'hash' }],
  everywhere,
);

const send = (protocol: Protocol, parts: RequestParts, rules = registry): Promise<Sent> =>
  sendPlain(protocol, parts, undefined, { protection: async () => protectionWith(SECRET, rules) });

const jane = 'jane@example.com';
const lines = { 'content-type': 'application/x-ndjson' };

describe('an event with personal data', () => {
  test('enters the stream with a keyed hash in its place, or without it; the rest is as it was sent', async () => {
    const { status, stream } = await send(native, {
      body: `{"event_name":"note","event_id":"e1","user_id":"jane","anonymous_id":"a1","context":{"ip":"203.0.113.7",
        "locale":"en","traits":{"email":"${jane}","plan":"pro"}},"properties":{"email":"${jane}","phone":"+1","n":9007199254740993}}`,
    });
    expect(status).toBe(202);
    expect(stream.events()).toMatchObject([
      {
        event_id: 'e1',
        user_id: hmac('jane'),
        anonymous_id: null,
        session_id: null,
        context: {
          ip: hmac('203.0.113.7'),
          locale: 'en',
          traits: { email: hmac(jane), plan: 'pro' },
        },
        properties: { email: hmac(jane) },
      },
    ]);
    expect(stream.text()).toContain('"n":9007199254740993');
    expect(stream.text()).not.toMatch(/phone|jane/);
  });

  test('is spread over the shards by the hash: a partition key is stored too', async () => {
    const { stream } = await send(native, { body: { event_name: 'note', user_id: 'jane' } });
    expect(stream.taken.map(({ partitionKey }) => partitionKey)).toEqual([hmac('jane')]);
  });

  test.each([
    ['with something before it', (hash: string) => `jane@example.com ${hash}`],
    ['with something after it', (hash: string) => `${hash} jane@example.com`],
    ['on a line of its own', (hash: string) => `jane@example.com\n${hash}`],
  ])(
    'that only looks like a hash, %s, is hashed: nobody hides personal data beside one',
    async (_where, around) => {
      const email = around(hmac('x'));
      const { stream } = await send(native, { body: { event_name: 'note', properties: { email } } });
      expect(stream.events()[0]?.properties).toEqual({ email: hmac(email) });
      expect(stream.text()).not.toContain('jane');
    },
  );

  test('has its numbers, lists and objects hashed leaf by leaf; null and the empty text say nothing of anybody', async () => {
    const email = [jane, 42, { work: jane, none: null }, ''];
    const { stream } = await send(native, {
      body: { event_name: 'note', user_id: 42, properties: { email } },
    });
    const [event] = stream.events();
    expect(event).toMatchObject({
      user_id: hmac('42'),
      properties: { email: [hmac(jane), hmac('42'), { work: hmac(jane), none: null }, ''] },
    });
  });

  test('is not hashed twice when it is sent again, as a replay does', async () => {
    const body = { event_name: 'note', user_id: 'jane', context: { ip: '::1' } };
    const first = await send(native, { body });
    const again = await send(native, { body: first.stream.text(), headers: lines });
    expect(again.stream.text()).toBe(first.stream.text());
  });

  test('of a known type has the columns and properties of that type protected, by every name they are read from', async () => {
    const properties = {
      code: 'C1',
      card: 'Hello Jane',
      recipient: { name: 'Jane', city: 'Bern' },
      recipients: [{ email: jane, n: 1 }, { email: jane }],
    };
    const sent = (event_name: string) => send(native, { body: { event_name, properties } });
    expect((await sent('gift_sent')).stream.events()[0]?.properties).toEqual({
      code: hmac('C1'),
      card: hmac('Hello Jane'),
      recipient: { city: 'Bern' },
      recipients: [{ email: hmac(jane), n: 1 }, { email: hmac(jane) }],
    });
    expect((await sent('another')).stream.events()[0]?.properties).toEqual(properties);
  });

  test('is protected where fields beside the properties clash with them, too', async () => {
    const body = { event_name: 'note', email: jane, properties: { email: 'joe@example.com' } };
    const { stream } = await send(native, { body });
    expect(stream.events()[0]?.properties).toEqual({
      email: hmac('joe@example.com'),
      _outer: { email: hmac(jane) },
    });
  });

  test('has a member called __proto__ kept as any other', async () => {
    const { stream } = await send(native, {
      body: `{"event_name":"note","properties":{"email":"${jane}","__proto__":{"a":1}}}`,
    });
    expect(stream.text()).toContain('"__proto__":{"a":1}');
  });
});

describe("Segment's calls", () => {
  const call = (type: 'identify' | 'track' | 'alias' | 'page', body: object) =>
    send(segment(type, new Set()), { body });

  test('are protected under the names of the envelope, traits and context included', async () => {
    const { stream } = await call('identify', {
      userId: 'jane',
      anonymousId: 'a1',
      traits: { email: jane, plan: 'pro' },
      context: { ip: '::1', sessionId: 's1', traits: { email: jane } },
    });
    expect(stream.events()).toMatchObject([
      {
        user_id: hmac('jane'),
        anonymous_id: null,
        session_id: hmac('s1'),
        properties: { email: hmac(jane), plan: 'pro' },
        context: { ip: hmac('::1'), sessionId: hmac('s1'), traits: { email: hmac(jane) } },
      },
    ]);
  });

  test('alias keeps its two ids joinable: both have the hash that their events have', async () => {
    const { stream } = await call('alias', { userId: 'jane', previousId: 'old-jane' });
    expect(stream.events()).toMatchObject([
      { user_id: hmac('jane'), properties: { previous_id: hmac('old-jane') } },
    ]);
  });

  test('in a batch, whose context stands once for all, are hashed once each', async () => {
    const batch = [1, 2].map((n) => ({ type: 'track', event: 'x', messageId: `m${n}`, userId: 'u' }));
    const body = { batch, context: { ip: '::1', traits: { email: jane } } };
    const { stream } = await send(segment('batch', new Set()), { body });
    expect(stream.events().map(({ context }) => context)).toEqual([
      { ip: hmac('::1'), traits: { email: hmac(jane) } },
      { ip: hmac('::1'), traits: { email: hmac(jane) } },
    ]);
  });
});

describe('a rejected event', () => {
  const raws = (sent: Sent): string[] => sent.stream.refused().map(({ raw }) => raw);

  test('goes to quarantine protected: by the rules of all types, wherever a protocol has the field', async () => {
    const body = {
      userId: 'jane',
      session_id: 's1',
      previousId: 'old',
      email: jane,
      card: 'Hello',
      context: { ip: '::1', sessionId: 's1' },
      properties: { phone: '+1', coupon: 'C1' },
      traits: { email: jane, n: 1 },
    };
    const [raw = ''] = raws(await send(native, { body }));
    expect(JSON.parse(raw)).toEqual({
      userId: hmac('jane'),
      session_id: hmac('s1'),
      previousId: hmac('old'),
      email: hmac(jane),
      card: hmac('Hello'),
      context: { ip: hmac('::1'), sessionId: hmac('s1') },
      properties: { coupon: hmac('C1') },
      traits: { email: hmac(jane), n: 1 },
    });
  });

  test('is written anew, every digit kept, so that no earlier member of the same name stays behind', async () => {
    const body = `{"email":"${jane}","email":"joe","n":9007199254740993}\n{"event_name":"x"}`;
    expect(raws(await send(native, { body, headers: lines }))).toEqual([
      `{"email":"${hmac('joe')}","n":9007199254740993}`,
    ]);
  });

  test('that is too large is protected before it is cut', async () => {
    const body = { event_name: 'note', properties: { email: jane, x: 'x'.repeat(600 * 1024) } };
    const [raw = ''] = raws(await send(native, { body }));
    expect(raw).toContain(hmac(jane));
    expect(raw).not.toContain(jane);
  });

  test('that cannot be read is kept as text, or as nothing but its reason: the registry says which', async () => {
    const deep = `{"email":"${jane}","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const body = [`{"email":"${jane}"`, `["${jane}"]`, deep].join('\n');
    const kept = await send(native, { body, headers: lines });
    expect(raws(kept).map((raw) => raw.includes(jane))).toEqual([true, true, true]);
    const dropped = await send(native, { body, headers: lines }, { ...registry, unreadable: 'drop' });
    expect(raws(dropped)).toEqual(['', '', '']);
    expect(dropped.stream.refused().map(({ refused }) => refused.reason)).toEqual([
      'invalid_json',
      'not_an_object',
      'invalid_event',
    ]);
    expect(dropped.stream.refused()[0]?.refused.detail).toContain('raw is not kept');
  });
});

describe('the key', () => {
  test('that cannot be had turns every request away with a 503: nothing passes unprotected', async () => {
    for (const name of ['Transient', 'ConfigurationInvalid'] as const) {
      const sent = await sendPlain(native, { body: { event_name: 'x', user_id: jane } }, undefined, {
        protection: () => Promise.reject(new HeadraceError(name, 'no key')),
      });
      expect([sent.status, sent.collected.answer.headers['retry-after'], sent.stream.text()]).toEqual([
        503,
        '2',
        '',
      ]);
      expect(sent.collected.cause).toMatchObject({ name });
    }
  });

  test('is not asked for by strangers', async () => {
    let asked = 0;
    const { status } = await sendPlain(native, { body: {}, key: 'wk_other' }, undefined, {
      protection: async () => {
        asked += 1;
        return protectionWith(SECRET);
      },
    });
    expect([status, asked]).toEqual([401, 0]);
  });

  test('makes the hashes: another stage has others', async () => {
    const of = (secret: string) =>
      sendPlain(native, { body: { event_name: 'x', context: { ip: '::1' } } }, undefined, {
        protection: async () => protectionWith(secret),
      });
    const [one, same, other] = [await of('a'), await of('a'), await of('b')].map(({ stream }) =>
      stream.text(),
    );
    expect(one).toBe(same);
    expect(one).not.toBe(other);
  });
});

describe('the names of personal data', () => {
  const stored = async (body: object | string) =>
    (await send(native, { body }, personalData())).stream.events()[0];

  test.each<[string, object, object]>([
    [
      'beside the properties, among traits',
      { traits: { email: jane, plan: 'pro' } },
      { traits: { email: hmac(jane), plan: 'pro' } },
    ],
    [
      'of a person beside the properties',
      { user: { email: jane, id: 7 } },
      { user: { email: hmac(jane), id: 7 } },
    ],
    [
      'deeper among traits',
      { traits: { company: { email: jane } } },
      { traits: { company: { email: hmac(jane) } } },
    ],
    ['in capitals', { Email: jane, PHONE: '+1' }, { Email: hmac(jane), PHONE: hmac('+1') }],
    ['with a hyphen', { 'e-mail': jane, E_Mail: jane }, { 'e-mail': hmac(jane), E_Mail: hmac(jane) }],
    [
      'in lists',
      { contacts: [{ Email: jane }, [{ phone: 5 }]] },
      { contacts: [{ Email: hmac(jane) }, [{ phone: hmac('5') }]] },
    ],
    [
      'at the end of a longer name',
      { customerEmail: jane, billing_phone: '+1', userEmailAddress: jane },
      { customerEmail: hmac(jane), billing_phone: hmac('+1'), userEmailAddress: hmac(jane) },
    ],
    [
      'of a name of a person',
      { FirstName: 'Jane', user: { last_name: 'Doe', id: 1 }, 'customer-first-name': 'J' },
      { user: { id: 1 } },
    ],
    [
      'of where somebody lives',
      { Address: { city: 'Bern' }, order: { shipping_address: 'x', n: 1 } },
      { order: { n: 1 } },
    ],
    [
      'of a machine',
      { ip: '::1', request: { ipAddress: '::1' } },
      { ip: hmac('::1'), request: { ipAddress: hmac('::1') } },
    ],
  ])('are found %s', async (_where, sent, properties) => {
    expect((await stored({ event_name: 'note', ...sent }))?.properties).toEqual(properties);
    expect((await stored({ event_name: 'note', properties: sent }))?.properties).toEqual(properties);
    expect((await stored({ event_name: 'note', context: sent }))?.context).toEqual(properties);
  });

  test.each<[object]>([
    [{ email_sent: 3, hasEmail: true, phonetic: 'x', smartphone: 'y', web_address: 'z', mailing: jane }],
    [{ page: { title: 'Home' }, zip: '1', microphone: 'x', subscription: 'y', description: 'z' }],
    [{ signup_method: 'email', newsletter_email: false, first: 'a', name: 'Canvas Tote' }],
  ])('are not seen in other names, nor in values: %j', async (properties) => {
    expect((await stored({ event_name: 'note', properties }))?.properties).toEqual(properties);
  });

  test('hold for rejected events, at their top and below, and for lists that are none', async () => {
    const body = [
      { Email: jane, user: { email: jane }, traits: { company: { email: jane } }, n: 1 },
      [{ email: jane, n: 1.5 }],
    ];
    const { stream } = await send(native, { body }, personalData());
    const raws = stream.refused().map(({ raw }) => JSON.parse(raw));
    const hash = hmac(jane);
    expect(raws).toEqual([
      { Email: hash, user: { email: hash }, traits: { company: { email: hash } }, n: 1 },
      [{ email: hash, n: 1.5 }],
    ]);
  });

  test('leave the text of numbers as it was sent, and hash it as it was sent', async () => {
    const body = '{"event_name":"note","properties":{"phone":30.0,"price":1.10}}';
    const { stream } = await send(native, { body }, personalData());
    expect(stream.text()).toContain(`"properties":{"phone":"${hmac('30.0')}","price":1.10}`);
  });

  test('leave an event without any of them as it is, member by member', async () => {
    const properties = { a: [{ b: [1, { c: null }] }], d: { e: 'x' } };
    const { stream } = await send(native, { body: { event_name: 'note', properties } }, personalData());
    expect(stream.text()).toContain(`"properties":${JSON.stringify(properties)}`);
  });
});

describe("Headrace's own registry", () => {
  test('hashes or drops what libraries call traits, and the address, in every event; ids are left', async () => {
    const body = {
      event_name: 'anything',
      user_id: 'u1',
      email: jane,
      firstName: 'Jane',
      context: { ip: '::1', traits: { phone: '+1', lastName: 'Doe' } },
    };
    const { stream } = await send(native, { body }, personalData());
    expect(stream.events()).toMatchObject([
      {
        user_id: 'u1',
        properties: { email: hmac(jane) },
        context: { ip: hmac('::1'), traits: { phone: hmac('+1') } },
      },
    ]);
    expect(stream.text()).not.toMatch(/Jane|Doe/);
  });
});
