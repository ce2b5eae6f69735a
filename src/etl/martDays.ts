import { UTC } from '../json/instants.ts';
import { once } from '../once.ts';
import type { PendingDay, PendingDays } from '../ports/ledger.ts';
import * as z from '../schema.ts';
import { localDaysOf, utcDaysOf } from './localDays.ts';

/** A day that a mart is written for, or read for one. */
export const martDay = /* @__PURE__ */ once(() =>
  z.object({
    day: z.string(),
    /** of the day of UTC: publishing has to know whether it changed since this run looked */
    changes: z.number(),
    /** it only has a part of a day that is written: of another time zone */
    readOnly: z.optional(z.boolean()),
  }),
);

export type MartDay = z.infer<ReturnType<typeof martDay>>;

/** As many of the days, in their order, as touch at most `most` days of the time zone. */
export const touchingAtMost = (days: readonly PendingDay[], most: number, timeZone: string): PendingDay[] => {
  const touched = new Set<string>();
  const taken: PendingDay[] = [];
  for (const each of days) {
    for (const day of localDaysOf([each], timeZone)) touched.add(day);
    if (touched.size > most) break;
    taken.push(each);
  }
  return taken;
};

/** What a mart of the time zone's days writes, and all that it reads for it, with their counters. */
export const martDaysOf = async (
  changed: readonly PendingDay[],
  timeZone: string,
  pendingDays: PendingDays,
): Promise<{ written: string[]; days: MartDay[] }> => {
  const known = changed.map(({ day, changes }) => ({ day, changes }));
  if (timeZone === UTC) return { written: known.map(({ day }) => day), days: known };
  const written = localDaysOf(changed, timeZone);
  const read = [...new Set([...written, ...utcDaysOf(written, timeZone)])];
  const others = read.filter((day) => !known.some((one) => one.day === day));
  const all = [...known, ...(await pendingDays.counters(others))];
  const isWritten = new Set(written);
  return {
    written,
    days: all.map(({ day, changes }) => ({
      day,
      changes,
      ...(isWritten.has(day) ? {} : { readOnly: true }),
    })),
  };
};
