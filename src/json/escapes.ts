import { endOfString } from './slices.ts';

/**
 * JSON.parse that is right about keys with a backslash.
 *
 * V8 13.6 (Node 24) guesses the next key from objects it has parsed before and compares the guess with the text as it
 * stands, escapes unread: after `{"a":1,"\\":1}` it reads `{"a":1,"\"":1}` as having the key `\`. Only keys that
 * are written with an escape can be taken for another. So such keys are parsed under a name without one, and renamed.
 */
const KEY_MARK = '\udfff';

// A key's last escape, its other characters, its end. In texts of people and addresses there are escapes that are none.
const escapedKey = /\\.[^"\\]*"\s*:/s;

/**
 * The mark is half a surrogate pair: no key of a Unicode text begins with it, unless by an escape, and then it is
 * renamed itself. A text that is not Unicode is none of an event.
 */
export const parseWithEscapedKeys = (text: string): unknown => {
  if (!text.includes('\\') || !escapedKey.test(text) || text.includes(`"${KEY_MARK}`))
    return JSON.parse(text);
  const { renamed, keys } = rename(text);
  const value = JSON.parse(renamed);
  return keys.length === 0 ? value : withNames(value, keys);
};

const colon = /\s*:/y;

/** By hand: a regular expression for whole strings runs out of stack on a long one. */
const rename = (text: string): { renamed: string; keys: string[] } => {
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
      renamed += `${text.slice(copied, open)}"${KEY_MARK}${place}"`;
      copied = next;
    }
    open = text.indexOf('"', next);
  }
  return { renamed: renamed + text.slice(copied), keys };
};

/**
 * Deep objects are walked by a list, not by recursion: whoever sent them has not been told yet that they are too deep.
 */
const withNames = (root: unknown, keys: readonly string[]): unknown => {
  const box = { root };
  const open: object[] = [box];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const [key, child] of Object.entries(parent)) {
      if (typeof child !== 'object' || child === null) continue;
      const named: object = Array.isArray(child) ? child : renamedObject(child, keys);
      if (named !== child) put(parent, key, named);
      open.push(named);
    }
  }
  return box.root;
};

const renamedObject = (found: object, keys: readonly string[]): object => {
  const members = Object.entries(found);
  if (!members.some(([key]) => key.startsWith(KEY_MARK))) return found;
  const named = {};
  for (const [key, value] of members)
    put(named, key.startsWith(KEY_MARK) ? (keys[Number(key.slice(1))] ?? key) : key, value);
  return named;
};

/** As JSON.parse does it: `__proto__` is a name like any other. */
const put = (target: object, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
};
