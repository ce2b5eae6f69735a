import type { Partition } from '../../../src/lake/partition.ts';
import type { PendingDays } from '../../../src/ports/ledger.ts';
import { type Effects, recordEffects } from '../effects.ts';
import { bothEnds } from './bothEnds.ts';

interface Day {
  changes: number;
  pending: boolean;
  /** whether it ever was, so that the hours since are known */
  cleared?: boolean;
  hours?: readonly string[];
  since?: string;
}

export interface FakePendingDays extends PendingDays {
  readonly days: Map<string, Day>;
  /** As a commit does, without an effect. */
  markChanged(partition: Partition, at?: Date): void;
}

const markedByHand = { pending: true, cleared: false, since: new Date(0).toISOString() };

/** Pending days in memory. Effects: `clearDay <day>`, `reopenDay <day>`, `markDay <day>`, `timeZone <zone>`. */
export const createFakePendingDays = (effects: Effects = recordEffects()): FakePendingDays => {
  const days: FakePendingDays['days'] = new Map();
  let zone = 'UTC';
  return {
    days,
    markChanged(partition, at = new Date(0)) {
      const [day = '', hour = ''] = partition.split('T');
      const { changes = 0, hours = [], since = at.toISOString(), ...known } = days.get(day) ?? {};
      days.set(day, { ...known, changes: changes + 1, pending: true, hours: [...hours, hour], since });
    },
    async list(limit) {
      const pending = [...days]
        .filter(([, { pending }]) => pending)
        .map(([day, { changes, cleared, hours = [], since }]) => ({
          day,
          changes,
          hours: cleared && hours.length > 0 ? [...new Set(hours)].sort() : undefined,
          since,
        }));
      return bothEnds(
        pending.sort((a, b) => a.day.localeCompare(b.day)),
        limit,
      );
    },
    counters: async (asked) => asked.map((day) => ({ day, changes: days.get(day)?.changes ?? 0 })),
    async clear(seen) {
      for (const { day, changes } of seen) {
        effects.happen(`clearDay ${day}`);
        if (days.get(day)?.changes === changes) days.set(day, { changes, pending: false, cleared: true });
      }
    },
    async reopen(seen) {
      for (const { day, changes } of seen) {
        const found = days.get(day);
        if (found === undefined || found.changes === changes) continue;
        effects.happen(`reopenDay ${day}`);
        days.set(day, { ...found, ...markedByHand, changes: found.changes + 1 });
      }
    },
    async mark(marked) {
      for (const day of marked) {
        effects.happen(`markDay ${day}`);
        const { changes = 0, ...known } = days.get(day) ?? {};
        days.set(day, { ...known, ...markedByHand, changes: changes + 1 });
      }
    },
    timeZone: async () => zone,
    async setTimeZone(timeZone) {
      effects.happen(`timeZone ${timeZone}`);
      zone = timeZone;
    },
  };
};
