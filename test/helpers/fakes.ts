import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { HeadraceError } from '../../src/errors.ts';
import type { Catalog } from '../../src/ports/catalog.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import { type Effects, recordEffects } from './effects.ts';
import { SortedMap } from './sortedMap.ts';

export { type Effects, recordEffects } from './effects.ts';

/** A clock that stands still until a test moves it. */
export interface FixedClock extends Clock {
  advance(ms: number): void;
}

export const fixedClock = (iso = '2026-11-01T12:00:00.000Z'): FixedClock => {
  let now = Date.parse(iso);
  return {
    now: () => new Date(now),
    advance(ms) {
      now += ms;
    },
  };
};

interface StoredBody {
  body: Buffer;
  lastModified: Date;
  metadata?: Record<string, string>;
}

export interface FakeStore extends ObjectStore {
  readonly effects: Effects;
  readonly objects: Map<string, StoredBody>;
  keys(): string[];
  /** The object as text, unzipped when its key ends in .gz. */
  text(key: string): string;
  /** Puts an object without recording an effect; text is zipped when the key ends in .gz. */
  seed(key: string, text: string): void;
}

const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;

/** The lake in memory. Effects: `put <key>`, `remove <key>` (one a key). */
export const createFakeStore = (options: { effects?: Effects; clock?: Clock } = {}): FakeStore => {
  const effects = options.effects ?? recordEffects();
  const clock = options.clock ?? fixedClock();
  const objects = new SortedMap<StoredBody>();
  const get = (key: string) => {
    const found = objects.get(key);
    if (found === undefined) throw new Error(`NoSuchKey: ${key}`);
    return found;
  };
  const put = (key: string, body: Uint8Array, metadata: Record<string, string> = {}): void => {
    effects.happen(`put ${key}`);
    objects.set(key, { body: Buffer.from(body), lastModified: clock.now(), metadata });
  };
  return {
    effects,
    objects,
    keys: () => objects.keysUnder(),
    text: (key) => (key.endsWith('.gz') ? gunzipSync(get(key).body) : get(key).body).toString('utf8'),
    seed(key, text) {
      const body = key.endsWith('.gz') ? gzipSync(text) : Buffer.from(text);
      objects.set(key, { body, lastModified: clock.now() });
    },
    async list(prefix) {
      return objects.keysUnder(prefix).map((key) => {
        const { body, lastModified } = get(key);
        return { key, bytes: body.length, etag: etagOf(body), lastModified };
      });
    },
    async listFolders(prefix) {
      const inside = objects.keysUnder(prefix).filter((key) => key.indexOf('/', prefix.length) !== -1);
      return [...new Set(inside.map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1)))];
    },
    read: async (key) => Readable.from([get(key).body]),
    put: async (key, body) => put(key, body),
    putFile: async (key, path, _contentType, metadata) => put(key, readFileSync(path), metadata),
    async copy(from, to) {
      const { body, metadata } = get(from);
      put(to, body, metadata);
    },
    metadata: async (key) => get(key).metadata ?? {},
    async remove(removed) {
      for (const key of removed) {
        effects.happen(`remove ${key}`);
        objects.delete(key);
      }
    },
    uri: (key) => `s3://lake/${key}`,
  };
};

interface FakeCatalog extends Catalog {
  readonly effects: Effects;
  /** `table/value/value` → location */
  readonly partitions: Map<string, string>;
}

/** The catalog in memory. Effects: `point <table>/<values> -> <location>`, `drop <table>/<values>`. */
export const createFakeCatalog = (options: { effects?: Effects; tables?: string[] } = {}): FakeCatalog => {
  const effects = options.effects ?? recordEffects();
  const partitions: FakeCatalog['partitions'] = new Map();
  const idOf = (table: string, values: readonly string[]): string => {
    if (options.tables?.includes(table) === false) {
      throw new HeadraceError('ConfigurationInvalid', `The catalog has no table ${table}.`);
    }
    return [table, ...values].join('/');
  };
  return {
    effects,
    partitions,
    partitionLocation: async (table, values) => partitions.get(idOf(table, values)),
    async partitionLocations(table, fromDay = '', toDay = '9999') {
      const all = [...partitions].map(([id, location]) => ({ values: id.split('/').slice(1), location, id }));
      return all
        .filter(({ id, values: [day = ''] }) => id.startsWith(`${table}/`) && day >= fromDay && day <= toDay)
        .map(({ values, location }) => ({ values, location }));
    },
    async pointPartition(table, values, location) {
      const id = idOf(table, values);
      const now = partitions.get(id);
      if (now === location) return 'unchanged';
      effects.happen(`point ${id} -> ${location}`);
      partitions.set(id, location);
      return now === undefined ? 'created' : 'moved';
    },
    async dropPartition(table, values) {
      const id = idOf(table, values);
      effects.happen(`drop ${id}`);
      partitions.delete(id);
    },
  };
};
