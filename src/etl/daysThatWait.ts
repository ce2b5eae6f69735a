import { DAY_MS, HOUR_MS } from '../json/instants.ts';
import type { PendingDay } from '../ports/ledger.ts';

/** So long after its end a day may change by hours that were its last: these are not late. */
export const SETTLED_HOURS = 1;

/**
 * Whether the marts of a day wait for a later run. One late event makes all of a day that is over be read again, and
 * something is late in nearly every run. So, of a day that is over, changes are gathered: at each multiple of
 * `everyHours` of the clock (UTC) a run takes those from before it. Never longer than that, and never when a day is
 * asked for by name or range. docs/decisions/175
 */
const waits = ({ day, since }: PendingDay, everyHours: number, now: Date): boolean => {
  if (everyHours === 0 || since === undefined) return false;
  const began = Date.parse(since);
  if (began < Date.parse(`${day}T00:00:00Z`) + DAY_MS + SETTLED_HOURS * HOUR_MS) return false;
  const turn = (at: number): number => Math.floor(at / (everyHours * HOUR_MS));
  return turn(now.getTime()) <= turn(began);
};

/** Those of the pending days whose checks and marts run now. */
export const dueDays = (pending: readonly PendingDay[], everyHours: number, now: Date): PendingDay[] =>
  pending.filter((day) => !waits(day, everyHours, now));
