import type { RejectionReason } from '../../src/events/envelope.ts';

/** Why something in a file cannot be read as an event. */
export interface Flaw {
  reason: RejectionReason;
  detail: string;
}

/** One event as it stands in a file: its JSON on one line. */
export interface Item {
  /** on which it begins, from 1; of a Parquet file the row */
  line: number;
  /** JSON, or what somebody took for it; with a flaw the beginning of what stands there */
  text: string;
  flaw?: Flaw;
}

/**
 * No event is longer (src/collect/limits.ts allows far less, once it is written without blanks). Whatever is, is told by its line
 * and passed over, so that a file without line feeds does not end in memory.
 */
export const MAX_ITEM_BYTES = 4 * 1024 * 1024;

/** Of what cannot be read, so much is kept to show it. */
const SHOWN_BYTES = 200;

export const tooLong = (line: number, beginning: Buffer): Item => ({
  line,
  text: beginning.toString('latin1', 0, SHOWN_BYTES),
  flaw: { reason: 'event_too_large', detail: `the event is longer than ${MAX_ITEM_BYTES} bytes` },
});

/** Text of western Europe in one byte a letter has its accents here; UTF-8 never has such a byte alone. */
const NOT_UTF8 =
  'the text is not UTF-8 (it may be Latin-1 or Windows-1252): convert the file, for example with iconv';

export const notUtf8 = (line: number, bytes: Buffer): Item => ({
  line,
  text: bytes.toString('latin1', 0, SHOWN_BYTES),
  flaw: { reason: 'invalid_unicode', detail: NOT_UTF8 },
});
