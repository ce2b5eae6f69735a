import { CliError } from '../../client/failure.ts';
import { DAY_MS, isDay, utcDay } from '../../src/json/instants.ts';

/** Without --from this many days up to --to: enough for a long weekend, few enough to be cheap. */
const DEFAULT_DAYS = 7;

/** A year of days: each is a listing of its own. */
const MAX_DAYS = 366;

const startOf = (day: string, option: string): number => {
  if (!isDay(day))
    throw new CliError(
      `--${option}: "${day}" is not a day.`,
      `--${option} takes a day (UTC), for example 2026-11-01.`,
    );
  return Date.parse(`${day}T00:00:00Z`);
};

/** The UTC days from `from` up to `to`, which is not among them, as in every command; by default the last seven. */
export const daysBetween = (from: string | undefined, to: string | undefined, now: Date): string[] => {
  const end = to === undefined ? startOf(utcDay(now.getTime()), 'to') + DAY_MS : startOf(to, 'to');
  const first = from === undefined ? end - DEFAULT_DAYS * DAY_MS : startOf(from, 'from');
  if (first >= end)
    throw new CliError(
      `--from (${utcDay(first)}) must be before --to (${utcDay(end)}).`,
      '--to is the day after the last one.',
    );
  const count = (end - first) / DAY_MS;
  if (count > MAX_DAYS)
    throw new CliError(`${count} days are too many at once.`, `At most ${MAX_DAYS}: go year by year.`);
  return Array.from({ length: count }, (_, index) => utcDay(first + index * DAY_MS));
};
