import { HOUR_MS } from '../json/instants.ts';
import { hoursLater, type Partition, partitionOf } from '../lake/partition.ts';
import { once } from '../once.ts';
import type { HourChecks } from '../ports/ledger.ts';
import * as z from '../schema.ts';

/**
 * Of checks that ask of each hour once, as soon as it is complete: which hours a run asks about, and how far it came.
 */

/** After its end an hour is complete once all consumers are done with it: Firehose holds back a quarter of an hour. */
const COMPLETE_MS = HOUR_MS / 2;

/** Of the past, in one run. */
const MOST_HOURS = 24;

/** A check that did not run for so long begins anew. Most likely what it looks at was not there. */
const FORGOTTEN_HOURS = 7 * 24;

export const checkedHours = /* @__PURE__ */ once(() =>
  z.object({
    from: z.string(),
    to: z.string(),
    /** nothing was noted of an hour before */
    begins: z.optional(z.boolean()),
  }),
);

/** Hours to check, `to` exclusive. */
export type CheckedHours = z.infer<ReturnType<typeof checkedHours>>;

export const hourOf = (at: number): Partition => partitionOf(new Date(at).toISOString());

export const least = (a: Partition, b: Partition): Partition => (a < b ? a : b);

/**
 * What a run that begins at `now` asks about. Without an hour to begin with it is the first whole hour for which
 * everything was surely there: it was made by the deployment that this run belongs to.
 */
export const hoursToCheck = (checkedUntil: Partition | undefined, now: number): CheckedHours => {
  const begin = hoursLater(hourOf(now), 2);
  const known = checkedUntil !== undefined && checkedUntil >= hoursLater(hourOf(now), -FORGOTTEN_HOURS);
  if (!known) return { from: begin, to: begin, begins: true };
  const complete = hourOf(now - COMPLETE_MS);
  if (complete <= checkedUntil) return { from: checkedUntil, to: checkedUntil };
  return { from: checkedUntil, to: least(complete, hoursLater(checkedUntil, MOST_HOURS)) };
};

/** Notes how far a check has come: most runs come no further, and there is nothing to note. */
export const noteChecked = async (
  { from, begins }: CheckedHours,
  until: Partition,
  checks: Pick<HourChecks, 'setCheckedUntil'>,
): Promise<void> => {
  if (begins || until > from) await checks.setCheckedUntil(until);
};
