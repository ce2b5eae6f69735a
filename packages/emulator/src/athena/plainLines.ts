import { isUtf8 } from 'node:buffer';
import { LONGEST_LINE } from './serde/longest.ts';

const LINE_FEED = 0x0a;

/** To DuckDB's CSV reader: what ends a line otherwise, an empty line, and the two characters that it is told to look for. */
const SPECIAL = ['\r', '\n\n', '\u0001', '\u0002'];

const NOTHING = Buffer.alloc(0);

/**
 * Looks through the bytes of a text, piece by piece: whether its lines are what stands between line feeds, whoever reads
 * them. Then DuckDB can read them by itself, and ten times as fast as our own reader of text.
 */
export class PlainLines {
  #isPlain = true;
  #rest = NOTHING;

  add(chunk: Uint8Array): void {
    if (!this.#isPlain) return;
    const bytes = Buffer.concat([this.#rest, chunk]);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    this.#rest = bytes.subarray(end);
    this.#isPlain = isPlain(bytes.subarray(0, end)) && this.#rest.length < LONGEST_LINE;
  }

  /** After the last piece. */
  isPlain(): boolean {
    return this.#isPlain && isPlain(this.#rest);
  }
}

/** Of whole lines: no character is cut. */
const isPlain = (lines: Buffer): boolean =>
  lines[0] !== LINE_FEED && !SPECIAL.some((text) => lines.includes(text)) && isUtf8(lines);
