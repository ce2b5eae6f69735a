import { REGION } from '../../account.ts';
import type { ShardRecord } from '../../kinesis/types.ts';
import { MAX_PAYLOAD_BYTES } from '../runtime.ts';

/** A record as an item of the event, already as JSON text: a batch may be sent many times, whole or in parts. */
export interface EventRecord {
  sequenceNumber: string;
  arrivalMs: number;
  json: string;
}

export interface EventSource {
  streamArn: string;
  shardId: string;
  /** ARN of the function's role */
  role: string;
}

/** `{"Records":[` and `]}`, and some room. */
const WRAPPER_BYTES = 64;

export const eventRecord = (record: ShardRecord, source: EventSource): EventRecord => {
  const { sequenceNumber, arrivalMs } = record;
  const json = JSON.stringify({
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: record.partitionKey,
      sequenceNumber,
      data: Buffer.from(record.data.buffer, record.data.byteOffset, record.data.byteLength).toString(
        'base64',
      ),
      approximateArrivalTimestamp: arrivalMs / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${source.shardId}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: source.role,
    awsRegion: REGION,
    eventSourceARN: source.streamArn,
  });
  return { sequenceNumber, arrivalMs, json };
};

/** The records as the list that an event has. */
export const recordsText = (records: readonly EventRecord[]): string =>
  `[${records.map(({ json }) => json).join(',')}]`;

export const eventPayload = (records: readonly EventRecord[]): string =>
  `{"Records":${recordsText(records)}}`;

/**
 * The first records that fit into one call beside `otherBytes`; `full` when one was left out. At least one: a record is
 * 1 MiB at most.
 */
export const fitting = (
  records: readonly EventRecord[],
  otherBytes = 0,
): { records: EventRecord[]; full: boolean } => {
  let bytes = WRAPPER_BYTES + otherBytes;
  const end = records.findIndex(({ json }) => {
    bytes += Buffer.byteLength(json) + 1;
    return bytes > MAX_PAYLOAD_BYTES;
  });
  return end < 1
    ? { records: [...records], full: end === 0 }
    : { records: records.slice(0, end), full: true };
};
