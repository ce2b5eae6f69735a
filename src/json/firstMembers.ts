import { parseExactly } from './exactNumbers.ts';
import { elementTexts, endOfString } from './slices.ts';

/**
 * As `parseExactly`, but of a name that stands twice in an object the first one counts, not the last: so DuckDB reads it,
 * and with it the typed columns of a build. Undefined for what is not JSON.
 *
 * The collector writes no name twice. What it writes comes back the same, so only other lines are taken apart.
 */
export const parseFirstMembers = (text: string): { value: unknown } | undefined => {
  const parsed = parseExactly(text);
  if (parsed === undefined || JSON.stringify(parsed.value) === text) return parsed;
  return { value: firstMembers(text.trim()) };
};

/** In a list: whether a number has to be kept as its text is looked for behind what may stand before a value. */
const scalar = (text: string): unknown => {
  const list = parseExactly(`[${text}]`)?.value;
  return Array.isArray(list) ? list[0] : undefined;
};

/** Recursion: lines deeper than MAX_DEPTH have been rejected. */
const firstMembers = (text: string): unknown => {
  if (text.startsWith('[')) return elementTexts(text).map(firstMembers);
  if (!text.startsWith('{')) return scalar(text);
  const members = new Map<string, unknown>();
  for (const member of elementTexts(text)) {
    const end = endOfString(member, 0) + 1;
    const name: string = JSON.parse(member.slice(0, end));
    const value = member.slice(member.indexOf(':', end) + 1).trim();
    if (!members.has(name)) members.set(name, firstMembers(value));
  }
  return Object.fromEntries(members);
};
