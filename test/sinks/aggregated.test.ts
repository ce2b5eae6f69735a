import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { packedIn } from '../../src/sinks/aggregated.ts';
import { consume } from '../../src/sinks/consumer.ts';
import { kinesisBatch, nameOfRecord, recordsOf } from '../../src/sinks/kinesisBatch.ts';
import { readBatch } from '../../src/sinks/streamBatch.ts';
import { fc } from '../helpers/fastCheck.ts';
import { lineOf } from '../helpers/records.ts';

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 0x80))];
/** A field of bytes. */
const field = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
const numberField = (number: number, value: number): Buffer =>
  Buffer.from([...varint(number * 8), ...varint(value)]);

const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const sealed = (message: Uint8Array): Buffer =>
  Buffer.concat([MAGIC, message, createHash('md5').update(message).digest()]);

/** As the Kinesis Producer Library packs records: keys first, then each record with its key's index, data and a tag. */
const aggregated = (data: readonly Uint8Array[]): Buffer =>
  sealed(
    Buffer.concat([
      field(1, Buffer.from('user-1')),
      field(2, Buffer.from('12345')),
      ...data.map((bytes) =>
        field(
          3,
          Buffer.concat([
            numberField(1, 0),
            numberField(2, 300),
            field(3, bytes),
            field(4, field(1, Buffer.from('tag'))),
          ]),
        ),
      ),
    ]),
  );

const batchOf = (...records: Buffer[]) =>
  recordsOf(
    kinesisBatch.parse({
      Records: records.map((data, index) => ({
        eventID: `shardId-000000000003:${100 + index}`,
        kinesis: {
          sequenceNumber: String(100 + index),
          approximateArrivalTimestamp: 1793514600.5,
          data: data.toString('base64'),
        },
      })),
    }),
  );

const lines = (ids: readonly string[]): Buffer[] => ids.map((event_id) => Buffer.from(lineOf({ event_id })));
const idsOf = (records: ReturnType<typeof batchOf>): string[] =>
  readBatch(records).events.map((event) => event.parse().event_id);

describe('a record of the Kinesis Producer Library', () => {
  test('is the records that were packed into it, each with the place it had', () => {
    const records = batchOf(
      Buffer.from(lineOf({ event_id: 'a' })),
      aggregated(lines(['b', 'c'])),
      ...lines(['d']),
    );
    expect(idsOf(records)).toEqual(['a', 'b', 'c', 'd']);
    expect(records.map(({ sequence, packed }) => [sequence, packed])).toEqual([
      ['100', undefined],
      ['101', 0],
      ['101', 1],
      ['102', undefined],
    ]);
    expect(records.map(nameOfRecord)).toEqual(['100', '101.0', '101.1', '102']);
  });

  test('of any content comes out as it went in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 5 }), (data) => {
        expect(packedIn(aggregated(data))).toEqual(data.map((bytes) => Buffer.from(bytes)));
      }),
    );
  });

  test('has rows of quarantine that can be told apart', () => {
    const records = batchOf(aggregated([Buffer.from('{'), Buffer.from('{'), ...lines(['a'])]));
    const { rejected, events } = readBatch(records);
    expect(rejected.map(({ row }) => [row.reason, row.sequence])).toEqual([
      ['invalid_json', '100.0'],
      ['invalid_json', '100.1'],
    ]);
    expect(events).toHaveLength(1);
  });

  test('is delivered again as a whole: only the stream itself has a place to go on from', async () => {
    const records = batchOf(...lines(['a']), aggregated(lines(['b', 'c'])));
    const failing = {
      name: 'failing',
      take: async () => ({ failed: [{ record: 2, what: 'write', error: new Error('no') }] }),
    };
    const { retryFrom } = await consume(records, failing, { put: async () => {} });
    expect(retryFrom).toBe('101');
  });

  const message = aggregated(lines(['a'])).subarray(4, -16);

  test.each([
    ['with a wrong checksum', Buffer.concat([MAGIC, message, Buffer.alloc(16)])],
    ['with a message that ends too soon', sealed(message.subarray(0, -3))],
    ['with a record that has no data', sealed(field(3, numberField(1, 0)))],
    ['with fields of a kind that is none', sealed(Buffer.from([0x0f, 1, 2, 3]))],
    ['that is only its beginning', MAGIC],
  ])('%s is passed on as it came, and says what is wrong', (_what, data) => {
    const [record] = batchOf(data);
    expect(record?.data).toEqual(data);
    const { events, rejected } = readBatch(batchOf(data));
    expect(events).toEqual([]);
    expect(rejected).toMatchObject([
      { row: { reason: 'not_ndjson', raw: data.toString('base64'), sequence: '100' } },
    ]);
    if (data.length > 20) expect(rejected[0]?.row.detail).toContain('Kinesis Producer Library');
  });

  test('cut or damaged anywhere never throws, and loses nothing without a row', () => {
    const whole = aggregated(lines(['a', 'b']));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, end) => {
        const data = Buffer.from(whole.subarray(0, end));
        if (at < data.length) data[at] = byte;
        const { events, rejected } = readBatch(batchOf(data));
        if (data.equals(whole)) expect(events).toHaveLength(2);
        else if (data.length > 0) expect(events.length + rejected.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('other records that nobody can read as lines', () => {
  const logs = JSON.stringify({ messageType: 'DATA_MESSAGE', owner: '1', logGroup: 'g', logEvents: [] });

  test.each([
    ['a subscription of CloudWatch Logs', gzipSync(logs), 'CloudWatch Logs'],
    [
      'its control message',
      gzipSync(JSON.stringify({ messageType: 'CONTROL_MESSAGE', logGroup: '' })),
      'CloudWatch Logs',
    ],
    [
      'a large one',
      gzipSync(logs.replace('[]', JSON.stringify(Array.from({ length: 9e4 }, (_, n) => n)))),
      'CloudWatch',
    ],
    ['zipped lines', gzipSync(`${lineOf()}\n`), 'gzip'],
    ['zipped bytes that are cut off', gzipSync(lineOf()).subarray(0, 12), 'gzip'],
    ['UTF-16', Buffer.from(`\ufeff${lineOf()}`, 'utf16le'), 'UTF-16'],
  ])('%s is one row that says what it is, with its bytes', (_what, data, named) => {
    const { events, rejected } = readBatch(batchOf(data));
    expect(events).toEqual([]);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.row.detail).toContain(named);
    expect(Buffer.from(rejected[0]?.row.raw ?? '', 'base64')).toEqual(data);
  });
});

describe('an event that was put into the stream past the collector', () => {
  test.each([
    ['2026-11-01T05:10:00Z'],
    ['2026-11-01T14:10:00+09:00'],
    ['2026-11-01T05:10:00.123456Z'],
    ['2026-11-01T05:10:00.000Z'],
    [1793509800],
  ])('at %s is told what it lacks: its time is right', (event_time) => {
    const line = JSON.stringify({ event_name: 'signed_in', event_time, user_id: 'u' });
    const [row] = readBatch(batchOf(Buffer.from(line))).rejected.map(({ row: one }) => one);
    expect(row?.reason).toBe('invalid_event');
    expect(row?.detail).toContain('event_id, received_at, source');
    expect(row?.detail).toContain('through the collector');
  });

  test('in the form of a canonical event, but for the form of its time, is told that form', () => {
    const line = lineOf({ event_time: '2026-11-01T05:10:00Z' });
    const [row] = readBatch(batchOf(Buffer.from(line))).rejected.map(({ row: one }) => one);
    expect([row?.reason, row?.detail]).toEqual([
      'invalid_event',
      expect.stringContaining('UTC with milliseconds'),
    ]);
  });

  test('with a time that is none is told that', () => {
    const line = lineOf({ event_time: 'yesterday' });
    expect(readBatch(batchOf(Buffer.from(line))).rejected).toMatchObject([
      { row: { reason: 'invalid_event_time' } },
    ]);
  });
});
