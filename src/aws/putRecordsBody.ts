import type { StreamRecord } from '../ports/collect.ts';

const START = '{"Records":[';
const BEFORE_DATA = '{"Data":"';
const BEFORE_KEY = '","PartitionKey":';

const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;

/**
 * The body of a PutRecords call. Its size is known beforehand, so that the records' base64, nearly all of it, is
 * written in one place once, and by Node itself.
 */
export const putRecordsBody = (streamName: string, records: readonly StreamRecord[]): Uint8Array => {
  const keys = records.map(({ partitionKey }) => Buffer.from(JSON.stringify(partitionKey)));
  const end = Buffer.from(`],"StreamName":${JSON.stringify(streamName)}}`);
  const aroundData = BEFORE_DATA.length + BEFORE_KEY.length + '},'.length;
  const room = records.reduce(
    (sum, { data }, index) => sum + aroundData + base64Length(data.length) + (keys[index]?.length ?? 0),
    START.length + end.length,
  );
  const body = Buffer.allocUnsafe(room);
  let at = body.write(START, 'latin1');
  for (const [index, { data }] of records.entries()) {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
    at += body.write(index === 0 ? BEFORE_DATA : `,${BEFORE_DATA}`, at, 'latin1');
    at += body.write(bytes.toString('base64'), at, 'latin1');
    at += body.write(BEFORE_KEY, at, 'latin1');
    at += keys[index]?.copy(body, at) ?? 0;
    at += body.write('}', at, 'latin1');
  }
  at += end.copy(body, at);
  return body.subarray(0, at);
};
