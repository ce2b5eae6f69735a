import { CliError } from '../../client/failure.ts';
import { fillMacros, macroNames } from '../../src/etl/macros.ts';
import { isDay } from '../../src/json/instants.ts';
import { namesIn } from '../../src/sqlText.ts';

/** What --day was given as. Throws CliError for what is not a day. */
export const daysOf = (days: readonly string[]): string[] => {
  const odd = days.find((day) => !isDay(day));
  if (odd === undefined) return [...new Set(days)].sort();
  throw new CliError(`--day: "${odd}" is not a day.`, 'Give a day in UTC, such as 2026-11-01.');
};

/** The SQL with its macros filled in, as a run over these days does it. Without days it is left as it is. */
export const withMacros = (sql: string, given: readonly string[]): string => {
  const days = daysOf(given);
  if (days.length === 0) return sql;
  const macros = macroNames.map((name) => `:${name}`).join(', ');
  if (!namesIn(sql).some(({ name }) => macroNames.includes(name)))
    throw new CliError(
      `--day: the SQL has none of ${macros}, so a day would change nothing.`,
      'Leave --day away.',
    );
  return fillMacros(sql, { days, now: new Date().toISOString() });
};
