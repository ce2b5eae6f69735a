import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator } from 'headrace-emulator';
import type { Chance } from '../../client/traffic/random.ts';

type Database = ReturnType<Emulator['databases']>[number];

type TroubleKind = 'databaseCrashed' | 'databaseAway';

/** Between two troubles, at most. */
const PEACE_MS = 4_000;

/** A failover of Aurora takes longer; here several shall fit into a run. */
const AWAY_MS = 3_000;

const CRASHES = 0.5;

/** What happens to a database as a whole, again and again: it crashes, or nobody reaches it for a while. */
export class DatabaseTroubles {
  readonly #chance: Chance;
  readonly #onTrouble: (kind: TroubleKind) => void;
  readonly #over = new AbortController();
  readonly #ended: Promise<unknown>;

  constructor(databases: readonly Database[], chance: Chance, onTrouble: (kind: TroubleKind) => void) {
    this.#chance = chance;
    this.#onTrouble = onTrouble;
    this.#ended = Promise.all(databases.map((database) => this.#trouble(database)));
  }

  /** Resolves when every database is back, for good. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#ended;
  }

  async #trouble(database: Database): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      await this.#wait(PEACE_MS);
      if (signal.aborted) return;
      if (this.#chance.happens(CRASHES)) await this.#crash(database);
      else await this.#takeAway(database);
    }
  }

  /** One that no connection has started yet has nothing to lose. */
  async #crash(database: Database): Promise<void> {
    if (await database.crash()) this.#onTrouble('databaseCrashed');
  }

  async #takeAway(database: Database): Promise<void> {
    database.takeAway();
    this.#onTrouble('databaseAway');
    await this.#wait(AWAY_MS);
    database.bringBack();
  }

  /** Up to so long; not at all any more once it is over. */
  async #wait(mostMs: number): Promise<void> {
    const { signal } = this.#over;
    await sleep(mostMs * this.#chance.next(), undefined, { signal }).catch(() => undefined);
  }
}
