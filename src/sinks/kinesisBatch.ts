import { once } from '../once.ts';
import * as z from '../schema.ts';
import { packedIn } from './aggregated.ts';

/** A record of the stream as its consumers get it. */
export interface StreamedRecord {
  shard: string;
  sequence: string;
  /** of a record that came packed with others in one of the stream: which it is, from 0 */
  packed?: number;
  /** when the stream took it */
  arrived: Date;
  /** NDJSON, if it is what the collector sent */
  data: Buffer;
}

/** The shape as zod checks it; see `kinesisBatch`. */
export const kinesisShape = /* @__PURE__ */ once(() =>
  z.object({
    Records: z.array(
      z.object({
        eventID: z.string(),
        kinesis: z.object({
          sequenceNumber: z.string(),
          approximateArrivalTimestamp: z.number(),
          data: z.string(),
        }),
      }),
    ),
  }),
);

export type KinesisBatch = z.infer<ReturnType<typeof kinesisShape>>;
type KinesisRecord = KinesisBatch['Records'][number];

const isThing = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isRecord = (value: unknown): boolean =>
  isThing(value) &&
  typeof value.eventID === 'string' &&
  isThing(value.kinesis) &&
  typeof value.kinesis.sequenceNumber === 'string' &&
  Number.isFinite(value.kinesis.approximateArrivalTimestamp) &&
  typeof value.kinesis.data === 'string';

/**
 * As `kinesisShape`, by hand: a batch may have thousands of records, and zod copies each. A test holds the two
 * together.
 */
const isBatch = (value: unknown): boolean =>
  isThing(value) && Array.isArray(value.Records) && value.Records.every(isRecord);

/**
 * What an event source mapping of Kinesis sends. `eventID` is `<shard>:<sequence number>`. What is none, `kinesisShape`
 * explains.
 */
export const kinesisBatch = z.custom<KinesisBatch>().check(({ value, issues }) => {
  if (isBatch(value)) return;
  for (const { path, message } of kinesisShape().safeParse(value).error?.issues ?? [])
    issues.push({ code: 'custom', path: [...path], message, input: value });
});

interface Decoded {
  room: Buffer;
  used: number;
  records: StreamedRecord[];
}

const decode = (decoded: Decoded, { eventID, kinesis }: KinesisRecord): Decoded => {
  const { room, used } = decoded;
  decoded.used += room.write(kinesis.data, used, 'base64');
  const record: StreamedRecord = {
    shard: eventID.slice(0, eventID.indexOf(':')),
    sequence: kinesis.sequenceNumber,
    arrived: new Date(kinesis.approximateArrivalTimestamp * 1000),
    data: room.subarray(used, decoded.used),
  };
  const packed = packedIn(record.data);
  if (packed === undefined) decoded.records.push(record);
  else for (const [index, data] of packed.entries()) decoded.records.push({ ...record, data, packed: index });
  return decoded;
};

const textLength = (sum: number, { kinesis }: KinesisRecord): number => sum + kinesis.data.length;

/** Names a record in a row of quarantine: the sequence number, and the place of one that was packed. */
export const nameOfRecord = ({ sequence, packed }: StreamedRecord): string =>
  packed === undefined ? sequence : `${sequence}.${packed}`;

/**
 * The records, those packed together each by itself, side by side in one piece of memory: what neighbours have for an
 * hour need not be brought together. (The functions that are called for each stand in the module: V8 compiles a closure
 * anew for every batch.)
 */
export const recordsOf = ({ Records }: KinesisBatch): StreamedRecord[] => {
  const room = Buffer.allocUnsafeSlow(Math.ceil((Records.reduce(textLength, 0) * 3) / 4));
  return Records.reduce(decode, { room, used: 0, records: [] }).records;
};
