import { z } from 'zod';
import { CliError } from '../../client/failure.ts';
import { assumptions } from './assumptions.ts';

/**
 * The traffic a month is reckoned for, and what a template cannot know. The bytes are of the demo's shop and of the
 * real streams in docs/performance, rounded; give your own with --event-bytes and so on.
 */
export interface Profile {
  name: string;
  /** mean over the month */
  eventsPerSecond: number;
  /** busiest hour by the mean: a provisioned stream must be large enough for it */
  peak: number;
  /** canonical event as JSON, a line of the stream */
  eventBytes: number;
  eventsPerRequest: number;
  /** a raw object's bytes by those of its lines */
  gzipRatio: number;
  /** a Parquet file's bytes by those of its lines */
  parquetRatio: number;
  /** share of events that come after their hour, each landing of which builds an hour again */
  lateHoursPerRun: number;
  /** people's own queries: TB scanned a month */
  analystsTb: number;
  /** runs of the crawler a month: only new properties start it */
  crawls: number;
  /** storage is that of this month after the start, kept and cooled as the template's rules say */
  month: number;
}

const base = {
  peak: assumptions.peak.value,
  eventBytes: assumptions.eventBytes.value,
  eventsPerRequest: assumptions.eventsPerRequest.value,
  gzipRatio: assumptions.gzipRatio.value,
  parquetRatio: assumptions.parquetRatio.value,
  lateHoursPerRun: assumptions.lateHoursPerRun.value,
  analystsTb: assumptions.analystsTb.value,
  crawls: assumptions.crawls.value,
  month: assumptions.month.value,
};

const rate = /^(\d+(?:\.\d+)?)(k?)eps$/;

/** `100eps`, `2.5keps`: so many events a second. Throws CliError for another name. */
export const profileOf = (name: string, changes: Partial<Profile> = {}): Profile => {
  const [, digits, thousands] = rate.exec(name) ?? [];
  const eventsPerSecond = Number(digits) * (thousands ? 1_000 : 1);
  if (!(eventsPerSecond > 0))
    throw new CliError(
      `--profile: "${name}" is not a rate`,
      'Give the events per second: 10eps, 100eps, 2.5keps.',
    );
  return { ...base, ...changes, name, eventsPerSecond };
};

/** The options of the command that change a profile, with the field each stands for. */
export const profileOptions = {
  'event-bytes': 'eventBytes',
  'events-per-request': 'eventsPerRequest',
  'analysts-tb': 'analystsTb',
  crawls: 'crawls',
  month: 'month',
} as const;

const amount = z.coerce.number().nonnegative();

/** Throws CliError for a value that is not a number from its least one. */
export const changesOf = (option: (name: string) => string | undefined): Partial<Profile> => {
  const given = Object.entries(profileOptions).flatMap(([name, field]) => {
    const text = option(name);
    if (text === undefined) return [];
    const parsed = amount.safeParse(text.trim() === '' ? Number.NaN : text);
    const least = field === 'eventBytes' || field === 'eventsPerRequest' || field === 'month' ? 1 : 0;
    if (!parsed.success || parsed.data < least)
      throw new CliError(`--${name}: "${text}" is not a number from ${least}`);
    return [[field, parsed.data] as const];
  });
  return Object.fromEntries(given);
};
