import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { startEmulator } from 'headrace-emulator';
import { z } from 'zod';
import { accessTo, clientConfig } from '../../../client/access.ts';
import { addTally, emptyTally, sendLines, type Tally } from '../../../client/collect/sendLines.ts';
import { createWriteKey } from '../../../client/keys.ts';
import { seededChance } from '../../../client/traffic/random.ts';
import { RAW, rowsOfKey } from '../../../src/lake/layout.ts';
import { Histogram } from './histogram.ts';

interface MeasureOptions {
  packageDir: string;
  seed: number;
  eventsPerSecond: number;
  eventsPerRequest: number;
  seconds: number;
}

/** What a stage of this machine did with known traffic. */
export interface Measured {
  offered: number;
  landed: number;
  /** one raw object a batch: all events are of one hour */
  objects: number;
  rowsPerObject: number;
  lagSeconds: { p50: number; p95: number; max: number };
}

/** An hour in the past, which no collector rejects and no run's length leaves. */
const EVENT_TIME = '2026-11-01T12:00:00.000Z';

const PATIENCE_MS = 30_000;
const POLL_MS = 200;

/** Until the first request has landed and nothing of it is under way any more. */
const WARM_UP_MS = 5_000;

const line = z.looseObject({ received_at: z.iso.datetime() });

/** Boots a stage in this process, sends requests at even intervals, and reads what they became out of raw/. */
export const measure = async (options: MeasureOptions): Promise<Measured> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'headrace-simulate-'));
  const stage = await startEmulator({ packageDir: options.packageDir, dataDir, port: 0, announced: false });
  try {
    const local = { endpoint: stage.endpoint, collector: stage.httpApi, dataDir };
    const writeKey = await createWriteKey(accessTo('local', local), 'simulate', new Date());
    const offered = await send(options, { url: stage.httpApi, writeKey });
    const store = new S3Client({ ...clientConfig(local), forcePathStyle: true });
    const bucket = stage.names.LakeBucket ?? '';
    const objects = await allLanded(store, bucket, offered);
    const lag = await lagOf(store, bucket, objects);
    store.destroy();
    const landed = objects.reduce((sum, { rows }) => sum + rows, 0);
    return {
      offered,
      landed,
      objects: objects.length,
      rowsPerObject: landed / objects.length,
      lagSeconds: lag.summary(),
    };
  } finally {
    await stage.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

/** SentRequests on the clock, whatever the answers take. Returns how many events were accepted. */
const send = async (
  options: MeasureOptions,
  collector: { url: string; writeKey: string },
): Promise<number> => {
  const { seed, seconds, eventsPerSecond, eventsPerRequest } = options;
  const chance = seededChance(seed);
  const requests = Math.round((eventsPerSecond * seconds) / eventsPerRequest);
  const lines = (): string[] =>
    Array.from({ length: eventsPerRequest }, () =>
      JSON.stringify({
        event_id: chance.id(),
        event_name: 'page_view',
        event_time: EVENT_TIME,
        anonymous_id: chance.id(),
        properties: { page_path: `/${chance.id()}` },
      }),
    );
  // The first call of each function starts its process: not what is compared.
  await sendLines(collector, lines());
  await sleep(WARM_UP_MS);
  const tally = emptyTally();
  const began = performance.now();
  const answers: Promise<void>[] = [];
  for (let n = 0; n < requests; n += 1) {
    const dueMs = (n / requests) * seconds * 1_000 - (performance.now() - began);
    if (dueMs > 0) await sleep(dueMs);
    answers.push(sendLines(collector, lines()).then((more) => addTally(tally, more)));
  }
  await Promise.all(answers);
  return addedTo(tally);
};

const addedTo = ({ accepted, refused }: Tally): number => {
  if (refused === 0) return accepted;
  throw new Error(`The collector rejected ${refused} events of the measured run, which should all be good.`);
};

interface RawObject {
  key: string;
  rows: number;
  atMs: number;
}

/** Waits until as many rows are in raw/ as the collector has accepted. */
const allLanded = async (store: S3Client, bucket: string, offered: number): Promise<RawObject[]> => {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const objects: RawObject[] = [];
    for await (const page of paginateListObjectsV2({ client: store }, { Bucket: bucket, Prefix: RAW }))
      for (const { Key = '', LastModified } of page.Contents ?? [])
        objects.push({ key: Key, rows: rowsOfKey(Key) ?? 0, atMs: LastModified?.getTime() ?? 0 });
    const counted = withoutFirst(objects);
    const rows = counted.reduce((sum, one) => sum + one.rows, 0);
    if (rows >= offered) return counted;
    if (performance.now() > until) throw new Error(`Of ${offered} accepted events ${rows} have landed.`);
    await sleep(POLL_MS);
  }
};

/** Without the request that only woke the functions: the oldest object is its alone. */
const withoutFirst = (objects: readonly RawObject[]): RawObject[] =>
  [...objects].sort((a, b) => a.atMs - b.atMs).slice(1);

const lagOf = async (store: S3Client, bucket: string, objects: readonly RawObject[]): Promise<Histogram> => {
  const lag = new Histogram();
  for (const { key, atMs } of objects) {
    const { Body } = await store.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const text = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString();
    for (const one of text.trimEnd().split('\n'))
      lag.add((atMs - Date.parse(line.parse(JSON.parse(one)).received_at)) / 1_000, 1);
  }
  return lag;
};
