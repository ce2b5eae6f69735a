import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { judge } from '../../cli/quarantine/judge.ts';
import { native } from '../../src/collect/protocols/native.ts';
import { segment } from '../../src/collect/protocols/segment.ts';
import type { Protocol } from '../../src/collect/request.ts';
import type { QuarantineRow } from '../../src/events/envelope.ts';
import { rawKey } from '../../src/lake/layout.ts';
import { createFakeStream, type RequestParts, type Sent, send } from '../helpers/collector.ts';
import { fixedClock } from '../helpers/fakes.ts';
import { buildObjects, parquetRows } from '../helpers/rawLines.ts';
import { aRecord, sortedLines } from '../helpers/records.ts';
import { linesOf } from './ways.ts';

/** Neighbors of the inputs in table.ts, at the collector. */

const at = (received: string) => ({ clock: fixedClock(received) });
const sendNow = (protocol: Protocol, parts: RequestParts): Promise<Sent> =>
  send(protocol, parts, createFakeStream(), at('2026-11-30T12:00:00.000Z'));

const ndjson = { 'content-type': 'application/x-ndjson' };
const post = (body: string | Buffer): Promise<Sent> => sendNow(native, { body, headers: ndjson });

describe('a line that is no JSON, whatever digits it has, fails no other', () => {
  test.each([
    '1763632800123456',
    '{"n":9007199254740993',
    '{"n":1.0,}',
    '1e999 and more',
    '-0,',
    '{"a":1e400]',
    '0.00000001.',
    '["\\udc00", 1.0',
    '1.2.3.4.5.6.7.8.9.10.11',
    '2026.11.30.12.00.00.000',
  ])('%s', async (line) => {
    const { status, stream } = await post(`{"event_name":"a"}\n${line}\n{"event_name":"b"}`);
    expect([status, stream.events().length, stream.refused().length]).toEqual([207, 2, 1]);
    expect(stream.refused()[0]?.raw).toBe(line);
  });
});

test('a line separator of Unicode within a text ends no line', async () => {
  const [text = ''] = linesOf('commitMessageWithLineSeparator.ndjson');
  const { stream } = await post(`${text}\n${text.replace('{', '{"event_name":"push", ')}`);
  expect(stream.refused().map(({ raw }) => raw)).toEqual([text]);
  expect(stream.events()).toMatchObject([{ event_name: 'push', properties: { payload: { commits: [{}] } } }]);
  expect(stream.text()).toContain('"push_id":1152921504606846976');
});

/** Lands what is in the stream and builds it: the rows of all hours, as readers of the table get them. */
const throughTheLake = async ({ stream }: Sent, sql: string): Promise<Record<string, unknown>[]> => {
  const { events } = sortedLines(
    stream.taken.map(({ data }, index) => aRecord(`${index}`, Buffer.from(data))),
  );
  const rows: Record<string, unknown>[] = [];
  for (const { partition, rows: count, chunks } of events) {
    const body = gzipSync(Buffer.concat(chunks));
    const built = await buildObjects([{ key: rawKey(partition, 'batch', count), body }], partition);
    expect([built.curated, built.rejected]).toEqual([count, 0]);
    rows.push(...(await parquetRows(built.parquetPath, sql)));
  }
  return rows;
};

const propertiesOf = async (sent: Sent): Promise<unknown[]> =>
  (await throughTheLake(sent, 'SELECT properties FROM $1 ORDER BY event_id')).map(
    ({ properties }) => properties,
  );

/** As an operator replays a row of quarantine, after a build or without. */
const replayed = async (body: string): Promise<Sent> => {
  const { stream } = await post(body);
  const [line] = stream.refused();
  const row: QuarantineRow = { ...line!.refused, raw: line!.raw, sequence: '1' };
  const judged = judge({ ...row, id: 'q-1', day: '2026-11-30' }, (_reason, event) => ({
    ...event,
    event_name: 'mended',
  }));
  if (!judged.send) throw new Error(judged.detail);
  return post(judged.line);
};

describe('the text of a number is kept from the request to the table', () => {
  const numbers = '{"a":30.0,"b":[1.10,-0,{"c":1E5}],"d":37.566535000000001,"e":1e400,"f":0.0000001,"g":7}';

  test.each<[string, Protocol, string]>([
    ['an event', native, `{"event_id":"n","event_name":"n","properties":${numbers}}`],
    ['an array', native, `[{"event_id":"n","event_name":"n","properties":${numbers}}]`],
    ['a batch', native, `{"events":[{"event_id":"n","event_name":"n","properties":${numbers}}]}`],
    ['a flat event', native, `{"event_id":"n","event_name":"n",${numbers.slice(1)}`],
    ['a track call', segment('track', new Set()), `{"messageId":"n","event":"n","properties":${numbers}}`],
    [
      'an identify call',
      segment('identify', new Set()),
      `{"messageId":"n","userId":"u","traits":${numbers}}`,
    ],
    [
      "Segment's batch",
      segment('batch', new Set()),
      `{"batch":[{"type":"track","messageId":"n","event":"n","properties":${numbers}}]}`,
    ],
  ])('sent as %s', async (_form, protocol, body) => {
    expect(await propertiesOf(await sendNow(protocol, { body }))).toEqual([numbers]);
  });

  test('in the context too, of the event and of its batch', async () => {
    const sent = await post(
      '{"context":{"lat":37.50},"events":[{"event_name":"n","context":{"lon":127.0}}]}',
    );
    const rows = await throughTheLake(sent, 'SELECT context FROM $1');
    expect(rows).toEqual([{ context: '{"lat":37.50,"lon":127.0}' }]);
  });

  test('over quarantine and a replay, with a fix', async () => {
    const sent = await replayed(`{"user_id":12.0,"properties":${numbers}}`);
    expect(sent.stream.events()[0]?.user_id).toBe('12.0');
    expect(await propertiesOf(sent)).toEqual([numbers]);
  });

  test('also where an event is rejected for something else: quarantine has the text of the event', async () => {
    const text = `{"user_id":[1.0], "event_name":"n","properties":${numbers}}`;
    expect((await post(text)).stream.refused()[0]?.raw).toBe(text);
  });
});

test('a number as an id is its text wherever an id stands, beside wide numbers or not', async () => {
  for (const more of ['', ',"n":9007199254740993', ',"n":1.0']) {
    const ids = '"event_id":30.0,"user_id":-0,"anonymous_id":1e3,"session_id":7.10';
    const { stream } = await post(`{"event_name":"n",${ids}${more}}`);
    expect(stream.events()).toMatchObject([
      { event_id: '30.0', user_id: '-0', anonymous_id: '1e3', session_id: '7.10' },
    ]);
  }
});

describe('what else is kept of an event', () => {
  const kept = async (properties: string): Promise<unknown> =>
    (await propertiesOf(await post(`{"event_name":"n","properties":${properties}}`)))[0];

  test.each([
    [
      'texts by their characters: an escape is written as the character',
      '{"a":"\\u00e9\\/\\t\\u001f"}',
      '{"a":"é/\\t\\u001f"}',
    ],
    ['a pair of escapes as one character', '{"a":"\\ud83d\\ude00"}', '{"a":"😀"}'],
    ['members in the order in which they were sent', '{"b":1,"a":2,"c":3}', '{"b":1,"a":2,"c":3}'],
    ['names that are whole numbers first, ascending', '{"b":1,"2":2,"1":3}', '{"1":3,"2":2,"b":1}'],
    [
      'the last of members with one name, at the place of the first',
      '{"a":1,"b":2,"a":3.0}',
      '{"a":3.0,"b":2}',
    ],
    ['no space between members', '{ "a" : [ 1 , 2 ] }', '{"a":[1,2]}'],
    ['a name of any characters', '{"__proto__":1.0,"a\\"b":1,"":2}', '{"__proto__":1.0,"a\\"b":1,"":2}'],
  ])('%s', async (_what, sent, stored) => {
    expect(await kept(sent)).toBe(stored);
  });

  test('a field beside the properties that says the same number in another way is kept as another', async () => {
    const sent = await post('{"event_name":"n","a":1.0,"b":2,"properties":{"a":1.0,"b":2.0}}');
    expect(await propertiesOf(sent)).toEqual(['{"a":1.0,"b":2.0,"_outer":{"b":2}}']);
  });
});

describe("the sender's clock", () => {
  const RECEIVED = '2026-11-30T12:00:00.000Z';
  const happened = async (time: unknown, sentAt: unknown): Promise<string | undefined> => {
    const own = await post(JSON.stringify({ event_name: 'clock', event_time: time, sent_at: sentAt }));
    const batch = { sentAt, batch: [{ type: 'track', event: 'clock', timestamp: time }] };
    const segments = await sendNow(segment('batch', new Set()), { body: JSON.stringify(batch) });
    const [one, other] = [own, segments].map(({ stream }) => stream.events()[0]?.event_time);
    expect(one).toBe(other);
    return one;
  };

  const time = '2026-11-20T10:00:00.000Z';

  test.each([
    ['0', 0],
    ['1970', '1970-01-01T00:00:00Z'],
    ['the year 0', '0000-01-01'],
    ['the year 9999', '9999-12-31T23:59:59Z'],
    ['ten years ago', '2016-11-30T12:00:00Z'],
    ['in ten years', '2036-11-30T12:00:00Z'],
    ['a week before the event', '2026-11-13T10:00:00Z'],
    ['two months ahead of the receipt', '2027-01-30T12:00:00Z'],
    ['two hours before the event', '2026-11-20T08:00:00Z'],
  ])('that says it sent at %s moves no right time', async (_what, sentAt) => {
    expect(await happened(time, sentAt)).toBe(time);
  });

  test.each([
    ['fast by ten minutes', '2026-11-30T12:05:00Z', '2026-11-30T12:10:00Z', '2026-11-30T11:55:00.000Z'],
    ['slow by an hour', '2026-11-30T10:59:00Z', '2026-11-30T11:00:00Z', '2026-11-30T11:59:00.000Z'],
    [
      'in 1970, as of a phone without its battery',
      '1970-01-01T00:05:00Z',
      '1970-01-01T00:06:00Z',
      '2026-11-30T11:59:00.000Z',
    ],
    [
      'in 2036, and so are its events',
      '2036-01-01T00:00:00Z',
      '2036-01-01T10:00:00Z',
      '2026-11-30T02:00:00.000Z',
    ],
    [
      'fast by two days, of events that waited for some as well',
      '2026-11-20T10:00:00Z',
      '2026-12-02T12:00:00Z',
      '2026-11-18T10:00:00.000Z',
    ],
    [
      'right, of events that waited for a month',
      '2026-10-30T12:00:00Z',
      RECEIVED,
      '2026-10-30T12:00:00.000Z',
    ],
  ])('that is %s is corrected', async (_what, event, sentAt, right) => {
    expect(await happened(event, sentAt)).toBe(right);
  });
});
