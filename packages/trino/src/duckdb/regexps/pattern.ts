import { TrinoError } from '../../trinoError.ts';
import { remembered } from '../remembered.ts';

/** Java's syntax that JavaScript lacks, or reads otherwise: refused rather than matched in another way. */
const unlikeJava: [RegExp, string][] = [
  [/\(\?>/, 'an atomic group'],
  [/[*+?}]\+/, 'a possessive quantifier'],
  [/\\[GQEZhHRXN]/, 'this escape of Java'],
  [/\\p\{(?:Is|In|java)/i, 'this class of characters'],
  [/&&/, 'an intersection of classes'],
  [/\[[^\]\\]*\[(?!:)/, 'a class inside of a class'],
  [/\(\?[a-z]*[xdUu]/, 'this flag'],
  [/\[\[:/, 'a POSIX class'],
];

const posix: Record<string, string> = {
  Alpha: 'A-Za-z',
  Digit: '0-9',
  Alnum: 'A-Za-z0-9',
  Upper: 'A-Z',
  Lower: 'a-z',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Space: ' \\t\\n\\v\\f\\r',
  ASCII: '\\x00-\\x7f',
};

const refused = (what: string): TrinoError =>
  new TrinoError('NOT_SUPPORTED', `a regular expression with ${what} is not supported`);

/** The letters of flags that stand in front: `(?i)`. */
const split = (pattern: string): [string, string] => {
  const [all = '', flags = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  const rest = pattern.slice(all.length);
  if (/\(\?[a-z]*-?[a-z]*\)/.test(rest.replaceAll(/\\./g, ''))) throw refused('flags in the middle');
  return [flags, rest];
};

/** Escapes that JavaScript, asked to be strict, does not take of what is no syntax. */
const strict = (pattern: string): string => {
  let inClass = false;
  return pattern.replaceAll(
    /\\p\{(\w+)\}|\\([Az])|\\([^\w^$\\.*+?()[\]{}|/-])|\\(-)|[[\]]|([{}])/gs,
    (all, name: string | undefined, edge, plain, dash) => {
      if (all === '[') inClass = true;
      if (all === ']') inClass = false;
      if (name !== undefined) {
        const range = posix[name];
        if (range === undefined) return all;
        return inClass ? range : `[${range}]`;
      }
      if (edge !== undefined) return edge === 'A' ? '(?<![\\s\\S])' : '(?![\\s\\S])';
      if (plain !== undefined) return plain;
      return dash !== undefined && !inClass ? '-' : all;
    },
  );
};

/** A pattern of Java's as one of JavaScript's. Throws NOT_SUPPORTED for what that cannot say. */
export const javaPattern = remembered((pattern: string): RegExp => {
  for (const [found, what] of unlikeJava) if (found.test(pattern)) throw refused(what);
  const [flags, rest] = split(pattern);
  try {
    return new RegExp(strict(rest), `gu${flags}`);
  } catch {
    throw refused('this syntax');
  }
});

/**
 * Whether a pattern repeats what repeats itself, `(a+)+`: JavaScript may need time without end for it, and the whole
 * process would wait.
 */
export const repeatsRepetition = (pattern: string): boolean => {
  const group = /\((?:\?[^()]{1,3})?([^()]*)\)([*+{]?)/;
  let plain = pattern.replaceAll(/\\.|\[[^\]]*\]/g, '_');
  for (let found = group.exec(plain); found; found = group.exec(plain)) {
    const repeats = /[*+{]/.test(found[1] ?? '');
    if (repeats && found[2]) return true;
    plain = plain.replace(found[0], `_${repeats ? '+' : ''}${found[2]}`);
  }
  return false;
};

/** How many groups a pattern has. */
export const groupsOf = (pattern: string): number => {
  const { source, flags } = javaPattern(pattern);
  return (new RegExp(`${source}|`, flags.replace('g', '')).exec('')?.length ?? 1) - 1;
};
