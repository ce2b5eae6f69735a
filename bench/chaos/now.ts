import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import type { StageAccess } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { openLake } from '../../client/lake.ts';
import { RAW } from '../../src/lake/layout.ts';
import type { ObjectStore, StoredObject } from '../../src/ports/lake.ts';

/** What looking at events_now again and again has found. */
export interface NowCounts {
  checks: number;
  /** checks that found an event missing, there twice, or there although it had not landed */
  wrong: number;
}

const sentEvent = z.looseObject({ event_id: z.string(), source: z.string() });

/** `raw/dt=2026-11-01/hr=05/…`, source and id: what an event is known by. */
const eventKey = (hour: string, source: string, id: string): string => JSON.stringify([hour, source, id]);

const hourOf = (key: string): string => /dt=([^/]+)\/hr=(\d\d)\//.exec(key)?.slice(1).join('T') ?? '';

/** The events of raw objects, each object read once: its bytes never change. */
class Landed {
  readonly #store: ObjectStore;
  readonly #read = new Map<string, readonly string[]>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  async events(): Promise<Set<string>> {
    const objects = await this.#store.list(RAW);
    const found = new Set<string>();
    for (const object of objects) for (const event of await this.#eventsOf(object)) found.add(event);
    return found;
  }

  async #eventsOf({ key }: StoredObject): Promise<readonly string[]> {
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const lines = await text((await this.#store.read(key)).pipe(createGunzip()));
    const events = lines
      .trimEnd()
      .split('\n')
      .map((line) => sentEvent.parse(JSON.parse(line)))
      .map(({ source, event_id }) => eventKey(hourOf(key), source, event_id));
    this.#read.set(key, events);
    return events;
  }
}

const PAUSE_MS = 500;

/**
 * Looks at events_now while everything else goes on. What had landed before the query must be in it, nothing may be that
 * had not landed after it, and nothing twice.
 */
export class NowChecks {
  readonly counts: NowCounts = { checks: 0, wrong: 0 };
  readonly #access: StageAccess;
  readonly #landed: Landed;
  readonly #say: (line: string) => void;

  constructor(access: StageAccess, store: ObjectStore, say: (line: string) => void) {
    this.#access = access;
    this.#landed = new Landed(store);
    this.#say = say;
  }

  static async open(access: StageAccess, say: (line: string) => void): Promise<NowChecks> {
    return new NowChecks(access, await openLake(access), say);
  }

  /** Until the signal aborts. A look that the stage does not live through says nothing. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look().catch(() => undefined);
      await sleep(PAUSE_MS);
    }
  }

  /** Once. `acknowledged`: ids that must be there, when all have landed. */
  async look(acknowledged: ReadonlySet<string> = new Set()): Promise<void> {
    const before = await this.#landed.events();
    const { rows } = await runQuery(this.#access, 'SELECT dt, hr, source, event_id FROM events_now');
    const after = await this.#landed.events();
    const found = rows.map(([dt, hr, source, id]) => eventKey(`${dt}T${hr}`, source ?? '', id ?? ''));
    const events = new Set(found);
    const ids = new Set(rows.map((row) => row[3]));
    this.#count({
      missing: [...before].filter((event) => !events.has(event)).length,
      strange: [...events].filter((event) => !after.has(event)).length,
      twice: found.length - events.size,
      lost: [...acknowledged].filter((id) => !ids.has(id)).length,
    });
  }

  #count(problems: Record<string, number>): void {
    this.counts.checks += 1;
    if (Object.values(problems).every((count) => count === 0)) return;
    this.counts.wrong += 1;
    this.#say(`events_now is wrong: ${JSON.stringify(problems)}`);
  }
}
