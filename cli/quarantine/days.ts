import { CliError } from '../../client/failure.ts';

const DAY_MS = 86_400_000;

/** Without --from this many days up to --to: enough for a long weekend, few enough to be cheap. */
const DEFAULT_DAYS = 7;

/** A year of days: each is a listing of its own. */
const MAX_DAYS = 366;

const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const instantOf = (day: string, option: string): number => {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at) || dayAt(at) !== day)
    throw new CliError(
      `--${option}: "${day}" is not a day.`,
      `--${option} takes a day (UTC), for example 2026-11-01.`,
    );
  return at;
};

/** The UTC days from `from` up to `to`, which is not among them, as in every command; by default the last seven. */
export const daysBetween = (from: string | undefined, to: string | undefined, now: Date): string[] => {
  const end = to === undefined ? instantOf(dayAt(now.getTime()), 'to') + DAY_MS : instantOf(to, 'to');
  const first = from === undefined ? end - DEFAULT_DAYS * DAY_MS : instantOf(from, 'from');
  if (first >= end)
    throw new CliError(
      `--from (${dayAt(first)}) must be before --to (${dayAt(end)}).`,
      '--to is the day after the last one.',
    );
  const count = (end - first) / DAY_MS;
  if (count > MAX_DAYS)
    throw new CliError(`${count} days are too many at once.`, `At most ${MAX_DAYS}: go year by year.`);
  return Array.from({ length: count }, (_, index) => dayAt(first + index * DAY_MS));
};
