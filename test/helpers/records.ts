import type { CanonicalEvent } from '../../src/events/envelope.ts';
import { linesByHour } from '../../src/sinks/hourLines.ts';
import type { StreamedRecord } from '../../src/sinks/kinesisBatch.ts';
import { lineOfRow, readBatch } from '../../src/sinks/streamBatch.ts';

/** A canonical event; `overrides` may also break it. */
export const anEvent = (overrides: Record<string, unknown> = {}): Record<string, unknown> => {
  const event: CanonicalEvent = {
    event_id: 'e1',
    event_name: 'page_view',
    event_time: '2026-11-01T05:10:00.000Z',
    received_at: '2026-11-01T05:10:01.000Z',
    source: 'shop',
    user_id: null,
    anonymous_id: 'a1',
    session_id: null,
    context: {},
    properties: { page_url: 'https://shop.example/' },
    schema_version: '1',
  };
  return { ...event, ...overrides };
};

export const lineOf = (overrides: Record<string, unknown> = {}): string => JSON.stringify(anEvent(overrides));

/** A record of the stream with these lines, or with these very bytes. */
export const aRecord = (sequence: string, content: readonly string[] | Buffer): StreamedRecord => ({
  shard: 'shardId-000000000003',
  sequence,
  arrived: new Date('2026-11-01T06:30:00.000Z'),
  data: Buffer.isBuffer(content) ? content : Buffer.from(content.map((line) => `${line}\n`).join('')),
});

/** The records as the event source mapping of the stream hands them to a function. */
export const kinesisEventOf = (records: readonly StreamedRecord[]) => ({
  Records: records.map(({ shard, sequence, arrived, data }) => ({
    eventID: `${shard}:${sequence}`,
    eventSource: 'aws:kinesis',
    kinesis: {
      sequenceNumber: sequence,
      approximateArrivalTimestamp: arrived.getTime() / 1000,
      data: data.toString('base64'),
    },
  })),
});

/** A batch as it is stored: its events and its rejected lines, each by the hour. */
export const sortedLines = (records: readonly StreamedRecord[]) => {
  const { events, rejected } = readBatch(records);
  return {
    lines: events.length + rejected.length,
    events: linesByHour(events),
    quarantine: linesByHour(rejected.map(lineOfRow)),
  };
};
