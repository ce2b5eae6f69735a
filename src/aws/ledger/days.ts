import { mapAtMost } from '../../atMost.ts';
import { UTC } from '../../json/instants.ts';
import type { Partition } from '../../lake/partition.ts';
import { once } from '../../once.ts';
import type { PendingDay, PendingDays } from '../../ports/ledger.ts';
import * as z from '../../schema.ts';
import { calling } from '../failures.ts';
import { type LedgerTable, number, numberAttribute, text, textAttribute, textSetAttribute } from './table.ts';

const prefix = 'day#';

const dayItem = /* @__PURE__ */ once(() =>
  z.object({
    pk: textAttribute(),
    pending: z.optional(textAttribute()),
    pending_since: z.optional(textAttribute()),
    changes: numberAttribute(),
    /** what `changes` was when the day was cleared last */
    cleared: z.optional(numberAttribute()),
    changed_hours: z.optional(textSetAttribute()),
  }),
);

/** The time zone whose days the marts are of. */
const ZONE = 'timeZone';

const zoneItem = /* @__PURE__ */ once(() => z.object({ zone: textAttribute() }));

/**
 * The hours say all that changed only from the first clearing on: before it, marks may be of a version that noted no
 * hours. Nor do they of a day that was reopened, for whoever cleared it took them along.
 */
const hoursOf = ({
  cleared,
  changed_hours,
}: z.infer<ReturnType<typeof dayItem>>): readonly string[] | undefined =>
  cleared === undefined ? undefined : changed_hours?.toSorted();

/** A partition of the day was published: its checks and marts have to run again. */
export const markDayChanged = async (table: LedgerTable, partition: Partition, at: Date): Promise<void> => {
  await table.update(prefix + partition.slice(0, 10), {
    expression:
      'ADD changes :one, changed_hours :hour SET pending = :day, pending_since = if_not_exists(pending_since, :at)',
    values: {
      ...{ ':one': number(1), ':day': text('day'), ':at': text(at.toISOString()) },
      ':hour': { SS: [partition.slice(11)] },
    },
  });
};

/** Marked by hand or to mend something: such a day has waited long enough. */
const MARK = 'ADD changes :one SET pending = :day, pending_since = :long REMOVE cleared';
const MARKED = { ':one': number(1), ':day': text('day'), ':long': text(new Date(0).toISOString()) };

/** `day#2026-11-01`: a day some partition of which was published since its checks and marts ran. */
export class DynamoPendingDays implements PendingDays {
  readonly #table: LedgerTable;

  constructor(table: LedgerTable) {
    this.#table = table;
  }

  /**
   * The index gives the days, the items (read consistently) their counters. A day that the index still lists
   * although it is cleared falls out here; one that has not reached it yet is found by the next run.
   */
  list(limit: number): Promise<PendingDay[]> {
    return calling('Listing the pending days', async () => {
      const { keys } = await this.#table.keysOfBothEnds('pending', 'day', limit);
      const items = (await this.#table.getAll(keys)).map((item) => dayItem().parse(item));
      return items
        .filter((item) => item.pending !== undefined)
        .map((item) => ({
          day: item.pk.slice(prefix.length),
          changes: item.changes,
          hours: hoursOf(item),
          since: item.pending_since,
        }));
    });
  }

  counters(days: readonly string[]): Promise<PendingDay[]> {
    return calling('Reading the counters of days', async () => {
      const items = await this.#table.getAll(days.map((day) => prefix + day));
      const found = items.map((item) => dayItem().parse(item));
      const changes = new Map(found.map((item) => [item.pk.slice(prefix.length), item.changes]));
      return days.map((day) => ({ day, changes: changes.get(day) ?? 0 }));
    });
  }

  reopen(days: readonly PendingDay[]): Promise<void> {
    return calling('Reopening days', async () => {
      await mapAtMost(8, days, ({ day, changes }) =>
        this.#table.update(prefix + day, {
          expression: MARK,
          // A day without a counter was never published: it has nothing that could have moved.
          condition: 'attribute_exists(changes) AND changes <> :changes',
          values: { ...MARKED, ':changes': number(changes) },
        }),
      );
    });
  }

  mark(days: readonly string[]): Promise<void> {
    return calling('Marking days', async () => {
      await mapAtMost(8, days, (day) =>
        this.#table.update(prefix + day, {
          expression: MARK,
          values: MARKED,
        }),
      );
    });
  }

  timeZone(): Promise<string> {
    return calling('Reading the time zone of the marts', async () => {
      const item = await this.#table.get(ZONE);
      return item === undefined ? UTC : zoneItem().parse(item).zone;
    });
  }

  setTimeZone(timeZone: string): Promise<void> {
    return calling('Noting the time zone of the marts', async () => {
      await this.#table.update(ZONE, {
        expression: 'SET #zone = :zone',
        names: { '#zone': 'zone' },
        values: { ':zone': text(timeZone) },
      });
    });
  }

  /**
   * The counter only ever grows, so that an equal one means that nothing was published since it was read, and that the
   * hours are those that were read with it.
   */
  clear(days: readonly PendingDay[]): Promise<void> {
    return calling('Clearing the pending days', async () => {
      await mapAtMost(8, days, ({ day, changes }) =>
        this.#table.update(prefix + day, {
          expression: 'SET cleared = :changes REMOVE pending, pending_since, changed_hours',
          condition: 'changes = :changes',
          values: { ':changes': number(changes) },
        }),
      );
    });
  }
}
