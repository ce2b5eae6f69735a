import { isUtf8 } from 'node:buffer';
import { parseJson } from '../../src/json/parse.ts';
import { elementTexts } from '../../src/json/slices.ts';
import { type Item, MAX_ITEM_BYTES, notUtf8, tooLong } from './item.ts';
import type { Chunks } from './peek.ts';

const NEWLINE = 0x0a;

const blanksAround = /^[ \t\r]+|[ \t\r]+$/g;

/** A line that is an array holds several events. */
const itemsOf = (line: number, text: string): Item[] =>
  text.startsWith('[') && parseJson(text) !== undefined
    ? elementTexts(text).map((element) => ({ line, text: element }))
    : [{ line, text }];

/**
 * Not by trim(), which takes away more than JSON calls blank. But the collector passes over what is nothing after trim(),
 * and its answers count events.
 */
const itemsOfText = (line: number, text: string): Item[] => {
  const trimmed = text.replaceAll(blanksAround, '');
  if (trimmed.length > MAX_ITEM_BYTES) return [tooLong(line, Buffer.from(trimmed.slice(0, 1000)))];
  return trimmed.replaceAll('\0', '').trim() === '' ? [] : itemsOf(line, trimmed);
};

/** Whole lines, the last \n among them. Text that is UTF-8 as a whole need not be asked line by line. */
const itemsOfLines = (bytes: Buffer, firstLine: number): Item[] => {
  if (isUtf8(bytes))
    return bytes
      .toString('utf8', 0, bytes.length - 1)
      .split('\n')
      .flatMap((text, index) => itemsOfText(firstLine + index, text));
  const items: Item[] = [];
  let line = firstLine;
  for (let start = 0, end = 0; start < bytes.length; start = end + 1, line += 1) {
    end = bytes.indexOf(NEWLINE, start);
    const one = bytes.subarray(start, end);
    items.push(...(isUtf8(one) ? itemsOfText(line, one.toString('utf8')) : [notUtf8(line, one)]));
  }
  return items;
};

const countNewlines = (bytes: Buffer): number => {
  let found = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) found += 1;
  return found;
};

/**
 * Lines as events. A line ends at a line feed (a carriage return before it is dropped) and nowhere else: U+2028, U+2029 and a
 * carriage return by itself stand in the text of people. Holds one chunk and one line at a time.
 */
export async function* readLines(chunks: Chunks): AsyncGenerator<Item[]> {
  let line = 1;
  let begun: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let rest = chunk;
    const first = chunk.indexOf(NEWLINE);
    if (first !== -1 && size > MAX_ITEM_BYTES) {
      yield [tooLong(line, Buffer.concat(begun))];
      rest = chunk.subarray(first + 1);
      [begun, size, line] = [[], 0, line + 1];
    }
    const end = rest.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const whole = Buffer.concat([...begun, rest.subarray(0, end)]);
      yield itemsOfLines(whole, line);
      line += countNewlines(whole);
      [begun, size] = [[], 0];
    }
    size += rest.length - end;
    // Of a line that is too long, no more than what is shown is kept.
    if (rest.length > end && (size <= MAX_ITEM_BYTES || begun.length === 0)) begun.push(rest.subarray(end));
  }
  if (size > MAX_ITEM_BYTES) yield [tooLong(line, Buffer.concat(begun))];
  else if (size > 0) yield itemsOfLines(Buffer.concat([...begun, Buffer.from('\n')]), line);
}
