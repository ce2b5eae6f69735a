import { isUtf8 } from 'node:buffer';
import type { QuarantineRow } from '../events/envelope.ts';
import { NONE } from '../json/bytes.ts';
import type { Partition } from '../lake/partition.ts';
import { EventProof } from './eventProof.ts';
import { checkLine, type LineVerdict } from './lineCheck.ts';

/** A record of the stream as land gets it. */
export interface StreamedRecord {
  shard: string;
  sequence: string;
  /** when the stream took it */
  arrived: Date;
  data: Buffer;
}

/** Lines that go into one object. */
export interface Pile {
  /** UTC hour: of the events, or of the arrival of rejected lines */
  hour: Partition;
  rows: number;
  chunks: Buffer[];
  /** index of the first record that put a line here: from there on the batch is repeated if the object cannot be written */
  firstRecord: number;
}

export interface SortedBatch {
  /** lines that carry something; a record that is no NDJSON at all counts as one */
  lines: number;
  events: Pile[];
  quarantine: Pile[];
}

const NEWLINE = { data: Buffer.from('\n'), start: 0, end: 1 };

type Rejected = LineVerdict & { event: false };

/** Bytes that lie side by side in memory, whichever records they are of. */
interface Range {
  data: Buffer;
  start: number;
  end: number;
}

type Piles = Map<Partition, { pile: Pile; last: Range }>;

const bytesOf = ({ data, start, end }: Range): Buffer =>
  Buffer.from(data.buffer, data.byteOffset + start, end - start);

/** Neighbours go over as one slice of what came: nothing is written anew, no digit changes. */
const add = (piles: Piles, hour: Partition, record: number, rows: number, range: Range): void => {
  const found = piles.get(hour);
  if (found === undefined) {
    piles.set(hour, { pile: { hour, rows, chunks: [], firstRecord: record }, last: { ...range } });
    return;
  }
  const { pile, last } = found;
  const { data, start, end } = range;
  pile.rows += rows;
  if (last.data.buffer === data.buffer && last.data.byteOffset + last.end === data.byteOffset + start) {
    last.end += end - start;
  } else {
    pile.chunks.push(bytesOf(last));
    found.last = { data, start, end };
  }
};

const byHour = (piles: Piles): Pile[] => {
  const found = [...piles.values()].map(({ pile, last }) => ({
    ...pile,
    chunks: [...pile.chunks, bytesOf(last)],
  }));
  return found.sort((a, b) => (a.hour < b.hour ? -1 : 1));
};

const isBlank = (data: Buffer, start: number, end: number): boolean => {
  for (let at = start; at < end; at++) {
    const byte = data[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
};

/**
 * A record of several lines, or of bytes that are no text, with no JSON anywhere: it is no NDJSON, its lines mean
 * nothing one by one, and it goes to quarantine as a whole. Asked only of a record that has no event.
 */
const poison = (data: Buffer, rejected: readonly Rejected[]): Rejected | undefined => {
  const flaws = rejected.map(({ unreadable }) => unreadable);
  const text = !flaws.includes('no_text');
  if (flaws.length <= (text ? 1 : 0) || flaws.includes(null)) return undefined;
  const detail = text
    ? 'No line of the record is JSON.'
    : 'The record is no text: raw is the base64 of its bytes.';
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
    sequence: record.sequence,
  };
};

/** One for all batches: V8 forgets what it compiled for objects when none of their kind is left. */
const proof = new EventProof();

interface Sorted {
  lines: number;
  events: Piles;
  quarantine: Piles;
}

const sortRecord = (sorted: Sorted, record: StreamedRecord, index: number): Sorted => {
  const { events, quarantine } = sorted;
  const { data } = record;
  const rejected: Rejected[] = [];
  let taken = 0;
  // What may be proven: of text, the lines that have their \n.
  const provable = isUtf8(data) ? data.lastIndexOf(0x0a) + 1 : 0;
  for (let start = 0, end = 0; start < data.length; start = end) {
    end = start < provable ? proof.after(data, start) : NONE;
    if (end !== NONE) {
      taken += 1;
      add(events, proof.partition, index, 1, { data, start, end });
      continue;
    }
    const newline = data.indexOf(0x0a, start);
    const stop = newline === -1 ? data.length : newline;
    end = newline === -1 ? data.length : newline + 1;
    if (isBlank(data, start, stop)) continue;
    const verdict = checkLine(data.subarray(start, stop));
    if (!verdict.event) rejected.push(verdict);
    else {
      taken += 1;
      add(events, verdict.partition, index, 1, { data, start, end });
      if (newline === -1) add(events, verdict.partition, index, 0, NEWLINE);
    }
  }
  const whole = taken === 0 ? poison(data, rejected) : undefined;
  const rows = whole === undefined ? rejected : [whole];
  for (const verdict of rows) {
    const row = quarantineRow(verdict, record);
    const bytes = Buffer.from(`${JSON.stringify(row)}\n`);
    const range = { data: bytes, start: 0, end: bytes.length };
    add(quarantine, row.received_at.slice(0, 13), index, 1, range);
  }
  sorted.lines += taken + rows.length;
  return sorted;
};

/** Sorts the lines of a batch by where they belong. Pure: the same batch gives the same piles, byte for byte. */
export const sortBatch = (records: readonly StreamedRecord[]): SortedBatch => {
  // No loop: V8 would compile all that is called in it anew for every batch.
  const sorted: Sorted = records.reduce(sortRecord, { lines: 0, events: new Map(), quarantine: new Map() });
  return { ...sorted, events: byHour(sorted.events), quarantine: byHour(sorted.quarantine) };
};
