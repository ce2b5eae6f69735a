import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from 'fauxqs';
import { IN_MEMORY } from '../database.ts';
import { readBody } from '../endpoint/body.ts';
import type { HttpHandler } from '../endpoint/types.ts';

type Stores = Required<NonNullable<Parameters<typeof buildApp>[0]>>['stores'];
type SqsStore = Stores['sqsStore'];
type SnsStore = Stores['snsStore'];

/** What of fauxqs's persistence is used here. */
type Persistence = NonNullable<SqsStore['persistence']> & {
  loadSqsAndSns(sqs: SqsStore, sns: SnsStore): void;
  close(): void;
};

/** Modules of fauxqs that it does not export: how to make its stores. */
interface Internals {
  './persistence.js': { PersistenceManager: new (folder: string) => Persistence };
  './s3/s3Store.js': { S3Store: new () => Stores['s3Store'] };
  './sns/snsStore.js': { SnsStore: new () => SnsStore };
  './sqs/sqsStore.js': { SqsStore: new () => SqsStore };
}

/**
 * fauxqs exports its stores only through startFauxqs, which opens a port on all interfaces. So its modules are loaded
 * from beside its entry, wherever npm has put it.
 */
const internal = async <Path extends keyof Internals>(path: Path): Promise<Internals[Path]> => {
  const module: unknown = await import(new URL(path, import.meta.resolve('fauxqs')).href);
  // The version is pinned, and a test drives each of these modules.
  return module as Internals[Path];
};

/** The server of SQS, SNS and STS. */
export interface Messaging {
  handle: HttpHandler;
  close(): Promise<void>;
}

/** A batch of SQS is at most 1 MiB; form encoding can treble it. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Headers that describe the connection, or the body as fauxqs sent it: the endpoint's own server writes them. */
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/** SQS and SNS (and STS GetCallerIdentity), by fauxqs, in `<dataDir>/messaging/` (or in memory). */
export const openMessaging = async (dataDir: string): Promise<Messaging> => {
  const { SqsStore } = await internal('./sqs/sqsStore.js');
  const { SnsStore } = await internal('./sns/snsStore.js');
  const { S3Store } = await internal('./s3/s3Store.js');
  const sqsStore = new SqsStore();
  const snsStore = new SnsStore();
  // Without a host queue URLs carry the caller's: names under .localhost resolve on no Debian.
  sqsStore.host = '';
  const persistence = dataDir === IN_MEMORY ? undefined : await openPersistence(join(dataDir, 'messaging'));
  if (persistence !== undefined) {
    persistence.loadSqsAndSns(sqsStore, snsStore);
    sqsStore.persistence = persistence;
    snsStore.persistence = persistence;
    for (const queue of sqsStore.allQueues()) queue.persistence = persistence;
  }
  const app = buildApp({ logger: false, stores: { sqsStore, snsStore, s3Store: new S3Store() } });
  await app.ready();
  const handle: HttpHandler = async (request, response) => {
    const payload = await readBody(request, MAX_BODY_BYTES);
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !name.startsWith(':') && name !== 'content-length'),
    );
    headers.host ??= String(request.headers[':authority'] ?? '');
    // Always to `/`: clients also post to a queue's URL, which fauxqs would take for a bucket.
    const answer = await app.inject({ method: 'POST', url: '/', headers, payload });
    const kept = Object.entries(answer.headers).filter(([name]) => !hopByHop.has(name));
    response.writeHead(answer.statusCode, Object.fromEntries(kept));
    response.end(answer.rawPayload);
  };
  return {
    handle,
    close: async () => {
      await app.close();
      persistence?.close();
    },
  };
};

const openPersistence = async (folder: string): Promise<Persistence> => {
  mkdirSync(folder, { recursive: true });
  const { PersistenceManager } = await internal('./persistence.js');
  return new PersistenceManager(folder);
};
