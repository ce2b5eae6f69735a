import { groupsOf, javaPattern } from '../duckdb/regexps/pattern.ts';
import { positionOf } from '../grammar/grammar.ts';
import type { Typed } from '../translate/scope.ts';
import { text } from '../translate/translate.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { type Build, define } from './registry.ts';

/** What DuckDB's regular expressions (RE2) do not have, or take otherwise than Java's: JavaScript's do those. */
const beyondRe2 = /\(\?[=!<>]|\\[1-9kGZ]|[*+?}]\+|\\p\{|\$./;

/** A group that may take no part in a match: Trino's answer is NULL, DuckDB's an empty text. */
const mayBeAbsent = (pattern: string): boolean => {
  let depth = 0;
  let alternatives = false;
  const plain = pattern.replaceAll(/\\.|\[[^\]]*\]/g, '_');
  for (const c of plain) {
    if (c === '(') depth += 1;
    if (c === ')') depth -= 1;
    if (c === '|' && depth === 0) alternatives = true;
  }
  return alternatives || /\)(?:[?*]|\{0)/.test(plain) || /\([^)]*\([^)]*\|/.test(plain);
};

const matchesNothing = (pattern: string): boolean => {
  try {
    return javaPattern(pattern).test('');
  } catch {
    return true;
  }
};

/** Whether RE2 gives what Java gives: a pattern that is computed, or that matches nothing at all, is JavaScript's. */
const isPlain = (pattern: Typed | undefined): boolean =>
  pattern?.literal !== undefined && !beyondRe2.test(pattern.literal) && !matchesNothing(pattern.literal);

/** Throws, before any row is read, for a pattern that nothing here can match as Trino does. */
const checked = (pattern: Typed | undefined): void => {
  if (pattern?.literal !== undefined) javaPattern(pattern.literal);
};

const textLike = (value: Typed | undefined): types.TrinoType =>
  value && types.isText(value.type) ? value.type : types.varcharOf(0);

const call =
  (plain: (args: readonly Typed[]) => string, macro: string): Build =>
  (args) => {
    checked(args[1]);
    return isPlain(args[1]) ? plain(args) : `${macro}(${args.map((arg) => arg.sql).join(', ')})`;
  };

/** Where a group is asked for by its number. */
const withGroup =
  (plain: (args: readonly Typed[]) => string, macro: string): Build =>
  (args, node) => {
    const [, pattern, group] = args;
    checked(pattern);
    const count = pattern?.literal === undefined ? undefined : groupsOf(pattern.literal);
    const wanted = group?.literal === undefined ? undefined : Number(group.literal);
    if (wanted !== undefined && wanted < 0)
      throw new TrinoError('INVALID_FUNCTION_ARGUMENT', 'Group cannot be negative', positionOf(node));
    if (count !== undefined && wanted !== undefined && wanted > count) {
      const what = `Pattern has ${count} groups. Cannot access group ${wanted}`;
      throw new TrinoError('INVALID_FUNCTION_ARGUMENT', what, positionOf(node));
    }
    const whole = wanted === 0 || (wanted !== undefined && !mayBeAbsent(pattern?.literal ?? '('));
    return whole && isPlain(pattern) ? plain(args) : `${macro}(${args.map((arg) => arg.sql).join(', ')})`;
  };

/** The lists that JavaScript gives come as JSON. */
const asList =
  (build: Build): Build =>
  (args, node, scope) => {
    const made = build(args, node, scope);
    const sql = typeof made === 'string' ? made : made.sql;
    const list = sql.startsWith('trino_regexp_') ? `CAST(CAST(${sql} AS JSON) AS VARCHAR[])` : sql;
    return { sql: list, type: types.arrayOf(textLike(args[0])) };
  };

const likeFirst =
  (build: Build): Build =>
  (args, node, scope) => {
    const made = build(args, node, scope);
    return { sql: typeof made === 'string' ? made : made.sql, type: textLike(args[0]) };
  };

/** A replacement without names of groups, for RE2: Trino's $1 is \1 there, its \$ a dollar. */
const re2Replacement = (replacement: Typed | undefined, groups: number): string | undefined => {
  const java = replacement?.literal;
  if ([...(java ?? '').matchAll(/\$(\d)/g)].some(([, group]) => Number(group) > groups)) return undefined;
  if (java === undefined || /\$\{|\$\D|\$$|\\$/.test(java.replaceAll(/\\./g, ''))) return undefined;
  return java.replaceAll(/\\(.)|\$(\d)/gs, (_all, escaped: string | undefined, group: string) =>
    group ? `\\${group}` : escaped === '\\' ? '\\\\' : (escaped ?? ''),
  );
};

const replaced: Build = (args) => {
  const [value, pattern, replacement] = args;
  checked(pattern);
  const lengths = [value, replacement].map((arg) => (arg && types.isOpen(arg.type) ? 0 : arg?.type.length));
  const [x, y] = lengths;
  const type =
    x === undefined || y === undefined
      ? types.VARCHAR
      : types.varcharOf(Math.min(2147483647, x + (x + 1) * Math.max(Math.trunc((x * y) / 2), y)));
  const plain = isPlain(pattern) ? re2Replacement(replacement, groupsOf(pattern?.literal ?? '')) : undefined;
  const sql =
    plain === undefined
      ? `trino_regexp_replace(${args.map((arg) => arg.sql).join(', ')})`
      : `regexp_replace(${value?.sql}, ${pattern?.sql}, ${text(plain)}, 'g')`;
  return { sql, type };
};

define({
  'regexp_like(varchar, varchar) boolean': call(
    ([s, p]) => `regexp_matches(${s?.sql}, ${p?.sql})`,
    'trino_regexp_like',
  ),
  'regexp_extract(varchar, varchar) varchar': likeFirst(
    call(([s, p]) => `regexp_extract_all(${s?.sql}, ${p?.sql}, 0)[1]`, 'trino_regexp_first'),
  ),
  'regexp_extract(varchar, varchar, bigint) varchar': likeFirst(
    withGroup(
      ([s, p, g]) => `regexp_extract_all(${s?.sql}, ${p?.sql}, CAST(${g?.sql} AS INTEGER))[1]`,
      'trino_regexp_first_group',
    ),
  ),
  'regexp_extract_all(varchar, varchar) array(varchar)': asList(
    call(([s, p]) => `regexp_extract_all(${s?.sql}, ${p?.sql})`, 'trino_regexp_all'),
  ),
  'regexp_extract_all(varchar, varchar, bigint) array(varchar)': asList(
    withGroup(
      ([s, p, g]) => `regexp_extract_all(${s?.sql}, ${p?.sql}, CAST(${g?.sql} AS INTEGER))`,
      'trino_regexp_all_groups',
    ),
  ),
  'regexp_count(varchar, varchar) bigint': call(
    ([s, p]) => `len(regexp_extract_all(${s?.sql}, ${p?.sql}))`,
    'trino_regexp_count',
  ),
  'regexp_position(varchar, varchar) integer': ([s, p]) =>
    `CAST(trino_regexp_position(${s?.sql}, ${p?.sql}) AS INTEGER)`,
  'regexp_split(varchar, varchar) array(varchar)': asList(
    call(([s, p]) => `string_split_regex(${s?.sql}, ${p?.sql})`, 'trino_regexp_parts'),
  ),
  'regexp_replace(varchar, varchar) varchar': likeFirst(
    call(([s, p]) => `regexp_replace(${s?.sql}, ${p?.sql}, '', 'g')`, 'trino_regexp_remove'),
  ),
  'regexp_replace(varchar(x), varchar, varchar(y)) varchar': replaced,
  'regexp_replace(varchar, varchar, fn(array(varchar),varchar)) varchar': (_args, node) => {
    throw notSupported('regexp_replace() with a lambda', positionOf(node));
  },
});
