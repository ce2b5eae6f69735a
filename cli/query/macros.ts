import { CliError } from '../../client/failure.ts';
import { countsLocalDays, fillMacros, macroNames } from '../../src/etl/macros.ts';
import { isDay, UTC } from '../../src/json/instants.ts';
import { namesIn } from '../../src/sqlText.ts';

/** What --day was given as. Throws CliError for what is not a day. */
export const daysOf = (days: readonly string[]): string[] => {
  const odd = days.find((day) => !isDay(day));
  if (odd === undefined) return [...new Set(days)].sort();
  throw new CliError(`--day: "${odd}" is not a day.`, 'Give a day, such as 2026-11-01.');
};

/** Of a query of queries/ that was given neither a day nor a value for its macros. */
const refuseUnfilled = (sql: string, named: ReadonlySet<string>): void => {
  const unfilled = namesIn(sql).find(({ name }) => macroNames.includes(name) && !named.has(name));
  if (unfilled !== undefined)
    throw new CliError(
      `The SQL has :${unfilled.name}, which a run fills in.`,
      'Say for which day: --day 2026-11-01',
    );
};

/** Whether `withMacros` has to know the stage's time zone. */
export const asksForTimeZone = (sql: string, given: readonly string[]): boolean =>
  given.length > 0 && countsLocalDays(sql);

/**
 * The SQL with its macros filled in, as a run over these days does it: days of the time zone for a mart that counts
 * those. Without days it is left as it is; `named` are the names that --param gives values for.
 */
export const withMacros = (
  sql: string,
  given: readonly string[],
  { named = new Set(), timeZone = UTC }: { named?: ReadonlySet<string>; timeZone?: string | undefined } = {},
): string => {
  const days = daysOf(given);
  if (days.length === 0) {
    refuseUnfilled(sql, named);
    return sql;
  }
  const macros = macroNames.map((name) => `:${name}`).join(', ');
  if (!namesIn(sql).some(({ name }) => macroNames.includes(name)))
    throw new CliError(
      `--day: the SQL has none of ${macros}, so a day would change nothing.`,
      'Leave --day away.',
    );
  return fillMacros(sql, { days, now: new Date().toISOString(), timeZone });
};
