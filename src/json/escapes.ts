import { endOfString } from './slices.ts';

/**
 * JSON.parse that is right about keys with a backslash.
 *
 * V8 13.6 (Node 24) guesses the next key from objects it has parsed before and compares the guess with the text as it
 * stands, escapes unread: after `{"a":1,"\\":1}` it reads `{"a":1,"\"":1}` as having the key `\`. Only keys that
 * are written with an escape can be taken for another. So such keys are parsed under a name without one, and renamed.
 */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** First character of a private use area that nothing in the text uses. */
const FIRST_MARK = 0xe000;
const MARKS = 6400;

// A key's last escape, its other characters, its end. In texts of people and addresses there are escapes that are none.
const escapedKey = /\\.[^"\\]*"\s*:/s;

export const parseWithEscapedKeys = (text: string, reviver?: Reviver): unknown => {
  if (!text.includes('\\') || !escapedKey.test(text)) return parse(text, reviver);
  const mark = unusedMark(text);
  const { renamed, keys } = rename(text, mark);
  const value = parse(renamed, reviver);
  return keys.length === 0 ? value : withNames(value, mark, keys);
};

const parse = (text: string, reviver: Reviver | undefined): unknown =>
  reviver === undefined ? JSON.parse(text) : JSON.parse(text, reviver);

const colon = /\s*:/y;

/** By hand: a regular expression for whole strings runs out of stack on a long one. */
const rename = (text: string, mark: string): { renamed: string; keys: string[] } => {
  // A key that comes again has the same name again: objects that are alike stay alike, which is what V8 is fast at.
  const places = new Map<string, number>();
  const keys: string[] = [];
  let renamed = '';
  let copied = 0;
  for (let open = text.indexOf('"'); open !== -1; ) {
    const next = endOfString(text, open) + 1;
    colon.lastIndex = next;
    const found = text.slice(open, next);
    if (found.includes('\\') && colon.test(text)) {
      const place = places.get(found) ?? keys.push(String(JSON.parse(found))) - 1;
      places.set(found, place);
      renamed += `${text.slice(copied, open)}"${mark}${place}"`;
      copied = next;
    }
    open = text.indexOf('"', next);
  }
  return { renamed: renamed + text.slice(copied), keys };
};

const unusedMark = (text: string): string => {
  for (let code = FIRST_MARK; code < FIRST_MARK + MARKS; code += 1) {
    const mark = String.fromCharCode(code);
    if (!text.includes(mark)) return mark;
  }
  throw new SyntaxError('The text uses every private character there is.');
};

/** Deep objects are walked by a list, not by recursion: whoever sent them has not been told yet that they are too deep. */
const withNames = (root: unknown, mark: string, keys: readonly string[]): unknown => {
  const box = { root };
  const open: object[] = [box];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const [key, child] of Object.entries(parent)) {
      if (typeof child !== 'object' || child === null || JSON.isRawJSON(child)) continue;
      const named: object = Array.isArray(child) ? child : renamedObject(child, mark, keys);
      if (named !== child) put(parent, key, named);
      open.push(named);
    }
  }
  return box.root;
};

const renamedObject = (found: object, mark: string, keys: readonly string[]): object => {
  const members = Object.entries(found);
  if (!members.some(([key]) => key.startsWith(mark))) return found;
  const named = {};
  for (const [key, value] of members)
    put(named, key.startsWith(mark) ? (keys[Number(key.slice(1))] ?? key) : key, value);
  return named;
};

/** As JSON.parse does it: `__proto__` is a name like any other. */
const put = (target: object, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
};
