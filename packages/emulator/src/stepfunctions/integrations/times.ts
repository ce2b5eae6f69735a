import { isObject, type Json } from 'headrace-asl';

/**
 * Members of the emulator's services that are timestamps: seconds on the wire, but Step Functions shows them as ISO
 * texts (aws-sdk integrations) or milliseconds (optimised ones).
 */
const timestamps = new Set([
  'SubmissionDateTime',
  'CompletionDateTime',
  'CreationTime',
  'CreateTime',
  'UpdateTime',
  'LastUpdated',
  'LastAccessTime',
  'LastAnalyzedTime',
  'LastModifiedTime',
  'StartTime',
  'EndTime',
  'StreamCreationTimestamp',
  'ApproximateArrivalTimestamp',
  'CreationDate',
  'UpdateDate',
  'StartDate',
  'StopDate',
  'Timestamp',
]);

export const timesAs = <T extends Json>(form: 'iso' | 'ms', value: T): Json => {
  if (Array.isArray(value)) return value.map((item) => timesAs(form, item));
  if (!isObject(value)) return value;
  const fields = Object.entries(value).map(([key, inner]): [string, Json] => {
    if (typeof inner !== 'number' || !timestamps.has(key)) return [key, timesAs(form, inner)];
    return [key, form === 'ms' ? Math.round(inner * 1000) : new Date(inner * 1000).toISOString()];
  });
  return Object.fromEntries(fields);
};
