import { TrinoError } from '../../trinoError.ts';
import { javaPattern, repeatsRepetition } from '../regexps/pattern.ts';
import { number, ofTexts, refuse, string, type UserFunction, type Value } from './function.ts';

/** Patterns that are computed are first seen here; what is refused has its name on the way through DuckDB too. */
const patternOf = (text: string): RegExp => {
  if (repeatsRepetition(text))
    return refuse(
      'NOT_SUPPORTED: a regular expression with a repetition of a repetition is not supported here',
    );
  try {
    return javaPattern(text);
  } catch (error) {
    if (error instanceof TrinoError) return refuse(error.message);
    throw error;
  }
};

const matches = (text: string, pattern: string): RegExpExecArray[] => [...text.matchAll(patternOf(pattern))];

const firstMatch = (text: string, pattern: string): RegExpExecArray | undefined =>
  text.matchAll(patternOf(pattern)).next().value;

const groupOf = (match: RegExpExecArray | undefined, group: number): string | null => {
  if (match && (group < 0 || group >= match.length))
    return refuse(
      `INVALID_FUNCTION_ARGUMENT: Pattern has ${match.length - 1} groups. Cannot access group ${group}`,
    );
  return match?.[group] ?? null;
};

const allGroups = (text: string, pattern: string, group: number): string =>
  JSON.stringify(matches(text, pattern).map((match) => groupOf(match, group)));

const firstOf = (text: string, pattern: string, group: number): string | null =>
  groupOf(firstMatch(text, pattern), group);

const parts = (text: string, pattern: string): string => {
  let from = 0;
  const found = matches(text, pattern).map((match) => {
    const part = text.slice(from, match.index);
    from = match.index + match[0].length;
    return part;
  });
  return JSON.stringify([...found, text.slice(from)]);
};

/** A replacement of Java's: $1, ${name}, and a backslash before what means itself. */
const filled = (replacement: string, match: RegExpExecArray): string =>
  replacement.replaceAll(
    /\\(.)|\$\{(\w+)\}|\$(\d)|[$\\]/gs,
    (_all, escaped?: string, name?: string, group?: string) => {
      if (escaped !== undefined) return escaped;
      if (name !== undefined)
        return match.groups && name in match.groups ? (match.groups[name] ?? '') : illegal(replacement);
      if (group === undefined) return illegal(replacement);
      return Number(group) < match.length ? (match[Number(group)] ?? '') : illegal(replacement);
    },
  );

const illegal = (replacement: string): never =>
  refuse(`INVALID_FUNCTION_ARGUMENT: Illegal replacement sequence: ${replacement}`);

const replaced = (text: string, pattern: string, replacement: string): string => {
  let from = 0;
  let made = '';
  for (const match of matches(text, pattern)) {
    made += text.slice(from, match.index) + filled(replacement, match);
    from = match.index + match[0].length;
  }
  return made + text.slice(from);
};

const position = (text: string, pattern: string): bigint => {
  const first = firstMatch(text, pattern);
  return first ? BigInt([...text.slice(0, first.index)].length + 1) : -1n;
};

const V = 'VARCHAR';

const withGroup = (
  name: string,
  body: (text: string, pattern: string, group: number) => Value,
): UserFunction => ({
  name,
  parameters: [V, V, 'BIGINT'],
  result: V,
  body: (text, pattern, group) => body(string(text), string(pattern), number(group)),
});

/** Regular expressions that RE2 cannot say. Lists are given as JSON. */
export const regexps: readonly UserFunction[] = [
  ofTexts('trino_regexp_like', 2, 'BOOLEAN', (text, pattern) => firstMatch(text, pattern) !== undefined),
  ofTexts('trino_regexp_first', 2, V, (text, pattern) => firstOf(text, pattern, 0)),
  ofTexts('trino_regexp_all', 2, V, (text, pattern) => allGroups(text, pattern, 0)),
  ofTexts('trino_regexp_count', 2, 'BIGINT', (text, pattern) => BigInt(matches(text, pattern).length)),
  ofTexts('trino_regexp_position', 2, 'BIGINT', position),
  ofTexts('trino_regexp_parts', 2, V, parts),
  ofTexts('trino_regexp_remove', 2, V, (text, pattern) => replaced(text, pattern, '')),
  ofTexts('trino_regexp_replace', 3, V, replaced),
  withGroup('trino_regexp_first_group', firstOf),
  withGroup('trino_regexp_all_groups', allGroups),
];
