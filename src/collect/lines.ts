import { isUtf8 } from 'node:buffer';
import { encodingGuess, looksLikeUtf16 } from '../json/encoding.ts';
import { parseExactly } from '../json/exactNumbers.ts';
import { rejection } from './line.ts';
import type { SentEvent } from './sentEvent.ts';
import { ENOUGH, single } from './split.ts';

const notUtf8 = (line: Buffer): SentEvent => ({
  flaw: rejection(
    'invalid_unicode',
    `the line is not UTF-8, it may be ${encodingGuess(line)}: raw holds its bytes in base64`,
  ),
  value: undefined,
  wellFormed: true,
  text: () => line.toString('base64'),
});

/** A line that is one event. One that is not JSON has the value undefined, which no JSON has. */
const ofText = (line: string): SentEvent => {
  const value = parseExactly(line)?.value;
  return value === undefined && looksLikeUtf16(line) ? notUtf8(Buffer.from(line)) : single(value, line);
};

const ofBytes = (line: Buffer): SentEvent =>
  isUtf8(line) ? ofText(line.toString('utf8').trim()) : notUtf8(line);

const textLines = (body: string): SentEvent[] =>
  body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, ENOUGH)
    .map(ofText);

const NEWLINE = 0x0a;
/** Space, tab and carriage return; and the zero that each of them has beside it in UTF-16. */
const blank = new Set([0x20, 0x09, 0x0d, 0]);

/** In little-endian UTF-16 a zero follows the line feed: it is the end of its line, not the beginning of the next. */
const byteLines = (body: Buffer): SentEvent[] => {
  const events: SentEvent[] = [];
  let wide = false;
  for (let start = 0; start < body.length && events.length < ENOUGH; ) {
    const feed = body.indexOf(NEWLINE, start);
    const end = feed === -1 ? body.length : feed;
    const line = body.subarray(wide && body[start] === 0 ? start + 1 : start, end);
    wide = line.includes(0);
    if (!line.every((byte) => blank.has(byte))) events.push(ofBytes(line));
    start = end + 1;
  }
  return events;
};

/**
 * Lines as events. Blank lines are none. A body that is not UTF-8, or that has bytes of UTF-16, comes as bytes: a line
 * that is not UTF-8 is rejected for that, and fails no other.
 */
export const lines = (body: string | Buffer): SentEvent[] => {
  if (typeof body !== 'string') return byteLines(body);
  return body.includes('\0') ? byteLines(Buffer.from(body)) : textLines(body);
};
