import { once } from '../once.ts';
import * as z from '../schema.ts';
import { type LedgerTable, number, numberAttribute, textSetAttribute } from './ledgerTable.ts';

/**
 * At most this many shapes an event name, of at most this many bytes each: an item ends at 400 KB. An event whose
 * property names are made up as it goes (ids as keys) would otherwise ask for a crawl at every build, for ever.
 * The set's last member then says that it is full, and is returned as new once, so that the drift shows it.
 */
export const MAX_PROPERTIES_PER_EVENT_NAME = 1_000;
const MAX_SHAPE_BYTES = 300;
export const FULL = `(more than ${MAX_PROPERTIES_PER_EVENT_NAME} shapes: no further ones are noted)`;

const CRAWL = 'crawl';

// Neither is there before the first shape.
const optionalTextSet = /* @__PURE__ */ once(() => z.optional(textSetAttribute()));
const optionalNumber = /* @__PURE__ */ once(() => z.optional(numberAttribute()));

const admitted = (known: ReadonlySet<string>, shapes: readonly string[]): string[] => {
  if (known.has(FULL)) return [];
  const short = shapes.filter((shape) => Buffer.byteLength(shape) <= MAX_SHAPE_BYTES);
  const fresh = [...new Set(short)].filter((shape) => !known.has(shape));
  const room = MAX_PROPERTIES_PER_EVENT_NAME - known.size;
  return fresh.length <= room ? fresh : [...fresh.slice(0, room), FULL];
};

/** Property shapes seen (`shape#<event name>`) and the crawls they ask for (`crawl`: wanted and done, two counters). */
export class LedgerShapes {
  readonly #table: LedgerTable;

  constructor(table: LedgerTable) {
    this.#table = table;
  }

  async note(eventName: string, shapes: readonly string[]): Promise<string[]> {
    const pk = `shape#${eventName}`;
    const known = optionalTextSet().parse((await this.#table.get(pk))?.shapes);
    const fresh = admitted(new Set(known), shapes);
    if (fresh.length === 0) return [];
    // First the crawl, then the shapes: a crash in between asks for a crawl twice; the other way round, never.
    await this.#table.update(CRAWL, { expression: 'ADD wanted :one', values: { ':one': number(1) } });
    const before = await this.#table.update(pk, {
      expression: 'ADD shapes :fresh',
      values: { ':fresh': { SS: fresh } },
      returns: 'UPDATED_OLD',
    });
    // Two builds may see the same shape at once: what the other has added since we looked is not news.
    const already = new Set(optionalTextSet().parse(before?.shapes));
    return fresh.filter((shape) => !already.has(shape));
  }

  async crawlWanted(): Promise<{ pending: boolean; wanted: number }> {
    const item = await this.#table.get(CRAWL);
    const wanted = optionalNumber().parse(item?.wanted) ?? 0;
    const done = optionalNumber().parse(item?.done) ?? 0;
    return { pending: wanted > done, wanted };
  }

  /** `wanted` as it was before the crawl began: shapes noted while it ran ask for the next one. Never goes back. */
  async crawlDone(wanted: number): Promise<void> {
    await this.#table.update(CRAWL, {
      expression: 'SET done = :wanted',
      condition: 'attribute_not_exists(done) OR done < :wanted',
      values: { ':wanted': number(wanted) },
    });
  }
}
