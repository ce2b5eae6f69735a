import { describe, expect, test } from '@jest/globals';
import { native } from '../../src/collect/protocols/native.ts';
import { createFakeStream, RECEIVED_AT, send } from '../helpers/collector.ts';

const event = { event_id: 'e1', event_name: 'page_view', event_time: '2026-11-01T10:00:00.000Z' };

const only = async (body: unknown) => {
  const { stream, body: answer } = await send(native, { body });
  expect(answer).toEqual({ accepted: 1 });
  return stream.events()[0];
};

describe('the forms of a body', () => {
  test('one event becomes one canonical line with the fields in the order of the envelope', async () => {
    const { status, body, stream } = await send(native, {
      body: { properties: { page_url: '/' }, ...event, user_id: 'u1', context: { ip: '::1' } },
    });

    expect([status, body]).toEqual([202, { accepted: 1 }]);
    expect(stream.text()).toBe(
      `${JSON.stringify({
        event_id: 'e1',
        event_name: 'page_view',
        event_time: '2026-11-01T10:00:00.000Z',
        received_at: RECEIVED_AT,
        source: 'shop',
        user_id: 'u1',
        anonymous_id: null,
        session_id: null,
        context: { ip: '::1' },
        properties: { page_url: '/' },
        schema_version: '1',
      })}\n`,
    );
  });

  test.each([
    ['an array', JSON.stringify([event, { ...event, event_id: 'e2' }])],
    ['a batch', JSON.stringify({ events: [event, { ...event, event_id: 'e2' }] })],
    ['JSON lines', `${JSON.stringify(event)}\r\n\n${JSON.stringify({ ...event, event_id: 'e2' })}\n`],
    ['a text with a byte order mark', `\ufeff${JSON.stringify([event, { ...event, event_id: 'e2' }])}`],
  ])('%s: every event is taken, in order', async (_form, body) => {
    for (const gzip of [false, true]) {
      const { status, body: answer, stream } = await send(native, { body, gzip });
      expect([status, answer]).toEqual([202, { accepted: 2 }]);
      expect(stream.events().map(({ event_id }) => event_id)).toEqual(['e1', 'e2']);
    }
  });

  test('a batch speaks for its events where they are silent', async () => {
    const { stream } = await send(native, {
      body: {
        sent_at: '2026-11-01T11:00:00Z',
        context: { library: 'x', locale: 'de' },
        events: [event, { ...event, sent_at: RECEIVED_AT, context: { locale: 'fr' } }],
      },
    });
    expect(stream.events().map(({ event_time, context }) => [event_time, context])).toEqual([
      ['2026-11-01T11:00:00.000Z', { library: 'x', locale: 'de' }],
      ['2026-11-01T10:00:00.000Z', { library: 'x', locale: 'fr' }],
    ]);
  });

  test('a batch with a field nobody knows is turned away, not shortened', async () => {
    const { status, body, stream } = await send(native, { body: { events: [event], tenant: 7 } });
    expect([status, body.error.code, stream.calls]).toEqual([400, 'invalid_batch', []]);
  });

  test('an event with a property called events is an event', async () => {
    const taken = await only({ event_name: 'calendar_read', events: [1, 2] });
    expect(taken?.properties).toEqual({ events: [1, 2] });
  });

  test('no events are accepted as none', async () => {
    const { status, body, stream } = await send(native, { body: '[]' });
    expect([status, body, stream.calls]).toEqual([202, { accepted: 0 }, []]);
  });
});

describe('what an event may say', () => {
  test('a name is all it must have: the rest is stamped', async () => {
    expect(await only({ event_name: 'ping' })).toMatchObject({
      event_id: 'id-1',
      event_time: RECEIVED_AT,
      user_id: null,
      context: {},
      properties: {},
    });
  });

  test('fields beside the properties are moved in, and none is lost where both have the name', async () => {
    const flat = {
      ...event,
      colour: 'red',
      size: 1,
      id: 7,
      name: 'x',
      source: 's',
      properties: { size: 2, id: 7 },
    };
    expect((await only(flat))?.properties).toEqual({
      colour: 'red',
      name: 'x',
      source: 's',
      size: 2,
      id: 7,
      _outer: { size: 1 },
    });
  });

  test('a field called __proto__ is moved in like any other', async () => {
    const { stream } = await send(native, { body: '{"event_name":"a","__proto__":{"b":1}}' });
    expect(stream.text()).toContain('"properties":{"__proto__":{"b":1}}');
  });

  test('event and timestamp stand in for event_name and event_time only where those are absent', async () => {
    expect(await only({ event: 'ping', timestamp: 1793530800 })).toMatchObject({
      event_name: 'ping',
      event_time: '2026-11-01T11:00:00.000Z',
      properties: {},
    });
    expect(await only({ ...event, event: 'ping', timestamp: 'noon' })).toMatchObject({
      event_name: 'page_view',
      properties: { event: 'ping', timestamp: 'noon' },
    });
  });

  test('ids sent as numbers become their decimal text, empty ones nobody', async () => {
    const { stream } = await send(native, {
      body: '{"event_name":"a","event_id":12,"user_id":9007199254740993,"anonymous_id":"","session_id":0}',
    });
    expect(stream.events()[0]).toMatchObject({
      event_id: '12',
      user_id: '9007199254740993',
      anonymous_id: null,
      session_id: '0',
    });
  });

  test('the clock of a sender that says when it sent is corrected', async () => {
    const slow = { ...event, event_time: '2026-11-01T09:59:50Z', sent_at: '2026-11-01T10:00:00Z' };
    expect((await only(slow))?.event_time).toBe('2026-11-01T11:59:50.000Z');
  });

  test('a canonical line sent again is stamped anew and keeps everything else', async () => {
    const first = await only({ ...event, a: 1 });
    const again = await only({ ...first, received_at: '2020-01-01T00:00:00.000Z', source: 'old' });
    expect(again).toEqual(first);
  });

  test('numbers keep every digit, in an array too', async () => {
    const wide = '{"event_name":"a","properties":{"n":9007199254740993,"f":0.1234567890123456789}}';
    const { stream } = await send(native, { body: `[{"event_name":"b"}, ${wide}]` });
    expect(stream.text()).toContain('"properties":{"n":9007199254740993,"f":0.1234567890123456789}');
  });
});

describe('events that are none', () => {
  const hour = 60 * 60 * 1000;
  const ahead = (ms: number): string => new Date(Date.parse(RECEIVED_AT) + ms).toISOString();

  test.each([
    ['missing_event_name', { user_id: 'u' }],
    ['missing_event_name', { event_name: ' ' }],
    ['invalid_event', { event_name: 5 }],
    ['invalid_event', { event_name: 'x'.repeat(129) }],
    ['invalid_event', { ...event, event_id: 'x'.repeat(257) }],
    ['invalid_event', { ...event, event_id: {} }],
    ['invalid_event', { ...event, user_id: ['u'] }],
    ['invalid_event', { ...event, context: 'x' }],
    ['invalid_event', { ...event, properties: [] }],
    ['invalid_event_time', { ...event, event_time: 'yesterday' }],
    ['invalid_event_time', { ...event, event_time: true }],
    ['invalid_event_time', { ...event, sent_at: 'yesterday' }],
    ['future_event_time', { ...event, event_time: ahead(hour + 1) }],
    ['not_an_object', 'page_view'],
    ['not_an_object', null],
  ])('%s: %j is answered with its reason and travels on to quarantine', async (reason, sent) => {
    const { status, body, stream } = await send(native, { body: [sent] });

    expect(status).toBe(422);
    expect(body).toEqual({
      accepted: 0,
      refused: 1,
      results: [{ index: 0, status: 422, reason, detail: expect.any(String) }],
    });
    expect(stream.lines()).toEqual([
      {
        refused: { reason, detail: body.results[0].detail, source: 'shop', received_at: RECEIVED_AT },
        raw: JSON.stringify(sent),
      },
    ]);
  });

  test('a sent_at is told what is wrong with it, as an event time is', async () => {
    const { body } = await send(native, { body: { ...event, sent_at: '1793525400' } });
    expect(body.results[0].detail).toBe('sent_at is a number in quotes: send it without the quotes');
  });

  test('an hour ahead is not yet the future, and no past is too long ago', async () => {
    expect((await only({ ...event, event_time: ahead(hour) }))?.event_time).toBe(ahead(hour));
    expect((await only({ ...event, event_time: '1890-01-01' }))?.event_time).toBe('1890-01-01T00:00:00.000Z');
  });

  test('among good ones they are answered one by one, and the good ones are taken', async () => {
    const { status, body, stream } = await send(native, {
      body: `${JSON.stringify(event)}\n{"event_name":\n${JSON.stringify({ event_name: 'b' })}\n[1]`,
      headers: { 'content-type': 'application/x-ndjson' },
    });

    expect(status).toBe(207);
    expect(body).toEqual({
      accepted: 2,
      refused: 2,
      results: [
        { index: 0, event_id: 'e1', status: 202 },
        { index: 1, status: 422, reason: 'invalid_json', detail: 'the line must be JSON' },
        { index: 2, event_id: 'id-1', status: 202 },
        { index: 3, status: 422, reason: 'not_an_object', detail: 'an event is a JSON object' },
      ],
    });
    expect(stream.refused().map(({ raw }) => raw)).toEqual(['{"event_name":', '[1]']);
  });

  test('one line that breaks off is a rejected event where the sender promised lines, else no JSON', async () => {
    const headers = { 'content-type': 'application/x-ndjson' };
    expect((await send(native, { body: '{"event_name":', headers })).body.results[0].reason).toBe(
      'invalid_json',
    );
    expect((await send(native, { body: '{"event_name":' })).body.error.code).toBe('invalid_json');
  });

  test('a lone surrogate is rejected, its text kept as it was escaped', async () => {
    const text = '{"event_name":"a","properties":{"x":"\\ud83d"}}';
    const { body, stream } = await send(native, { body: text });
    expect(body.results[0].reason).toBe('invalid_unicode');
    expect(stream.refused()[0]?.raw).toBe(text);
  });

  test('a NUL is taken', async () => {
    const { stream } = await send(native, { body: '{"event_name":"a","x\\u0000":"\\u0000"}' });
    expect(stream.events()[0]?.properties).toEqual({ 'x\0': '\0' });
  });

  test('an event nested without end is rejected, with wide numbers beside it too', async () => {
    const deep = `{"event_name":"a","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const { status, body, stream } = await send(native, {
      body: `[${deep},{"event_name":"b","n":9007199254740993}]`,
    });
    expect([status, body.results[0].reason]).toEqual([207, 'invalid_event']);
    expect(stream.refused()[0]?.raw).toBe(deep);
    expect(stream.text()).toContain('9007199254740993');
  });
});

describe('an event that is too large', () => {
  test.each([
    ['long text', JSON.stringify({ event_name: 'a', x: 'é'.repeat(300_000) })],
    [
      'quotes, which double when they are escaped',
      JSON.stringify({ event_name: 'a', x: '"'.repeat(300_000) }),
    ],
    ['escapes', `{"event_name":"a","x":"${'\\u0001'.repeat(100_000)}"}`],
  ])('%s: rejected, with the beginning of it in quarantine', async (_kind, body) => {
    const { status, body: answer, stream } = await send(native, { body });
    const [line] = stream.refused();
    expect([status, answer.results[0].reason]).toEqual([422, 'event_too_large']);
    expect(line?.refused.detail).toMatch(/raw holds the first \d+ of its \d+ bytes/);
    expect(body.startsWith(line?.raw ?? '')).toBe(true);
    expect(Buffer.byteLength(line?.raw ?? '')).toBeGreaterThan(60_000);
    expect(stream.taken[0]?.data.length).toBeLessThanOrEqual(512 * 1024);
  });

  test('a line of control characters, each six times as long when escaped, still fits a record', async () => {
    const body = `{"a":1}\n${'\u0001'.repeat(400_000)}`;
    const { stream } = await send(native, { body });
    expect(stream.refused().map(({ refused }) => refused.reason)).toEqual([
      'missing_event_name',
      'invalid_json',
    ]);
    for (const { data } of stream.taken) expect(data.length).toBeLessThanOrEqual(512 * 1024);
  });
});

describe('a stream that cannot take all', () => {
  const full = createFakeStream((records) => records.map(() => 'ProvisionedThroughputExceededException'));

  test('that takes nothing is a 503 to be tried again, and no 2xx', async () => {
    const { status, body, collected } = await send(native, { body: [event, event] }, full);
    expect([status, body.error.code, collected.answer.headers['retry-after']]).toEqual([
      503,
      'throttled',
      '2',
    ]);
    expect(collected.tally).toMatchObject({ accepted: 0, throttled: 2 });
  });

  test('a rejected event that did not reach quarantine is to be sent again, too', async () => {
    expect((await send(native, { body: [{}] }, full)).status).toBe(503);
  });

  test('that takes a part is answered one by one, with the ids to send again under', async () => {
    const large = { event_name: 'large', x: 'x'.repeat(128 * 1024) };
    const stream = createFakeStream((records) =>
      records.map(({ data }) => (data.length > 128 * 1024 ? 'InternalFailure' : undefined)),
    );
    const { status, body, collected } = await send(native, { body: [event, large, 5] }, stream);
    expect([status, collected.answer.headers['retry-after']]).toEqual([207, '2']);
    expect(body.results).toEqual([
      { index: 0, event_id: 'e1', status: 202 },
      { index: 1, event_id: 'id-1', status: 503, retry: true },
      { index: 2, status: 422, reason: 'not_an_object', detail: 'an event is a JSON object' },
    ]);
  });
});
