import { parseWithEscapedKeys } from './escapes.ts';

/** An event deeper than this is rejected: no real one comes near, and engines downstream walk JSON by recursion. */
export const MAX_DEPTH = 64;

export type JsonObject = Record<string, unknown>;

/** A JSON object; a number kept as text (see `parseExactly`) is none, although it is an object to JavaScript. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);

/** The value in a box, since `null` and `false` are JSON too; undefined for what is not JSON. */
export const parseJson = (text: string): { value: unknown } | undefined => {
  try {
    return { value: parseWithEscapedKeys(text) };
  } catch {
    return undefined;
  }
};

// 16 digits, or an exponent of three: only then can a double come out other than it went in.
const WIDE = 16;
/** The characters before it keep hex ids such as "4e123…" from looking like numbers. */
const wideExponent = /[\s:,[]-?\d[\d.]*[eE][+-]?\d{3}/;

/** A digit or the point between digits; false beyond the text's ends. */
const isOfNumber = (code: number): boolean => (code >= 48 && code <= 57) || code === 46;

/** Looks at every 16th character only: a run that is long enough has one of them. */
const hasWideRun = (text: string): boolean => {
  for (let at = WIDE - 1; at < text.length; at += WIDE) {
    if (!isOfNumber(text.charCodeAt(at))) continue;
    let start = at;
    let end = at + 1;
    while (isOfNumber(text.charCodeAt(start - 1))) start -= 1;
    while (isOfNumber(text.charCodeAt(end))) end += 1;
    if (end - start >= WIDE) return true;
  }
  return false;
};

/** Whether JSON.parse might change a number of this text. Cheap, and wrong only on the safe side. */
export const mayChangeNumbers = (text: string): boolean => hasWideRun(text) || wideExponent.test(text);

const keepSource = (_key: string, value: unknown, context: { readonly source?: string }): unknown =>
  typeof value === 'number' && context.source !== undefined && String(value) !== context.source
    ? JSON.rawJSON(context.source)
    : value;

/**
 * JSON.parse with every number that JSON.stringify would not write the same (an integer beyond 2^53, 1e400) kept
 * as its text, so that it goes through unchanged. Several times slower than JSON.parse, and recursive: only
 * for text that `mayChangeNumbers` and that is known to be no deeper than MAX_DEPTH.
 */
export const parseExactly = (text: string): unknown => parseWithEscapedKeys(text, keepSource);

const surrogateEscape = /\\u[dD][89a-fA-F]/;

/**
 * Whether a value parsed from this text may have a lone surrogate: only an escape can bring one in, since the text
 * itself is Unicode, as text decoded from UTF-8 is. Cheap, and wrong only on the safe side.
 */
export const mayHaveLoneSurrogates = (text: string): boolean =>
  text.includes('\\') && surrogateEscape.test(text);

/** Whether a JSON value is nested beyond MAX_DEPTH. */
export const isTooDeep = (value: unknown, depth = 0): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === MAX_DEPTH) return !JSON.isRawJSON(value);
  for (const child of Object.values(value))
    if (typeof child === 'object' && isTooDeep(child, depth + 1)) return true;
  return false;
};

type Flaw = 'too_deep' | 'lone_surrogate';

/** What makes a JSON value unfit to be stored: nested beyond MAX_DEPTH, or text that is not Unicode (in keys too). */
export const flawOf = (value: unknown, depth = 0): Flaw | undefined => {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'lone_surrogate';
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return undefined;
  if (depth === MAX_DEPTH) return 'too_deep';
  for (const [key, child] of Object.entries(value)) {
    const flaw = flawOf(key) ?? flawOf(child, depth + 1);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
};
