import { createHash } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../ports/clock.ts';
import type { WriteKeys } from '../ports/collect.ts';
import { calling } from './failures.ts';

/** A revoked key is refused this much later at most: docs/reference/collector.md and `headrace keys` promise it. */
export const KNOWN_MS = 60_000;

/** A new key works this much later at most; and a sender with a wrong key costs a read every ten seconds. */
const UNKNOWN_MS = 10_000;

/** Keys must not fill the memory; the oldest goes first. */
const CACHE_ENTRIES = 1_000;

/** Answers by the hash of a key, each for a time. */
class Remembered<Answer> {
  readonly #entries = new Map<string, { answer: Answer; until: number }>();

  get(hash: string, now: number): { answer: Answer } | undefined {
    const entry = this.#entries.get(hash);
    return entry !== undefined && now < entry.until ? entry : undefined;
  }

  set(hash: string, answer: Answer, until: number): void {
    this.#entries.delete(hash);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < CACHE_ENTRIES) break;
      this.#entries.delete(oldest);
    }
    this.#entries.set(hash, { answer, until });
  }
}

/**
 * The table of write keys: `key_hash` (hex SHA-256 of the key) → `source`, and `revoked_at` once it is revoked. Keys
 * themselves are stored nowhere, not in the cache either. Throws Throttled or Transient when the table cannot tell.
 */
export class DynamoWriteKeys implements WriteKeys {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #clock: Clock;
  /** sources of keys */
  readonly #known = new Remembered<string>();
  /** keys of nobody, kept apart: strangers push no known key out, however many they try */
  readonly #unknown = new Remembered<undefined>();
  /** lookups under way: requests that come together with one key ask once */
  readonly #asked = new Map<string, Promise<string | undefined>>();

  constructor(client: DynamoDBClient, table: string, clock: Clock) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
  }

  async sourceOf(writeKey: string): Promise<string | undefined> {
    const hash = createHash('sha256').update(writeKey).digest('hex');
    const now = this.#clock.now().getTime();
    const remembered = this.#known.get(hash, now) ?? this.#unknown.get(hash, now);
    if (remembered !== undefined) return remembered.answer;
    const asked = this.#asked.get(hash) ?? this.#ask(hash, now);
    this.#asked.set(hash, asked);
    return asked;
  }

  async #ask(hash: string, now: number): Promise<string | undefined> {
    try {
      const source = await this.#look(hash);
      // From the time it was asked, not answered: a revocation must not hold later for a slow table.
      this.#remember(hash, source, now);
      return source;
    } finally {
      this.#asked.delete(hash);
    }
  }

  async #look(hash: string): Promise<string | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: { key_hash: { S: hash } } });
    const { Item: item } = await calling('Looking up a write key', () => this.#client.send(command));
    return item?.revoked_at === undefined ? item?.source?.S : undefined;
  }

  #remember(hash: string, source: string | undefined, now: number): void {
    if (source === undefined) this.#unknown.set(hash, undefined, now + UNKNOWN_MS);
    else this.#known.set(hash, source, now + KNOWN_MS);
  }
}
