import type { Partition } from '../../lake/partition.ts';
import { once } from '../../once.ts';
import type { HourChecks } from '../../ports/ledger.ts';
import * as z from '../../schema.ts';
import { calling } from '../failures.ts';
import { type LedgerTable, text, textAttribute } from './table.ts';

/** Which check: each has one item of this name. */
type Check = 'archive' | 'speed';

const item = /* @__PURE__ */ once(() => z.object({ checked_until: z.optional(textAttribute()) }));

/** How far a check has come. */
export class DynamoHourChecks implements HourChecks {
  readonly #table: LedgerTable;
  readonly #check: Check;

  constructor(table: LedgerTable, check: Check) {
    this.#table = table;
    this.#check = check;
  }

  checkedUntil(): Promise<Partition | undefined> {
    return calling(`Reading how far the check ${this.#check} has come`, async () => {
      const found = await this.#table.get(this.#check);
      return found && item().parse(found).checked_until;
    });
  }

  setCheckedUntil(partition: Partition): Promise<void> {
    return calling(`Noting how far the check ${this.#check} has come`, async () => {
      await this.#table.update(this.#check, {
        expression: 'SET checked_until = :until',
        // Two runs may end in another order than they began.
        condition: 'attribute_not_exists(checked_until) OR checked_until < :until',
        values: { ':until': text(partition) },
      });
    });
  }
}
