import type { Partition, QuarantineRow } from '../events/envelope.ts';
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
  /** UTC hour: of the events, or of the arrival of refused lines */
  hour: Partition;
  rows: number;
  chunks: Uint8Array[];
  /** index of the first record that put a line here: from there on the batch is repeated if the object cannot be written */
  firstRecord: number;
}

export interface SortedBatch {
  /** lines that carry something; a record that is no NDJSON at all counts as one */
  lines: number;
  events: Pile[];
  quarantine: Pile[];
}

const NEWLINE = Buffer.from('\n');

class Piles {
  readonly #piles = new Map<Partition, Pile>();

  add(hour: Partition, record: number, rows: number, chunk: Uint8Array): void {
    const pile = this.#piles.get(hour) ?? { hour, rows: 0, chunks: [], firstRecord: record };
    this.#piles.set(hour, pile);
    pile.rows += rows;
    pile.chunks.push(chunk);
  }

  byHour(): Pile[] {
    return [...this.#piles.values()].sort((a, b) => (a.hour < b.hour ? -1 : 1));
  }
}

interface Line {
  start: number;
  /** where the next line starts */
  end: number;
  verdict: LineVerdict;
}

const isBlank = (data: Buffer, start: number, end: number): boolean => {
  for (let at = start; at < end; at++) {
    const byte = data[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
};

const linesOf = (data: Buffer): Line[] => {
  const lines: Line[] = [];
  for (let start = 0; start < data.length; ) {
    const newline = data.indexOf(0x0a, start);
    const stop = newline === -1 ? data.length : newline;
    const end = newline === -1 ? data.length : newline + 1;
    if (!isBlank(data, start, stop))
      lines.push({ start, end, verdict: checkLine(data.subarray(start, stop)) });
    start = end;
  }
  return lines;
};

/**
 * A record of several lines, or of bytes that are no text, with no JSON anywhere: it is no NDJSON, its lines mean
 * nothing one by one, and it goes to quarantine as a whole.
 */
const poison = (data: Buffer, lines: readonly Line[]): LineVerdict | undefined => {
  const flaws = lines.map(({ verdict }) => (verdict.event ? null : verdict.unreadable));
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

const quarantineRow = (verdict: LineVerdict & { event: false }, record: StreamedRecord): QuarantineRow => {
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

/** Neighbouring events of one hour go over as one slice of the record's bytes: nothing is written anew, no digit changes. */
const addEvents = (piles: Piles, data: Buffer, lines: readonly Line[], record: number): void => {
  let run: { hour: Partition; start: number; end: number; rows: number } | undefined;
  const flush = () => {
    if (run !== undefined) piles.add(run.hour, record, run.rows, data.subarray(run.start, run.end));
  };
  for (const { start, end, verdict } of lines) {
    if (!verdict.event) continue;
    if (run?.hour === verdict.partition && run.end === start) {
      run.end = end;
      run.rows += 1;
    } else {
      flush();
      run = { hour: verdict.partition, start, end, rows: 1 };
    }
  }
  flush();
  // Only the last line of a record can lack its \n.
  if (run?.end === data.length && data.at(-1) !== 0x0a) piles.add(run.hour, record, 0, NEWLINE);
};

/** Sorts the lines of a batch by where they belong. Pure: the same batch gives the same piles, byte for byte. */
export const sortBatch = (records: readonly StreamedRecord[]): SortedBatch => {
  const events = new Piles();
  const quarantine = new Piles();
  let count = 0;
  for (const [index, record] of records.entries()) {
    const lines = linesOf(record.data);
    const whole = poison(record.data, lines);
    count += whole === undefined ? lines.length : 1;
    if (whole === undefined) addEvents(events, record.data, lines, index);
    for (const verdict of whole === undefined ? lines.map((line) => line.verdict) : [whole]) {
      if (verdict.event) continue;
      const row = quarantineRow(verdict, record);
      const hour = row.received_at.slice(0, 13);
      quarantine.add(hour, index, 1, Buffer.from(`${JSON.stringify(row)}\n`));
    }
  }
  return { lines: count, events: events.byHour(), quarantine: quarantine.byHour() };
};
