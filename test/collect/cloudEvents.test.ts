import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import {
  createFakeStream,
  KEY,
  protocols,
  RECEIVED_AT,
  type RequestParts,
  send,
} from '../helpers/collector.ts';

const at = (path: string) => {
  const protocol = protocols().get(`POST ${path}`);
  if (protocol === undefined) throw new Error(`no ${path}`);
  return protocol;
};

const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const batched = { 'content-type': 'application/cloudevents-batch+json' };
const binary = {
  'content-type': 'application/json',
  ...{ 'ce-specversion': '1.0', 'ce-id': 'e1', 'ce-source': '/shop/1', 'ce-type': 'com.example.paid' },
};

const event = {
  specversion: '1.0',
  id: 'e1',
  source: '/shop/1',
  type: 'com.example.paid',
  time: '2026-11-01T11:00:00.123456Z',
  subject: 'order/7',
  dataschema: 'https://schemas.example/paid/2',
  datacontenttype: 'application/json',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  sampledrate: 30,
  data: { amount: 12.5 },
};

const zipped = gzipSync('a');

const post = (parts: RequestParts, path = '/v1/cloudevents', stream = createFakeStream()) =>
  send(at(path), parts, stream);
const taken = async (parts: RequestParts) => (await post(parts)).stream.events()[0];
const { data, ...attributes } = event;

describe('a CloudEvent becomes an event', () => {
  test('type, source with id, time and data; every attribute and extension is kept in the context', async () => {
    const { status, body, stream } = await post({ headers: structured, body: event });
    expect([status, body]).toEqual([202, { accepted: 1 }]);
    expect(stream.events()).toEqual([
      {
        event_id: '/shop/1 e1',
        event_name: 'com.example.paid',
        event_time: '2026-11-01T11:00:00.123Z',
        received_at: RECEIVED_AT,
        source: 'shop',
        ...{ user_id: null, anonymous_id: null, session_id: null },
        context: { cloudevent: attributes },
        properties: data,
        schema_version: '1',
      },
    ]);
  });

  test('the extensions userid, anonymousid and sessionid fill the columns of the ids', async () => {
    const body = { ...event, userid: 'u1', anonymousid: 'a1', sessionid: 7 };
    expect(await taken({ headers: structured, body })).toMatchObject({
      ...{ user_id: 'u1', anonymous_id: 'a1', session_id: '7' },
      context: { cloudevent: attributes },
    });
  });

  test('the same id of another source is another event, wherever the line between the two is', async () => {
    const body = [
      event,
      { ...event, source: '/shop', id: '1 e1' },
      { ...event, source: '/shop/1 e1', id: 'e1' },
    ];
    const { stream } = await post({ headers: batched, body });
    expect(new Set(stream.events().map(({ event_id }) => event_id)).size).toBe(3);
  });

  test('a source and id that are too long for an id are hashed, and kept whole in the context', async () => {
    const source = `urn:${'x'.repeat(300)}`;
    const line = await taken({ headers: structured, body: { ...event, source } });
    expect(line?.event_id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(line?.context).toMatchObject({ cloudevent: { source, id: 'e1' } });
  });

  test('numbers keep every digit', async () => {
    const body = JSON.stringify(event).replace('12.5', '9007199254740993.10');
    expect((await post({ headers: structured, body })).stream.text()).toContain(
      '{"amount":9007199254740993.10}',
    );
  });

  test.each<[string, object, object]>([
    ['text', { datacontenttype: 'text/plain', data: 'hi' }, { data: 'hi' }],
    ['a list', { data: [1, 2] }, { data: [1, 2] }],
    ['nothing', { data: null }, {}],
    ['JSON in base64', { data: undefined, data_base64: btoa('{"a":[1]}') }, { a: [1] }],
    [
      'bytes',
      { data: undefined, datacontenttype: 'image/png', data_base64: 'iVBORw==' },
      { data_base64: 'iVBORw==' },
    ],
  ])('data that is %s', async (_what, more, properties) =>
    expect((await taken({ headers: structured, body: { ...event, ...more } }))?.properties).toEqual(
      properties,
    ),
  );
});

describe('binary mode', () => {
  test('attributes come from headers, percent-decoded and without quotes; the body is the data', async () => {
    const headers = {
      ...binary,
      'ce-subject': '%ED%95%9C 100%',
      'ce-time': event.time,
      'ce-tenant': '"a \\"b\\""',
    };
    expect(await taken({ headers, body: '{"amount": 1.50}' })).toMatchObject({
      event_id: '/shop/1 e1',
      event_name: 'com.example.paid',
      event_time: '2026-11-01T11:00:00.123Z',
      context: {
        cloudevent: { subject: '%ED%95%9C 100%', tenant: 'a "b"', datacontenttype: 'application/json' },
      },
      properties: { amount: 1.5 },
    });
    const { stream } = await post({ headers: { ...binary, 'ce-subject': '%ED%95%9C' }, body: '{"n":1.50}' });
    expect(stream.text()).toContain('"subject":"한"');
    expect(stream.text()).toContain('{"n":1.50}');
  });

  test.each<[string, string, Uint8Array | string, object]>([
    ['text', 'text/plain', 'hi', { data: 'hi' }],
    ['XML', 'application/xml', '<a/>', { data: '<a/>' }],
    ['bytes', 'application/octet-stream', Uint8Array.of(0xff, 0), { data_base64: '/wA=' }],
    ['bytes that are text by chance', 'application/octet-stream', 'ab', { data_base64: 'YWI=' }],
    ['gzip', 'application/gzip', zipped, { data_base64: zipped.toString('base64') }],
    ['nothing', 'application/json', '', {}],
  ])('data that is %s', async (_what, type, body, properties) => {
    const headers = { ...binary, 'content-type': type };
    expect((await taken({ headers, body }))?.properties).toEqual(properties);
  });

  test('data that is not what its content type says is rejected, and quarantine has the whole event', async () => {
    const { status, body, stream } = await post({ headers: binary, body: '{"a":' });
    expect([status, body.results[0].reason]).toEqual([422, 'invalid_json']);
    expect(JSON.parse(stream.refused()[0]?.raw ?? '')).toEqual({
      ...{ specversion: '1.0', id: 'e1', source: '/shop/1', type: 'com.example.paid' },
      ...{ datacontenttype: 'application/json', data: '{"a":' },
    });
    const bytes = await post({ headers: binary, body: Uint8Array.of(0x22, 0xff, 0x22) });
    expect(bytes.body.results[0].reason).toBe('invalid_unicode');
    expect(JSON.parse(bytes.stream.refused()[0]?.raw ?? '').data_base64).toBe('Iv8i');
  });

  test('data nested too deep is rejected as it was sent', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const { body, stream } = await post({ headers: binary, body: deep });
    expect(body.results[0].detail).toContain('nested deeper');
    expect(stream.refused()[0]?.raw).toContain('"type":"com.example.paid"');
  });
});

describe('answers', () => {
  test.each<[object, string, string]>([
    [{ id: undefined }, 'invalid_event', 'the CloudEvent lacks id: each must be a text that is not empty'],
    [{ id: '', source: 7 }, 'invalid_event', 'the CloudEvent lacks id, source: each must be'],
    [{ type: undefined }, 'missing_event_name', 'the CloudEvent lacks type'],
    [{ specversion: '0.3' }, 'invalid_event', 'specversion must be 1.0'],
    [{ time: 'yesterday' }, 'invalid_event_time', 'the event time is'],
  ])('an event with %j is rejected', async (more, reason, detail) => {
    const { status, body, stream } = await post({ headers: structured, body: { ...event, ...more } });
    expect([status, body.results[0].reason, body.results[0].detail]).toEqual([
      422,
      reason,
      expect.stringContaining(detail),
    ]);
    expect(JSON.parse(stream.refused()[0]?.raw ?? '')).toEqual(
      JSON.parse(JSON.stringify({ ...event, ...more })),
    );
  });

  test('a batch with a bad event is 207, with a result for each; an empty batch is 202', async () => {
    const { status, body } = await post({ headers: batched, body: [event, { ...event, type: '' }, 7] });
    expect([status, body.accepted, body.refused]).toEqual([207, 1, 2]);
    expect((await post({ headers: batched, body: '[]' })).status).toBe(202);
  });

  test('a batch of which one event was not taken is 503: senders take a 207 for a success', async () => {
    const stream = createFakeStream((records) =>
      records.map((_, index) => (index === 0 ? 'InternalFailure' : undefined)),
    );
    const body = [event, { ...event, type: '' }];
    expect((await post({ headers: batched, body }, '/v1/cloudevents', stream)).status).toBe(503);
  });

  test.each([
    ['{"specversion":', structured, 400, 'invalid_json'],
    ['x', { 'content-type': 'application/cloudevents+avro' }, 415, 'unsupported_media_type'],
    [Uint8Array.of(0xff), { 'content-type': 'application/cloudevents+avro' }, 415, 'unsupported_media_type'],
    [Uint8Array.of(0xff), structured, 400, 'invalid_encoding'],
  ])('%j with %j is %i', async (body, headers, status, code) => {
    const answer = await post({ headers, body });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  test('a key is needed', async () =>
    expect((await post({ headers: structured, body: event, key: null })).status).toBe(401));
});

describe('at the path of other events', () => {
  test.each([
    ['structured', structured, event],
    ['batched', batched, [event]],
    ['binary', { ...binary, 'ce-time': event.time }, data],
  ])('an event in %s mode is taken for what its headers say', async (_mode, headers, body) => {
    const { status, stream } = await post({ headers, body }, '/v1/events');
    expect([status, stream.events()[0]?.event_id]).toEqual([202, '/shop/1 e1']);
  });

  test('an event without such headers is none, whatever its members are called', async () => {
    const { stream } = await post({ body: { ...event, event_name: 'a' } }, '/v1/events');
    expect(stream.events()[0]).toMatchObject({
      event_name: 'a',
      properties: { specversion: '1.0', id: 'e1' },
    });
  });
});

test('the write key is in no line', async () => {
  const headers = { ...structured, 'x-write-key': KEY };
  const { stream } = await post({ headers, key: null, body: [event, { ...event, id: 7 }] });
  expect(stream.lines().length).toBe(2);
  expect(stream.text()).not.toContain(KEY);
});
