import { describe, expect, test } from '@jest/globals';
import { createFakeStream, protocols, RECEIVED_AT, type RequestParts, send } from '../helpers/collector.ts';

const logs = protocols().get('POST /v1/logs');
if (logs === undefined) throw new Error('no protocol');

const record = {
  timeUnixNano: '1793530790123456789',
  observedTimeUnixNano: '1793530791000000000',
  severityNumber: 9,
  eventName: 'order_completed',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  attributes: [
    { key: 'order_id', value: { stringValue: '1001' } },
    { key: 'revenue', value: { doubleValue: 59.5 } },
    { key: 'points', value: { intValue: '9007199254740993' } },
    { key: 'tags', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: 7 }, {}] } } },
    { key: 'cart', value: { kvlistValue: { values: [{ key: 'open', value: { boolValue: false } }] } } },
    { key: 'user.id', value: { stringValue: 'u1' } },
    { key: 'session.id', value: { stringValue: 's1' } },
  ],
};
const bodyOf = (...logRecords: unknown[]) => ({
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      schemaUrl: 'https://schemas.example/1',
      scopeLogs: [{ scope: { name: 'checkout', version: '1' }, logRecords }],
    },
  ],
});
const post = (logRecords: unknown[], parts: RequestParts = {}, stream = createFakeStream()) =>
  send(
    logs,
    { headers: { 'content-type': 'application/json' }, body: bodyOf(...logRecords), ...parts },
    stream,
  );
const taken = async (more: object) => (await post([{ ...record, ...more }])).stream.events()[0];

test('a log record with an event name is an event, with its resource, scope and ids', async () => {
  const { status, body, stream } = await post([record]);
  expect([status, body]).toEqual([200, {}]);
  expect(stream.events()).toEqual([
    {
      event_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      event_name: 'order_completed',
      event_time: '2026-11-01T10:59:50.123Z',
      received_at: RECEIVED_AT,
      source: 'shop',
      ...{ user_id: 'u1', anonymous_id: null, session_id: 's1' },
      context: {
        otel: {
          resource: { 'service.name': 'shop' },
          scope: { name: 'checkout', version: '1' },
          resourceSchemaUrl: 'https://schemas.example/1',
          observedTimeUnixNano: '1793530791000000000',
          severityNumber: 9,
          traceId: record.traceId,
        },
      },
      properties: expect.objectContaining({
        ...{ order_id: '1001', revenue: 59.5 },
        ...{ tags: ['a', 7, null], cart: { open: false } },
      }),
      schema_version: '1',
    },
  ]);
  expect(stream.text()).toContain('"points":9007199254740993');
  expect(stream.text()).not.toContain('user.id');
});

describe('where things are', () => {
  test('the attribute event.name is the name where the field is empty', async () => {
    const attributes = [{ key: 'event.name', value: { stringValue: 'a.b' } }];
    expect(await taken({ eventName: '', attributes })).toMatchObject({ event_name: 'a.b', properties: {} });
  });

  test.each<[object, object]>([
    [{ stringValue: 'hi' }, { body: 'hi' }],
    [{ kvlistValue: { values: [{ key: 'a', value: { intValue: '1' } }] } }, { a: 1 }],
    [{}, {}],
  ])('a body of %j gives the properties %j', async (body, properties) =>
    expect((await taken({ body, attributes: [] }))?.properties).toEqual(properties),
  );

  test.each<[string, object, string]>([
    ['the time of the event', {}, '2026-11-01T10:59:50.123Z'],
    ['that of observation where it is 0', { timeUnixNano: '0' }, '2026-11-01T10:59:51.000Z'],
    ['that of receipt where there is none', { timeUnixNano: '0', observedTimeUnixNano: '' }, RECEIVED_AT],
  ])('the time is %s', async (_what, more, time) => expect((await taken(more))?.event_time).toBe(time));
});

describe('ids', () => {
  const idsOf = async (logRecords: unknown[]) =>
    (await post(logRecords)).stream.events().map(({ event_id }) => event_id);

  test('a request that is sent again has the same ids, and equal records in it have their own', async () => {
    const ids = await idsOf([record, record, { ...record, severityNumber: 10 }]);
    expect(new Set(ids).size).toBe(3);
    expect(await idsOf([record, record, { ...record, severityNumber: 10 }])).toEqual(ids);
  });

  test('the attribute log.record.uid wins', async () => {
    const attributes = [{ key: 'log.record.uid', value: { stringValue: '01ARZ' } }];
    expect(await idsOf([{ ...record, attributes }])).toEqual(['01ARZ']);
  });

  test('records without any time are told apart by nothing: each gets an id of its own', async () => {
    const timeless = { eventName: 'a' };
    expect(await idsOf([timeless, timeless])).toEqual(['id-1', 'id-2']);
  });
});

describe('answers', () => {
  test('records that are rejected are counted in a partial success, and quarantine has them with their resource', async () => {
    const { status, body, stream } = await post([record, { body: { stringValue: 'a line' } }, 7]);
    expect([status, body.partialSuccess.rejectedLogRecords]).toEqual([200, '2']);
    expect(body.partialSuccess.errorMessage).toBe(
      'missing_event_name: the event has no name; and 1 other reason. Rejected records are in quarantine.',
    );
    expect(stream.refused().map(({ raw }) => JSON.parse(raw))).toEqual([
      {
        context: { otel: expect.objectContaining({ resource: { 'service.name': 'shop' } }) },
        properties: { body: 'a line' },
      },
      7,
    ]);
  });

  test('one record that was not taken makes exporters send the whole again', async () => {
    const stream = createFakeStream((records) => records.map(() => 'InternalFailure'));
    const { status, body, collected } = await post([record, {}], {}, stream);
    expect([status, body.code, collected.answer.headers['retry-after']]).toEqual([503, 14, '2']);
  });

  test.each<[RequestParts, number, number, string]>([
    [{ body: 'x' }, 400, 3, 'JSON object'],
    [{ body: { resourceLogs: 7 } }, 400, 3, 'must be logs of OTLP'],
    [{ body: { resourceLogs: [{ scopeLogs: 'x' }] } }, 400, 3, 'must be logs of OTLP'],
    [{ body: { resourceLogs: [{ scopeLogs: [7] }] } }, 400, 3, 'must be logs of OTLP'],
    [{ body: { resourceLogs: [{ scopeLogs: [{ logRecords: {} }] }] } }, 400, 3, 'must be logs of OTLP'],
    [{ body: `{"resourceLogs":${'['.repeat(1e5)}${']'.repeat(1e5)}}` }, 400, 3, 'nested too deep'],
    [
      { body: Uint8Array.of(0x0a, 0xff), headers: { 'content-type': 'application/x-protobuf' } },
      415,
      3,
      'http/json',
    ],
    [{ body: '\n', headers: { 'content-type': 'application/x-protobuf' } }, 415, 3, 'http/json'],
    [{ key: null }, 401, 16, 'write key'],
  ])('%j is %i, as a Status that says why', async (parts, status, code, message) => {
    const { status: answered, body } = await post([], parts);
    expect([answered, body]).toEqual([status, { code, message: expect.stringContaining(message) }]);
  });

  test('a request without records, and one that is zipped, are taken', async () => {
    expect((await send(logs, { body: {} })).body).toEqual({});
    const { stream } = await post([record], { gzip: true });
    expect(stream.events().length).toBe(1);
  });

  test('a record whose values are nested too deep is rejected by itself', async () => {
    const deep = (depth: number): object =>
      depth === 0 ? {} : { kvlistValue: { values: [{ key: 'a', value: deep(depth - 1) }] } };
    const attributes = [{ key: 'deep', value: deep(70) }];
    const { body, stream } = await post([record, { ...record, attributes }]);
    expect([body.partialSuccess.rejectedLogRecords, stream.events().length]).toEqual(['1', 1]);
  });
});
