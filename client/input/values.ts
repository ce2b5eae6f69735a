import { isUtf8 } from 'node:buffer';
import { endOfString } from '../../src/json/slices.ts';
import { type Item, MAX_ITEM_BYTES, notUtf8, tooLong } from './item.ts';
import type { Chunks } from './peek.ts';
import { RECORDS } from './shape.ts';

const [QUOTE, BACKSLASH, COMMA, NEWLINE] = [0x22, 0x5c, 0x2c, 0x0a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;

const outsideBlanks = /["\n\r\t ]/g;

/** JSON on one line: blanks outside of texts go. What stands on one line already stays as it is, byte by byte. */
export const compact = (text: string): string => {
  if (!/[\n\r]/.test(text)) return text;
  let found = '';
  let copied = 0;
  const scan = new RegExp(outsideBlanks);
  for (let match = scan.exec(text); match !== null; match = scan.exec(text)) {
    const at = match.index;
    if (match[0] === '"') {
      scan.lastIndex = endOfString(text, at) + 1;
      continue;
    }
    found += text.slice(copied, at);
    copied = at + 1;
  }
  return (found + text.slice(copied)).replaceAll(/[\n\r]/g, ' ');
};

/** A list's name and its bracket are within so many bytes. */
const WRAPPER_BYTES = 300;

const lastOf = (parts: readonly Buffer[], bytes: number): Buffer => {
  let from = parts.length;
  for (let found = 0; from > 0 && found < bytes; from -= 1) found += parts[from - 1]?.length ?? 0;
  return Buffer.concat(parts.slice(from)).subarray(-bytes);
};

/** The list that somebody has named, wherever it stands among the members. */
const listNamed = (name: string): RegExp =>
  new RegExp(`[{,]\\s*${RegExp.escape(JSON.stringify(name))}\\s*:\\s*\\[$`);

/**
 * Cuts events out of JSON that is not one a line: the elements of arrays, objects one after another over as many lines as
 * they like, and the elements of the list in an object around them. It looks at brackets and texts only; whether
 * an event is JSON is seen when it is read. An event that is not leaves the next one whole.
 */
class ValueScanner {
  readonly #named: string | undefined;
  readonly #list: RegExp;
  #line = 1;
  /** Containers that are open, and how many of them are around the events. */
  #depth = 0;
  #base = 0;
  #inText = false;
  #escaped = false;
  /** An event that has begun: its line, the bytes of it in earlier chunks, how many it has in all. */
  #open: { line: number; parts: Buffer[]; bytes: number } | undefined;
  /** What follows the list in a wrapper is not events. */
  #passing = false;

  constructor(named: string | undefined) {
    this.#named = named;
    this.#list = named === undefined ? RECORDS : listNamed(named);
  }

  push(chunk: Buffer): Item[] {
    const items: Item[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inText = false;
        else if (byte === NEWLINE) {
          // No text of JSON goes over a line's end: this one was torn, and the next line is read anew.
          this.#line += 1;
          this.#inText = false;
        }
        continue;
      }
      if (byte === NEWLINE) this.#line += 1;
      if (this.#depth === this.#base && (byte === NEWLINE || byte === COMMA || isBlank(byte))) {
        this.#close(items, chunk, start, at);
        continue;
      }
      if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (this.#depth === this.#base) this.#close(items, chunk, start, at);
        this.#leave(items, chunk, start, at);
        continue;
      }
      if (this.#base === 0 && this.#depth === 0 && byte === OPEN_BRACKET) {
        this.#close(items, chunk, start, at);
        this.#depth = 1;
        this.#base = 1;
        continue;
      }
      if (this.#open === undefined && this.#depth === this.#base) {
        this.#open = { line: this.#line, parts: [], bytes: 0 };
        start = at;
      }
      if (byte === QUOTE) this.#inText = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        this.#depth += 1;
        if (byte === OPEN_BRACKET && this.#isWrapper(chunk, start, at)) {
          this.#open = undefined;
          this.#base = 2;
        }
      }
    }
    if (this.#open !== undefined) this.#keep(this.#open, chunk.subarray(start));
    return items;
  }

  /** What is still open at the end of the file. */
  end(): Item[] {
    const items: Item[] = [];
    if (this.#open !== undefined && this.#depth === 0) this.#close(items, Buffer.alloc(0), 0, 0);
    const cut = this.#open;
    if (cut === undefined && this.#depth === 0) return items;
    const detail =
      cut === undefined
        ? 'the file ends before its list of events is closed: it may be cut off'
        : 'the file ends inside this event: it may be cut off';
    const text = Buffer.concat(cut?.parts ?? []).toString('utf8', 0, MAX_ITEM_BYTES);
    return [
      ...items,
      { line: cut?.line ?? this.#line, text: compact(text), flaw: { reason: 'invalid_json', detail } },
    ];
  }

  #isWrapper(chunk: Buffer, start: number, at: number): boolean {
    const { parts, bytes } = this.#open ?? { parts: [], bytes: 0 };
    if (this.#passing || this.#base !== 0 || this.#depth !== 2) return false;
    if (this.#named === undefined && bytes + at - start > WRAPPER_BYTES) return false;
    const before = lastOf([...parts, chunk.subarray(start, at + 1)], WRAPPER_BYTES + 1);
    return this.#list.test(before.toString('utf8'));
  }

  /** A bracket closes: an event, the list of events, or what is around it. */
  #leave(items: Item[], chunk: Buffer, start: number, at: number): void {
    this.#depth = Math.max(0, this.#depth - 1);
    if (this.#depth === this.#base) this.#close(items, chunk, start, at + 1);
    if (this.#depth >= this.#base) return;
    if (this.#base === 2) {
      this.#passing = true;
      this.#open = { line: this.#line, parts: [], bytes: 0 };
    }
    this.#base = 0;
  }

  #keep(open: { parts: Buffer[]; bytes: number }, bytes: Buffer): void {
    open.bytes += bytes.length;
    if (!this.#passing && (open.bytes <= MAX_ITEM_BYTES || open.parts.length === 0)) open.parts.push(bytes);
  }

  #close(items: Item[], chunk: Buffer, start: number, end: number): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    if (this.#passing) {
      this.#passing = false;
      return;
    }
    const last = chunk.subarray(open.bytes === 0 ? start : 0, end);
    const whole = open.parts.length === 0 ? last : Buffer.concat([...open.parts, last]);
    if (open.bytes + last.length > MAX_ITEM_BYTES) items.push(tooLong(open.line, whole));
    else if (!isUtf8(whole)) items.push(notUtf8(open.line, whole));
    else items.push(this.#itemOf(open.line, compact(whole.toString('utf8'))));
  }

  /** Where a list was named, the object around it must not be taken for an event. */
  #itemOf(line: number, text: string): Item {
    if (this.#named === undefined || this.#base !== 0 || !text.startsWith('{')) return { line, text };
    const detail = `the object has no list ${JSON.stringify(this.#named)} (--records)`;
    return { line, text, flaw: { reason: 'invalid_event', detail } };
  }
}

/**
 * `wrapper`: the member that holds the events where a file is one object around them. Without it that is `Records`, if the object
 * begins with it, which is how AWS writes its logs.
 */
export async function* readValues(chunks: Chunks, wrapper: string | undefined): AsyncGenerator<Item[]> {
  const scanner = new ValueScanner(wrapper);
  for await (const chunk of chunks) yield scanner.push(chunk);
  yield scanner.end();
}
