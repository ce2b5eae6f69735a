import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from 'fauxqs';
// fauxqs exports its stores only through startFauxqs, which opens a port on all interfaces. The version is pinned.
import { PersistenceManager } from '../../../../node_modules/fauxqs/dist/persistence.js';
import { S3Store } from '../../../../node_modules/fauxqs/dist/s3/s3Store.js';
import { SnsStore } from '../../../../node_modules/fauxqs/dist/sns/snsStore.js';
import { SqsStore } from '../../../../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { IN_MEMORY } from '../database.ts';
import { readBody } from '../endpoint/body.ts';
import type { HttpHandler } from '../endpoint/types.ts';

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
  const sqsStore = new SqsStore();
  const snsStore = new SnsStore();
  // Without a host queue URLs carry the caller's: names under .localhost resolve on no Debian.
  sqsStore.host = '';
  const persistence = dataDir === IN_MEMORY ? undefined : openPersistence(join(dataDir, 'messaging'));
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

const openPersistence = (folder: string): PersistenceManager => {
  mkdirSync(folder, { recursive: true });
  return new PersistenceManager(folder);
};
