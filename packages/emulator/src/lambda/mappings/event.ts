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

export const eventPayload = (records: readonly EventRecord[]): string =>
  `{"Records":[${records.map(({ json }) => json).join(',')}]}`;

/** The first records that fit into one call; `full` when one was left out. At least one: a record is 1 MiB at most. */
export const fitting = (records: readonly EventRecord[]): { records: EventRecord[]; full: boolean } => {
  let bytes = WRAPPER_BYTES;
  const end = records.findIndex(({ json }) => {
    bytes += Buffer.byteLength(json) + 1;
    return bytes > MAX_PAYLOAD_BYTES;
  });
  return end < 1
    ? { records: [...records], full: end === 0 }
    : { records: records.slice(0, end), full: true };
};
