import { once } from '../../once.ts';
import type { ObservedSchemas } from '../../ports/ledger.ts';
import * as z from '../../schema.ts';
import { calling } from '../failures.ts';
import { type LedgerTable, number, numberAttribute, textSetAttribute } from './table.ts';

/**
 * At most this many properties of an event name are kept, of at most this many bytes each: an item ends at 400 KB. An
 * event whose property names are made up as it goes (ids as keys) would otherwise ask for a crawl at every build, for
 * ever. The set's last member then says that it is full, and is returned as new once, so that the drift shows it.
 */
export const MAX_PROPERTIES_KEPT = 1_000;
const MAX_PROPERTY_BYTES = 300;
/** Stored as it is: another text would be added to every set that is full already. */
export const FULL = '(more than 1000 shapes: no further ones are noted)';

const CRAWL = 'crawl';

// Neither is there before the first property.
const optionalTextSet = /* @__PURE__ */ once(() => z.optional(textSetAttribute()));
const optionalNumber = /* @__PURE__ */ once(() => z.optional(numberAttribute()));

const admitted = (known: ReadonlySet<string>, properties: readonly string[]): string[] => {
  if (known.has(FULL)) return [];
  const short = properties.filter((property) => Buffer.byteLength(property) <= MAX_PROPERTY_BYTES);
  const fresh = [...new Set(short)].filter((property) => !known.has(property));
  const room = MAX_PROPERTIES_KEPT - known.size;
  return fresh.length <= room ? fresh : [...fresh.slice(0, room), FULL];
};

/**
 * Properties seen of each event name (`shape#<event name>`, attribute `shapes`) and the crawls that new ones ask for
 * (`crawl`: wanted and done, two counters, and when one was begun last).
 */
export class DynamoObservedSchemas implements ObservedSchemas {
  readonly #table: LedgerTable;

  constructor(table: LedgerTable) {
    this.#table = table;
  }

  note(eventName: string, properties: readonly string[]): Promise<string[]> {
    return calling(`Noting the properties of ${eventName}`, async () => {
      const pk = `shape#${eventName}`;
      const known = optionalTextSet().parse((await this.#table.get(pk))?.shapes);
      const fresh = admitted(new Set(known), properties);
      if (fresh.length === 0) return [];
      // First the crawl, then the properties: a crash in between asks for a crawl twice; the other way round, never.
      await this.#table.update(CRAWL, { expression: 'ADD wanted :one', values: { ':one': number(1) } });
      const before = await this.#table.update(pk, {
        expression: 'ADD shapes :fresh',
        values: { ':fresh': { SS: fresh } },
        returns: 'UPDATED_OLD',
      });
      // Two builds may see the same property at once: what the other has added since we looked is not news.
      const already = new Set(optionalTextSet().parse(before?.shapes));
      return fresh.filter((property) => !already.has(property));
    });
  }

  crawlWanted(): Promise<{ pending: boolean; wanted: number }> {
    return calling('Reading the crawl counters', async () => {
      const item = await this.#table.get(CRAWL);
      const wanted = optionalNumber().parse(item?.wanted) ?? 0;
      const done = optionalNumber().parse(item?.done) ?? 0;
      return { pending: wanted > done, wanted };
    });
  }

  async takeCrawl(now: Date, before: Date): Promise<{ pending: boolean; wanted: number }> {
    const crawl = await this.crawlWanted();
    if (!crawl.pending) return crawl;
    const taken = await calling('Taking a crawl', () =>
      this.#table.update(CRAWL, {
        expression: 'SET crawl_taken = :now',
        condition: 'attribute_not_exists(crawl_taken) OR crawl_taken <= :before',
        values: { ':now': number(now.getTime()), ':before': number(before.getTime()) },
      }),
    );
    return { ...crawl, pending: taken !== undefined };
  }

  /** `wanted` as it was before the crawl began: properties noted while it ran ask for the next one. Never goes back. */
  crawlDone(wanted: number): Promise<void> {
    return calling('Counting a crawl as done', async () => {
      await this.#table.update(CRAWL, {
        expression: 'SET done = :wanted',
        condition: 'attribute_not_exists(done) OR done < :wanted',
        values: { ':wanted': number(wanted) },
      });
    });
  }
}
