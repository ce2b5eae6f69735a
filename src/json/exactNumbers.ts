import { parseWithEscapedKeys } from './escapes.ts';
import { endOfString } from './slices.ts';

/**
 * JSON.parse that keeps the text of numbers.
 *
 * JavaScript reads `30.0` as 30 and writes it as `30`. A number that would not be written as it was sent is therefore
 * kept as its text, by JSON.rawJSON. Three steps: each such number becomes a string that begins with a mark, the text
 * is parsed, and the marked strings become raw numbers. A reviver, which V8 gives each number's text, takes more than
 * twice as long and overflows the stack on deep values.
 */
export const parseExactly = (text: string): { value: unknown } | undefined => {
  try {
    if (!mayChangeNumbers(text)) return { value: parseWithEscapedKeys(text) };
    const mark = unusedMark(text);
    return { value: withNumbers(parseWithEscapedKeys(marked(text, mark)), mark) };
  } catch {
    return undefined;
  }
};

/**
 * Where a value may begin, a number that JavaScript may write in another way: minus zero; 16 digits and more; smaller
 * than 0.000001; with an exponent; with a zero at the end of its fraction.
 */
const changeable = /[:,[]\s*(?:-0[\s,\]}]|-?(?:[\d.]{16}|0\.0{6}|\d[\d.]*[eE]|\d+\.\d*0[\s,\]}]))/;

/** Whether JSON.parse and JSON.stringify might change a number of this text. Cheap, and wrong only on the safe side. */
export const mayChangeNumbers = (text: string): boolean => changeable.test(text);

/**
 * Second halves of surrogate pairs: no string of a Unicode text begins with one … (The last marks keys: escapes.ts.)
 */
const FIRST_MARK = 0xdc00;
const LAST_MARK = 0xdffe;
/** … unless an escape brings it there. */
const marksInText = /"(?:\\u([dD][c-fC-F][\da-fA-F]{2})|([\udc00-\udfff]))/g;

const unusedMark = (text: string): string => {
  const used = new Set<number>();
  for (const [, escaped, plain = ''] of text.matchAll(marksInText))
    used.add(escaped === undefined ? plain.charCodeAt(0) : Number.parseInt(escaped, 16));
  for (let code = FIRST_MARK; code <= LAST_MARK; code += 1)
    if (!used.has(code)) return String.fromCharCode(code);
  throw new SyntaxError('Strings of the text begin with every half of a surrogate pair there is.');
};

const QUOTE = 0x22;
const MINUS = 0x2d;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
/** Digits, the point, signs, e and E. */
const isOfNumber = (code: number): boolean =>
  isDigit(code) || code === 0x2e || code === MINUS || code === 0x2b || code === 0x65 || code === 0x45;

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Most numbers are short integers, which no double changes. */
const shortInteger = /^[1-9]\d{0,14}$/;
const colon = /\s*:/y;

/** A string may stand wherever a number may, and before a colon too: there a number is wrong and must stay it. */
const isKey = (text: string, end: number): boolean => {
  colon.lastIndex = end;
  return colon.test(text);
};

const changes = (source: string): boolean =>
  !shortInteger.test(source) && String(Number(source)) !== source && number.test(source);

const endOfNumber = (text: string, start: number): number => {
  let end = start + 1;
  while (isOfNumber(text.charCodeAt(end))) end += 1;
  return end;
};

/** The text with each number that would change as a marked string. */
const marked = (text: string, mark: string): string => {
  let done = '';
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) + 1;
    else if (isDigit(code) || code === MINUS) {
      const end = endOfNumber(text, at);
      const source = text.slice(at, end);
      if (changes(source) && !isKey(text, end)) {
        done += `${text.slice(copied, at)}"${mark}${source}"`;
        copied = end;
      }
      at = end;
    } else at += 1;
  }
  return done + text.slice(copied);
};

type Container = Record<string | number, unknown>;

/**
 * Deep values are walked by a list, not by recursion: whoever sent them has not been told yet that they are too deep.
 */
const withNumbers = (value: unknown, mark: string): unknown => {
  const root: Container = { value };
  const open: Container[] = [root];
  const visit = (parent: Container, key: string | number): void => {
    const child = parent[key];
    // The member is the parent's own, also one called __proto__: assigning changes nothing else.
    if (typeof child === 'string' && child.startsWith(mark)) parent[key] = JSON.rawJSON(child.slice(1));
    // `as`: a list has its elements under their indexes.
    else if (typeof child === 'object' && child !== null) open.push(child as Container);
  };
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    if (Array.isArray(parent)) for (let index = 0; index < parent.length; index += 1) visit(parent, index);
    else for (const key of Object.keys(parent)) visit(parent, key);
  }
  return root.value;
};
