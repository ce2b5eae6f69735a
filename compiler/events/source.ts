import type { Names } from '../../src/events/columnType.ts';
import type { Source } from '../../src/events/eventType.ts';

/** Nobody means more, and each level is one in the statement of every build. */
const DEEPEST = 10;
const LONGEST_NAME = 255;

type Parsed<Result> = Result | { flaw: string };

/** Stands for a point that belongs to a name: no name has a control character in it. */
const POINT = '\u0000';

const namesIn = (text: string): string[] =>
  text
    .replaceAll(/\\(.)/gsu, (_, sign: string) => (sign === '.' ? POINT : sign))
    .split('.')
    .map((name) => name.replaceAll(POINT, '.'));

const flawOf = (text: string, names: Names): string | undefined => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are looked for
  if (/[\u0000-\u001f]/.test(text)) return `${JSON.stringify(text)} has a control character in it.`;
  if (/^(?:[^\\]|\\.)*\\$/su.test(text))
    return `"${text}" ends with a backslash, which takes the next sign as it is.`;
  if (names.includes(''))
    return `"${text}" has an empty name. A point goes one level down: total.amount. A point that is part of a name stands behind a backslash: total\\.amount`;
  if (names.length > DEEPEST) return `"${text}" goes ${names.length} levels down; ${DEEPEST} are the most.`;
  return names.some((name) => name.length > LONGEST_NAME)
    ? `"${text}" has a name of more than ${LONGEST_NAME} characters.`
    : undefined;
};

/** `a.b\.c` → a, b.c: a point goes one level down, a backslash takes the next sign as it is. */
export const parseNames = (text: string): Parsed<Names> => {
  const names = namesIn(text);
  const flaw = flawOf(text, names);
  return flaw === undefined ? names : { flaw };
};

/** The same below `properties`, or behind `context.` below the envelope's context. */
export const parseSource = (text: string): Parsed<Source> => {
  const below = text.startsWith('context.') ? text.slice('context.'.length) : undefined;
  const path = parseNames(below ?? text);
  if ('flaw' in path) return path;
  return { in: below === undefined ? 'properties' : 'context', path };
};

/** A path as a file has it: the opposite of `parseNames`. */
export const namesText = (names: Names): string =>
  names.map((name) => name.replaceAll(/[\\.]/g, '\\$&')).join('.');

/** A place as `from` has it: the opposite of `parseSource`. */
export const sourceText = ({ in: place, path }: Source): string => {
  const text = namesText(path);
  if (place === 'context') return `context.${text}`;
  return text.startsWith('context.') ? `\\${text}` : text;
};
