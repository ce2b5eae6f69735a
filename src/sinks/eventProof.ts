import { MAX_ID_LENGTH, MAX_NAME_LENGTH, SCHEMA_VERSION } from '../events/envelope.ts';
import { afterBytes, afterObject, afterString, NONE } from '../json/bytes.ts';
import { isTimestamp } from '../json/instants.ts';
import type { Partition } from '../lake/partition.ts';
import { isFuture } from './lineCheck.ts';

/** A key as the collector writes it, with what stands before and after it. */
const key = (name: string, before = ','): Buffer => Buffer.from(`${before}"${name}":`);

const EVENT_ID = key('event_id', '{');
const EVENT_NAME = key('event_name');
const EVENT_TIME = key('event_time');
const RECEIVED_AT = key('received_at');
const SOURCE = key('source');
const USER_ID = key('user_id');
const ANONYMOUS_ID = key('anonymous_id');
const SESSION_ID = key('session_id');
const CONTEXT = key('context');
const PROPERTIES = key('properties');
const END = Buffer.from(`,"schema_version":"${SCHEMA_VERSION}"}\n`);
const NULL = Buffer.from('null');

const HOUR_BYTES = '2026-11-01T05'.length;
const TIME_BYTES = '2026-11-01T05:10:00.000Z'.length;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
/** The first of two digits that count to 59. */
const isSixth = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x35;

/** `:10:00.000Z"` */
const isRestOfTime = (data: Buffer, at: number): boolean =>
  data[at] === 0x3a &&
  isSixth(data[at + 1]) &&
  isDigit(data[at + 2]) &&
  data[at + 3] === 0x3a &&
  isSixth(data[at + 4]) &&
  isDigit(data[at + 5]) &&
  data[at + 6] === 0x2e &&
  isDigit(data[at + 7]) &&
  isDigit(data[at + 8]) &&
  isDigit(data[at + 9]) &&
  data[at + 10] === 0x5a &&
  data[at + 11] === 0x22;

const textAt = (data: Buffer, start: number): string => data.toString('latin1', start, start + TIME_BYTES);

/**
 * A field that holds a timestamp. Neighbours in the stream are of one hour, so that an hour is looked up only when it
 * changes.
 */
class TimeField {
  readonly #key: Buffer;
  /** At first what stands in no line: not zeros, which a line may hold. */
  #hour: Buffer = Buffer.alloc(HOUR_BYTES, '\n');
  partition: Partition = '';

  constructor(name: Buffer) {
    this.#key = name;
  }

  /** Position after the field, whose hour is then `partition`. */
  after(data: Buffer, start: number): number {
    const quote = afterBytes(data, start, this.#key);
    if (quote === NONE || data[quote] !== 0x22) return NONE;
    const hourEnd = quote + 1 + HOUR_BYTES;
    if (!isRestOfTime(data, hourEnd)) return NONE;
    if (afterBytes(data, quote + 1, this.#hour) === NONE && !this.#turn(data, quote + 1)) return NONE;
    return quote + 1 + TIME_BYTES + 1;
  }

  #turn(data: Buffer, start: number): boolean {
    const time = textAt(data, start);
    if (!isTimestamp(time)) return false;
    this.partition = time.slice(0, HOUR_BYTES);
    this.#hour = Buffer.from(this.partition);
    return true;
  }
}

/** In bytes, which is never less than in characters. */
const afterText = (data: Buffer, quote: number, maxBytes: number): number => {
  if (quote === NONE || data[quote] !== 0x22) return NONE;
  const end = afterString(data, quote + 1);
  const bytes = end - quote - 2;
  return bytes > 0 && bytes <= maxBytes ? end : NONE;
};

const afterTextOrNull = (data: Buffer, at: number): number => {
  if (at === NONE) return NONE;
  return data[at] === 0x22 ? afterString(data, at + 1) : afterBytes(data, at, NULL);
};

/** Position after the opening quote of a timestamp, from that after the closing one. */
const timeBefore = (end: number): number => end - 1 - TIME_BYTES;

/** Whether the first of two timestamps is later: their order is that of their bytes. */
const isLater = (data: Buffer, first: number, second: number): boolean => {
  for (let index = 0; index < TIME_BYTES; index++) {
    const ahead = (data[first + index] ?? 0) - (data[second + index] ?? 0);
    if (ahead !== 0) return ahead > 0;
  }
  return false;
};

/** Clocks of phones are often some seconds ahead: only of such events the times are read. */
const isTooEarly = (data: Buffer, event: number, received: number): boolean =>
  isLater(data, event, received) && isFuture(textAt(data, event), textAt(data, received));

/**
 * Proves lines to be events without reading them, as long as they stand as the collector writes them: these fields in
 * this order, nothing between them. That is nearly all there is. A line that is not proven is not rejected: `checkLine`
 * judges it. Whatever is proven here is an event there, of the same hour; a property test holds the two together.
 */
export class EventProof {
  readonly #eventTime = new TimeField(EVENT_TIME);
  readonly #receivedAt = new TimeField(RECEIVED_AT);

  /** Of the event proven last. */
  get partition(): Partition {
    return this.#eventTime.partition;
  }

  /** Position after the \n of the line that begins at `start`, or NONE. `data` is UTF-8, and holds that \n. */
  after(data: Buffer, start: number): number {
    let at = afterText(data, afterBytes(data, start, EVENT_ID), MAX_ID_LENGTH);
    at = afterText(data, afterBytes(data, at, EVENT_NAME), MAX_NAME_LENGTH);
    const timed = this.#eventTime.after(data, at);
    const received = this.#receivedAt.after(data, timed);
    if (received === NONE || isTooEarly(data, timeBefore(timed), timeBefore(received))) return NONE;
    at = afterText(data, afterBytes(data, received, SOURCE), Number.POSITIVE_INFINITY);
    at = afterTextOrNull(data, afterBytes(data, at, USER_ID));
    at = afterTextOrNull(data, afterBytes(data, at, ANONYMOUS_ID));
    at = afterTextOrNull(data, afterBytes(data, at, SESSION_ID));
    at = afterObject(data, afterBytes(data, at, CONTEXT));
    at = afterObject(data, afterBytes(data, at, PROPERTIES));
    return afterBytes(data, at, END);
  }
}
