import type { Partition } from '../../lake/partition.ts';
import { once } from '../../once.ts';
import type { ArchiveChecks } from '../../ports/ledger.ts';
import * as z from '../../schema.ts';
import { calling } from '../failures.ts';
import { type LedgerTable, text, textAttribute } from './table.ts';

const ARCHIVE = 'archive';

const archiveItem = /* @__PURE__ */ once(() => z.object({ checked_until: z.optional(textAttribute()) }));

/** One item, `archive`: how far the archive was compared with the lake. */
export class DynamoArchiveChecks implements ArchiveChecks {
  readonly #table: LedgerTable;

  constructor(table: LedgerTable) {
    this.#table = table;
  }

  checkedUntil(): Promise<Partition | undefined> {
    return calling('Reading how far the archive was checked', async () => {
      const item = await this.#table.get(ARCHIVE);
      return item && archiveItem().parse(item).checked_until;
    });
  }

  setCheckedUntil(partition: Partition): Promise<void> {
    return calling('Noting how far the archive was checked', async () => {
      await this.#table.update(ARCHIVE, {
        expression: 'SET checked_until = :until',
        // Two runs may end in another order than they began.
        condition: 'attribute_not_exists(checked_until) OR checked_until < :until',
        values: { ':until': text(partition) },
      });
    });
  }
}
