/**
 * JSON checked where it lies, byte by byte, nothing read out of it: what landing asks of every line there is, at a
 * fraction of JSON.parse. Takes what JSON.stringify writes, which is less than JSON: no whitespace between tokens, no
 * surrogates as `\uXXXX`, no more than MAX_LEVELS. What it does not take may be JSON all the same: ask JSON.parse.
 *
 * The bytes must be UTF-8, and a line feed must stand somewhere after `at`: no token goes beyond it, so that it need
 * not be asked at every byte whether there is another. All functions give the position after what they took, or NONE.
 */
export const NONE = -1;

/** Far below what an event may have (MAX_DEPTH), and what recursion can do. */
const MAX_LEVELS = 32;

const table = (holds: (byte: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => Number(holds(byte)));
const oneOf = (bytes: string): Uint8Array => table((byte) => bytes.includes(String.fromCharCode(byte)));

const plain = table((byte) => byte >= 0x20 && byte !== 0x22 && byte !== 0x5c);
const digit = oneOf('0123456789');
const hexDigit = oneOf('0123456789abcdefABCDEF');
const escaped = oneOf('"\\/bfnrt');

const is = (set: Uint8Array, byte: number | undefined): boolean => set[byte ?? 0] === 1;

/** What stands at `at` must be these bytes. NONE goes in and comes out again, so that calls can be chained. */
export const afterBytes = (data: Uint8Array, at: number, bytes: Uint8Array): number => {
  if (at === NONE) return NONE;
  for (let index = 0; index < bytes.length; index++) {
    if (data[at + index] !== bytes[index]) return NONE;
  }
  return at + bytes.length;
};

/** `\u` and four digits. Those from D800 to DFFF are halves of characters, some neighbours of theirs are not asked. */
const afterCodeUnit = (data: Uint8Array, backslash: number): number => {
  const first = data[backslash + 2];
  if (first === 0x64 || first === 0x44) return NONE;
  for (let at = backslash + 2; at < backslash + 6; at++) if (!is(hexDigit, data[at])) return NONE;
  return backslash + 6;
};

/** `at`: after the quote that opens the string. */
export const afterString = (data: Uint8Array, start: number): number => {
  let at = start;
  for (;;) {
    while (is(plain, data[at])) at++;
    if (data[at] === 0x22) return at + 1;
    if (data[at] !== 0x5c) return NONE;
    if (is(escaped, data[at + 1])) at += 2;
    else if (data[at + 1] !== 0x75) return NONE;
    else {
      at = afterCodeUnit(data, at);
      if (at === NONE) return NONE;
    }
  }
};

/** At least one. */
const afterDigits = (data: Uint8Array, start: number): number => {
  let at = start;
  while (is(digit, data[at])) at++;
  return at === start ? NONE : at;
};

const afterNumber = (data: Uint8Array, start: number): number => {
  let at = data[start] === 0x2d ? start + 1 : start;
  at = data[at] === 0x30 ? at + 1 : afterDigits(data, at);
  if (at !== NONE && data[at] === 0x2e) at = afterDigits(data, at + 1);
  if (at !== NONE && (data[at] === 0x65 || data[at] === 0x45)) {
    const sign = data[at + 1];
    at = afterDigits(data, sign === 0x2b || sign === 0x2d ? at + 2 : at + 1);
  }
  return at;
};

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

const afterValue = (data: Uint8Array, at: number, levels: number): number => {
  switch (data[at]) {
    case 0x22:
      return afterString(data, at + 1);
    case 0x7b:
      return levels === 0 ? NONE : afterMembers(data, at + 1, levels - 1);
    case 0x5b:
      return levels === 0 ? NONE : afterElements(data, at + 1, levels - 1);
    case 0x74:
      return afterBytes(data, at, TRUE);
    case 0x66:
      return afterBytes(data, at, FALSE);
    case 0x6e:
      return afterBytes(data, at, NULL);
    default:
      return afterNumber(data, at);
  }
};

/** `at`: after the `{`. */
const afterMembers = (data: Uint8Array, start: number, levels: number): number => {
  if (data[start] === 0x7d) return start + 1;
  for (let at = start; ; at++) {
    if (data[at] !== 0x22) return NONE;
    at = afterString(data, at + 1);
    if (at === NONE || data[at] !== 0x3a) return NONE;
    at = afterValue(data, at + 1, levels);
    if (at === NONE) return NONE;
    if (data[at] === 0x7d) return at + 1;
    if (data[at] !== 0x2c) return NONE;
  }
};

/** `at`: after the `[`. */
const afterElements = (data: Uint8Array, start: number, levels: number): number => {
  if (data[start] === 0x5d) return start + 1;
  for (let at = start; ; at++) {
    at = afterValue(data, at, levels);
    if (at === NONE) return NONE;
    if (data[at] === 0x5d) return at + 1;
    if (data[at] !== 0x2c) return NONE;
  }
};

/** `at`: where the object begins, or NONE. */
export const afterObject = (data: Uint8Array, at: number): number =>
  at === NONE || data[at] !== 0x7b ? NONE : afterMembers(data, at + 1, MAX_LEVELS - 1);
