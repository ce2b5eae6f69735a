import * as z from 'zod';
import { mapAtMost } from '../atMost.ts';
import type { PendingDay } from '../ports.ts';
import { type LedgerTable, number, numberAttribute, text, textAttribute } from './ledgerTable.ts';

const prefix = 'day#';

const dayItem = z.object({ pk: textAttribute, pending: textAttribute.optional(), changes: numberAttribute });

/** `day#2026-11-01`: a day some partition of which was published since its checks and marts ran. */
export class LedgerDays {
  readonly #table: LedgerTable;

  constructor(table: LedgerTable) {
    this.#table = table;
  }

  async markChanged(day: string): Promise<void> {
    await this.#table.update(prefix + day, {
      expression: 'ADD changes :one SET pending = :day',
      values: { ':one': number(1), ':day': text('day') },
    });
  }

  /**
   * The index gives the days, the items (read consistently) their counters. A day that the index still lists
   * although it is cleared falls out here; one that has not reached it yet is found by the next run.
   */
  async pending(limit: number): Promise<PendingDay[]> {
    const keys = await this.#table.keysOf('pending', 'day', limit);
    const items = (await this.#table.getAll(keys)).map((item) => dayItem.parse(item));
    return items
      .filter((item) => item.pending !== undefined)
      .map(({ pk, changes }) => ({ day: pk.slice(prefix.length), changes }));
  }

  async counters(days: readonly string[]): Promise<PendingDay[]> {
    const items = (await this.#table.getAll(days.map((day) => prefix + day))).map((item) =>
      dayItem.parse(item),
    );
    const changes = new Map(items.map((item) => [item.pk.slice(prefix.length), item.changes]));
    return days.map((day) => ({ day, changes: changes.get(day) ?? 0 }));
  }

  async reopen(days: readonly PendingDay[]): Promise<void> {
    await mapAtMost(8, days, ({ day, changes }) =>
      this.#table.update(prefix + day, {
        expression: 'ADD changes :one SET pending = :day',
        // A day without a counter was never published: it has nothing that could have moved.
        condition: 'attribute_exists(changes) AND changes <> :changes',
        values: { ':one': number(1), ':day': text('day'), ':changes': number(changes) },
      }),
    );
  }

  /** The counter only ever grows, so that an equal one means that nothing was published since it was read. */
  async clear(days: readonly PendingDay[]): Promise<void> {
    await mapAtMost(8, days, ({ day, changes }) =>
      this.#table.update(prefix + day, {
        expression: 'REMOVE pending',
        condition: 'changes = :changes',
        values: { ':changes': number(changes) },
      }),
    );
  }
}
