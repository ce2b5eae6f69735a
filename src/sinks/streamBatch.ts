import { isUtf8 } from 'node:buffer';
import type { CanonicalEvent, QuarantineRow } from '../events/envelope.ts';
import { NONE } from '../json/bytes.ts';
import { batchName } from '../lake/layout.ts';
import { type Partition, partitionOf } from '../lake/partition.ts';
import { canonicalLine } from './canonicalLine.ts';
import { EventProof } from './eventProof.ts';
import type { Line } from './hourLines.ts';
import { nameOfRecord, type StreamedRecord } from './kinesisBatch.ts';
import { checkLine, type LineVerdict } from './lineCheck.ts';
import { recordKind } from './recordKind.ts';

/**
 * A canonical event and its place in the stream. It is checked, not parsed: a consumer that only moves events takes
 * their bytes where they lie (`data` from `start` to `end`, the \n included), one that needs their fields parses them.
 */
export class StreamedEvent implements Line {
  /** One that outlives its batch, since V8 forgets what it compiled for objects when none of their kind is left. */
  static readonly kept = new StreamedEvent(0, '', Buffer.alloc(0), 0, 0);

  /** index of its record in the batch */
  readonly record: number;
  /** hour of its event_time */
  readonly partition: Partition;
  readonly data: Buffer;
  readonly start: number;
  readonly end: number;

  constructor(record: number, partition: Partition, data: Buffer, start: number, end: number) {
    this.record = record;
    this.partition = partition;
    this.data = data;
    this.start = start;
    this.end = end;
  }

  /** The line in the collector's form, without its \n. */
  text(): string {
    return this.data.toString('utf8', this.start, this.end - 1);
  }

  /** Numbers that JavaScript cannot hold lose digits here: whoever keeps an event keeps its text. */
  parse(): CanonicalEvent {
    // `as`: the line was checked to be one, which is what takes the time.
    return JSON.parse(this.text()) as CanonicalEvent;
  }
}

/** A line on its way to quarantine. */
interface RejectedRow {
  /** index of its record in the batch */
  record: number;
  row: QuarantineRow;
}

/**
 * What a consumer of the stream gets: one batch of one shard, each line of it checked. Blank lines are in none of the
 * lists.
 */
export interface StreamBatch {
  /** begins the names of what is made of it; the empty text for a batch without records */
  name: string;
  records: readonly StreamedRecord[];
  events: readonly StreamedEvent[];
  /** lines that are not events; a record that is not NDJSON at all counts as one */
  rejected: readonly RejectedRow[];
}

type Rejected = LineVerdict & { event: false };

const isBlank = (data: Buffer, start: number, end: number): boolean => {
  for (let at = start; at < end; at++) {
    const byte = data[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
};

/**
 * A record of several lines, or of bytes that are not text, with no JSON anywhere: it is not NDJSON, its lines mean
 * nothing one by one, and it goes to quarantine as a whole. Asked only of a record that has no event.
 */
const poison = (data: Buffer, rejected: readonly Rejected[]): Rejected | undefined => {
  const flaws = rejected.map(({ unreadable }) => unreadable);
  const text = !flaws.includes('no_text');
  if (flaws.length <= (text ? 1 : 0) || flaws.includes(null)) return undefined;
  const detail = text
    ? 'The record must be JSON lines (NDJSON): none of its lines is JSON.'
    : `${recordKind(data)} raw holds its bytes in base64.`;
  const row = {
    reason: 'not_ndjson' as const,
    detail,
    raw: data.toString(text ? 'utf8' : 'base64'),
    source: null,
  };
  return { event: false, row, receivedAt: null, unreadable: text ? 'no_json' : 'no_text' };
};

const quarantineRow = (verdict: Rejected, record: StreamedRecord): QuarantineRow => {
  const { reason, detail, raw, source } = verdict.row;
  return {
    reason,
    detail,
    // A parsed text may hold half a character, which no reader of the table could take.
    raw: raw.toWellFormed(),
    source: source?.toWellFormed() ?? null,
    received_at: verdict.receivedAt ?? record.arrived.toISOString(),
    sequence: nameOfRecord(record),
  };
};

/** One for all batches: V8 forgets what it compiled for objects when none of their kind is left. */
const proof = new EventProof();

interface Read {
  events: StreamedEvent[];
  rejected: RejectedRow[];
}

const readRecord = (read: Read, record: StreamedRecord, index: number): Read => {
  const { events } = read;
  const { data } = record;
  const rejected: Rejected[] = [];
  const before = events.length;
  // What may be proven: of text, the lines that have their \n.
  const provable = isUtf8(data) ? data.lastIndexOf(0x0a) + 1 : 0;
  for (let start = 0, end = 0; start < data.length; start = end) {
    end = start < provable ? proof.after(data, start) : NONE;
    if (end !== NONE) {
      events.push(new StreamedEvent(index, proof.partition, data, start, end));
      continue;
    }
    const newline = data.indexOf(0x0a, start);
    const stop = newline === -1 ? data.length : newline;
    end = newline === -1 ? data.length : newline + 1;
    if (isBlank(data, start, stop)) continue;
    const verdict = checkLine(data.subarray(start, stop));
    if (!verdict.event) rejected.push(verdict);
    else {
      const line = Buffer.from(canonicalLine(data.toString('utf8', start, stop)));
      // What has its form already stays where it lies, beside its neighbors.
      if (newline !== -1 && line.equals(data.subarray(start, end)))
        events.push(new StreamedEvent(index, verdict.partition, data, start, end));
      else events.push(new StreamedEvent(index, verdict.partition, line, 0, line.length));
    }
  }
  const whole = events.length === before ? poison(data, rejected) : undefined;
  for (const verdict of whole === undefined ? rejected : [whole])
    read.rejected.push({ record: index, row: quarantineRow(verdict, record) });
  return read;
};

/** Checks every line of a batch, once for all that is done with it. Pure: the same records give the same batch. */
export const readBatch = (records: readonly StreamedRecord[]): StreamBatch => {
  const [first] = records;
  // No loop: V8 would compile all that is called in it anew for every batch.
  const { events, rejected }: Read = records.reduce(readRecord, { events: [], rejected: [] });
  return { name: first === undefined ? '' : batchName(first), records, events, rejected };
};

/** The row of quarantine for an event that a consumer cannot take. */
export const rejectedEvent = (
  event: StreamedEvent,
  { reason, detail }: Pick<QuarantineRow, 'reason' | 'detail'>,
  sequence: string,
): RejectedRow => {
  const { source, received_at } = event.parse();
  return { record: event.record, row: { reason, detail, raw: event.text(), source, received_at, sequence } };
};

/** By the hour in which it was received: the time of what is not an event is not known. */
export const lineOfRow = ({ record, row }: RejectedRow): Line => {
  const data = Buffer.from(`${JSON.stringify(row)}\n`);
  return { record, partition: partitionOf(row.received_at), data, start: 0, end: data.length };
};
