import { mapAtMost } from '../../src/atMost.ts';
import { HOUR_MS } from '../../src/json/instants.ts';
import { liveHour } from '../../src/lake/layout.ts';
import { partitionOf } from '../../src/lake/partition.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import { readWhole } from '../lake.ts';
import { PARALLEL, type PartRow, rowsOfPart } from './parts.ts';

/**
 * The parts of the last time, from S3: a listing shows them as soon as they are written, and costs a tenth of the least
 * query of Athena. Each object is read once, and again when it was overwritten.
 */
export class RecentParts {
  readonly #store: Pick<ObjectStore, 'list' | 'read'>;
  readonly #read = new Map<string, { etag: string; rows: PartRow[] }>();

  constructor(store: Pick<ObjectStore, 'list' | 'read'>) {
    this.#store = store;
  }

  /** All rows of the hours from the first to the last of these times: whole hours, so that no window lacks a piece. */
  async rows(from: Date, to: Date): Promise<PartRow[]> {
    const listed = (
      await Promise.all(hoursOf(from, to).map((hour) => this.#store.list(liveHour(hour))))
    ).flat();
    const news = listed.filter(({ key, etag }) => this.#read.get(key)?.etag !== etag);
    await mapAtMost(PARALLEL, news, ({ key, etag }) => this.#take(key, etag));
    const there = new Set(listed.map(({ key }) => key));
    for (const key of this.#read.keys()) if (!there.has(key)) this.#read.delete(key);
    return listed.flatMap(({ key }) => this.#read.get(key)?.rows ?? []);
  }

  async #take(key: string, etag: string): Promise<void> {
    const text = (await readWhole(this.#store, key)).toString('utf8');
    this.#read.set(key, { etag, rows: rowsOfPart(text) });
  }
}

const hoursOf = (from: Date, to: Date): string[] => {
  const first = from.getTime() - (from.getTime() % HOUR_MS);
  const count = Math.floor((to.getTime() - first) / HOUR_MS) + 1;
  return Array.from({ length: count }, (_, at) => partitionOf(new Date(first + at * HOUR_MS).toISOString()));
};
