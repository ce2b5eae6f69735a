import { DAY_MS, utcDay } from '../../json/instants.ts';

/** The first day that is kept: what is older is neither inserted nor compared, and its table is dropped. */
export const firstKeptDay = (now: Date, keepDays: number): string =>
  utcDay(now.getTime() - (keepDays - 1) * DAY_MS);
