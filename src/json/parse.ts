import { parseWithEscapedKeys } from './escapes.ts';

/** An event deeper than this is rejected: no real one comes near, and engines downstream walk JSON by recursion. */
export const MAX_DEPTH = 64;

export type JsonObject = Record<string, unknown>;

/** A JSON object; a number kept as text (see exactNumbers.ts) is none, although it is an object to JavaScript. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);

/** A number that is kept as its text, or undefined. */
const numberText = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && JSON.isRawJSON(value) ? value.rawJSON : undefined;

/** Whether two values are the same text, number or word of JSON: `1` and `1.0` are two. */
export const isSameScalar = (one: unknown, other: unknown): boolean =>
  one === other || (numberText(one) !== undefined && numberText(one) === numberText(other));

/**
 * The value in a box, since `null` and `false` are JSON too; undefined for what is not JSON. For who looks at a text:
 * who writes it anew takes `parseExactly`, which keeps its numbers.
 */
export const parseJson = (text: string): { value: unknown } | undefined => {
  try {
    return { value: parseWithEscapedKeys(text) };
  } catch {
    return undefined;
  }
};

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
