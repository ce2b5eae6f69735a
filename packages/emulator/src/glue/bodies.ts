import { z } from 'zod';
import type { Json, JsonObject } from '../contracts.ts';

const body = z.record(z.string(), z.json());

/** Some thousand hours for each of a few tables; without their columns they are small. */
const REMEMBERED = 50_000;
/** Lists of columns: those of a table's versions. */
const LISTS = 1_000;

/**
 * What stands in the database, parsed once and not at every look: a query of a table with a year of hours looks at each of
 * its partitions, and each has the table's columns. They share one list. Nobody changes what he is given.
 */
export class Bodies {
  readonly #known = new Map<string, JsonObject>();
  readonly #lists = new Map<string, Json>();

  /** `text`: reads it from the database. */
  get(key: string, text: () => string | undefined): JsonObject | undefined {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = text();
    if (found === undefined) return undefined;
    const parsed = this.#sharing(body.parse(JSON.parse(found)));
    if (this.#known.size >= REMEMBERED) this.#known.delete(this.#known.keys().next().value ?? '');
    this.#known.set(key, parsed);
    return parsed;
  }

  /** It changes: to be read anew. */
  forget(key: string): void {
    this.#known.delete(key);
  }

  clear(): void {
    this.#known.clear();
  }

  #sharing(parsed: JsonObject): JsonObject {
    const storage = body.safeParse(parsed.StorageDescriptor);
    if (!storage.success || storage.data.Columns === undefined) return parsed;
    const { Columns } = storage.data;
    const key = JSON.stringify(Columns);
    const shared = this.#lists.get(key) ?? Columns;
    if (this.#lists.size >= LISTS) this.#lists.clear();
    this.#lists.set(key, shared);
    return { ...parsed, StorageDescriptor: { ...storage.data, Columns: shared } };
  }
}
