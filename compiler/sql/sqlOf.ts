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
  utcDays: `'u',''  `,
  // Not dt itself, which is the day of UTC
  localDay: `''||dt   `,
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

/**
 * The literals of a condition over partitions (packages/trino's words, `p` is the partition), if that is about days.
 */
const daysIn = (predicate: string): string[] | undefined => {
  const [, list, one] = /^\(p\."dt" (?:IN \(([^()]*)\)|= ('[^']*'))\)$/.exec(predicate) ?? [];
  return (list ?? one)?.split(', ');
};

/** Whether the condition leaves but the days of the run. */
export const keepsToDays = (predicate: string): boolean =>
  daysIn(predicate)?.every((literal) => [`''`, `'n'`, `'u'`].includes(literal)) ?? false;

/** Whether it leaves all days of UTC that a day of another time zone has parts of. */
export const keepsToUtcDays = (predicate: string): boolean =>
  keepsToDays(predicate) && (daysIn(predicate)?.some((literal) => literal !== `''`) ?? false);
