import { commentsIn, namesIn, replaceNames } from '../../src/sqlText.ts';

/**
 * A file's SQL as the parser gets it: every character where it stands in the file, so that a place in it is one there.
 * Comments and the last semicolon are blank, and each macro has a value that is as long as its name.
 */

/** A list of two, since one day would hide that `dt = :days` fails with two. */
const values: Readonly<Record<string, string>> = {
  days: `'',''`,
  hours: `'h',''`,
  neighbourDays: `'n','n','n'   `,
  now: '?   ',
};

/** What `?` is. */
const NOW = `TIMESTAMP '2001-02-03 04:05:06.000'`;

const blanked = (text: string): string => text.replaceAll(/[^\n]/g, ' ');

const withBlankComments = (text: string): string =>
  commentsIn(text).reduce(
    (sql, { start, end }) => sql.slice(0, start) + blanked(sql.slice(start, end)) + sql.slice(end),
    text,
  );

export const parsedSql = (text: string): { sql: string; parameters: string[] } => ({
  sql: replaceNames(
    withBlankComments(text).replace(/;(\s*)$/, ' $1'),
    (name) => values[name] ?? 'NULL'.padEnd(name.length + 1),
  ),
  parameters: namesIn(text).flatMap(({ name }) => (name === 'now' ? [NOW] : [])),
});

/** Whether a condition over partitions (packages/trino's words, `p` is the partition) leaves but the days of the run. */
export const keepsToDays = (predicate: string): boolean => {
  const [, list, one] = /^\(p\."dt" (?:IN \(([^()]*)\)|= ('[^']*'))\)$/.exec(predicate) ?? [];
  const literals = (list ?? one)?.split(', ');
  return literals?.every((literal) => literal === `''` || literal === `'n'`) ?? false;
};
