import { createHash } from 'node:crypto';

/**
 * Records of the Kinesis Producer Library (KPL), which packs many into one: four bytes by which it is known, a message
 * of protocol buffers, and the MD5 of that message.
 * https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 *
 * Of the message only the data of its records matters here: field 3 of the outer message, and field 3 of each inner
 * one.
 */
const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const MD5_BYTES = 16;

const RECORD = 3;
const DATA = 3;

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

/** Whether a record says that it is aggregated; a text never begins so. */
export const looksAggregated = (data: Buffer): boolean =>
  data[0] === MAGIC[0] &&
  data.length >= MAGIC.length + MD5_BYTES &&
  MAGIC.equals(data.subarray(0, MAGIC.length));

interface Cursor {
  data: Buffer;
  at: number;
}

const damaged = (): Error => new Error('The message of protocol buffers is damaged.');

/** Ten groups of seven bits are the most that the format has. */
const readVarint = (cursor: Cursor): number => {
  let value = 0;
  for (let group = 0; group < 10; group += 1) {
    const byte = cursor.data[cursor.at];
    if (byte === undefined) throw damaged();
    cursor.at += 1;
    value += (byte & 0x7f) * 2 ** (7 * group);
    if (byte < 0x80) return value;
  }
  throw damaged();
};

const readBytes = (cursor: Cursor, length: number): Buffer => {
  const end = cursor.at + length;
  if (end > cursor.data.length) throw damaged();
  const bytes = cursor.data.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
};

/** A field's value, where it is bytes; fields of other kinds are passed over. */
const readField = (cursor: Cursor): { field: number; bytes: Buffer | undefined } => {
  const tag = readVarint(cursor);
  const field = Math.floor(tag / 8);
  switch (tag % 8) {
    case VARINT:
      readVarint(cursor);
      return { field, bytes: undefined };
    case FIXED_64:
      readBytes(cursor, 8);
      return { field, bytes: undefined };
    case BYTES:
      return { field, bytes: readBytes(cursor, readVarint(cursor)) };
    case FIXED_32:
      readBytes(cursor, 4);
      return { field, bytes: undefined };
    default:
      throw damaged();
  }
};

/** All values of a field that holds bytes. */
const valuesOf = (message: Buffer, wanted: number): Buffer[] => {
  const cursor: Cursor = { data: message, at: 0 };
  const values: Buffer[] = [];
  while (cursor.at < message.length) {
    const { field, bytes } = readField(cursor);
    if (field === wanted && bytes !== undefined) values.push(bytes);
  }
  return values;
};

/** Of a field that stands twice the last one counts, as protocol buffers have it. */
const dataOf = (record: Buffer): Buffer => {
  const data = valuesOf(record, DATA).at(-1);
  if (data === undefined) throw damaged();
  return data;
};

/**
 * What was packed into a record, where it lies; undefined for a record that is not aggregated, or whose checksum or
 * message is wrong: it is passed on as it came.
 */
export const packedIn = (data: Buffer): Buffer[] | undefined => {
  if (!looksAggregated(data)) return undefined;
  const message = data.subarray(MAGIC.length, data.length - MD5_BYTES);
  const sum = createHash('md5').update(message).digest();
  if (!sum.equals(data.subarray(data.length - MD5_BYTES))) return undefined;
  try {
    return valuesOf(message, RECORD).map(dataOf);
  } catch {
    return undefined;
  }
};
