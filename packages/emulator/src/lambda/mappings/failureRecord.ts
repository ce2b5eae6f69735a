import { randomUUID } from 'node:crypto';
import type { EventRecord } from './event.ts';

/** A batch that is given up, and how its last call ended. */
export interface Discarded {
  uuid: string;
  functionArn: string;
  streamArn: string;
  shardId: string;
  records: readonly EventRecord[];
  /** the event as the function got it */
  payload: string;
  condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  invocations: number;
  functionError: string | undefined;
}

/** The invocation record that Lambda sends to an on-failure destination; a bucket gets the event with it. */
export const failureRecord = (batch: Discarded, at: Date, withPayload: boolean): string => {
  const first = batch.records[0];
  const last = batch.records.at(-1);
  return JSON.stringify({
    requestContext: {
      requestId: randomUUID(),
      functionArn: batch.functionArn,
      condition: batch.condition,
      approximateInvokeCount: batch.invocations,
    },
    // What grew too old is not the fault of a call: no answer of one is told.
    ...(batch.condition === 'RetryAttemptsExhausted'
      ? {
          responseContext: {
            statusCode: 200,
            executedVersion: '$LATEST',
            functionError: batch.functionError ?? null,
          },
        }
      : {}),
    version: '1.0',
    timestamp: at.toISOString(),
    KinesisBatchInfo: {
      shardId: batch.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: new Date(first?.arrivalMs ?? 0).toISOString(),
      approximateArrivalOfLastRecord: new Date(last?.arrivalMs ?? 0).toISOString(),
      batchSize: batch.records.length,
      streamArn: batch.streamArn,
    },
    ...(withPayload ? { payload: batch.payload } : {}),
  });
};

/** Lambda's key in an S3 destination: `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<random>`. */
export const failureKey = (uuid: string, shardId: string, at: Date): string => {
  const [day = '', time = ''] = at.toISOString().split('T');
  const clock = time.slice(0, 8).replaceAll(':', '.');
  return `aws/lambda/${uuid}/${shardId}/${day.replaceAll('-', '/')}/${day}T${clock}-${randomUUID()}`;
};
