import { TrinoError } from '../../trinoError.ts';
import { javaPattern, repeatsRepetition } from '../regexps/pattern.ts';
import { number, refuse, string, type UserFunction, type Value } from './function.ts';

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

const matches = (text: string, pattern: string): RegExpExecArray[] =>
  [...text.matchAll(patternOf(pattern))] as RegExpExecArray[]; // what matchAll gives

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
  groupOf(matches(text, pattern)[0], group);

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
  const first = matches(text, pattern)[0];
  return first ? BigInt([...text.slice(0, first.index)].length + 1) : -1n;
};

const V = 'VARCHAR';

const ofTwo = (
  name: string,
  result: UserFunction['result'],
  body: (text: string, pattern: string) => Value,
): UserFunction => ({
  name,
  parameters: [V, V],
  result,
  body: (text, pattern) => body(string(text), string(pattern)),
});

const ofThree = (
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
  ofTwo('trino_regexp_like', 'BOOLEAN', (text, pattern) => matches(text, pattern).length > 0),
  ofTwo('trino_regexp_first', V, (text, pattern) => firstOf(text, pattern, 0)),
  ofTwo('trino_regexp_all', V, (text, pattern) => allGroups(text, pattern, 0)),
  ofTwo('trino_regexp_count', 'BIGINT', (text, pattern) => BigInt(matches(text, pattern).length)),
  ofTwo('trino_regexp_position', 'BIGINT', position),
  ofTwo('trino_regexp_parts', V, parts),
  ofTwo('trino_regexp_remove', V, (text, pattern) => replaced(text, pattern, '')),
  ofThree('trino_regexp_first_group', firstOf),
  ofThree('trino_regexp_all_groups', allGroups),
  {
    name: 'trino_regexp_replace',
    parameters: [V, V, V],
    result: V,
    body: (text, pattern, replacement) => replaced(string(text), string(pattern), string(replacement)),
  },
];
