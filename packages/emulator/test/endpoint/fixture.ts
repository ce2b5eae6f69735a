import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GlueClient } from '@aws-sdk/client-glue';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Timer } from '../../src/contracts.ts';
import { openStore } from '../../src/database.ts';
import { openDynamoDb } from '../../src/dynamodb/service.ts';
import { startEndpoint } from '../../src/endpoint/endpoint.ts';
import type { EndpointOptions } from '../../src/endpoint/types.ts';
import { openMessaging } from '../../src/fauxqs/host.ts';
import { openGlue } from '../../src/glue/service.ts';
import { type KinesisOptions, openKinesis } from '../../src/kinesis/service.ts';
import { openObjects } from '../../src/s3/service.ts';

/** A clock that stands still until the test moves it. Sleepers wake in order as it passes them. */
export class TestTimer implements Timer {
  #nowMs = Date.parse('2026-11-22T12:00:00.000Z');
  readonly #sleepers: { atMs: number; wake: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      signal?.addEventListener('abort', () => reject(signal.reason));
      this.#sleepers.push({ atMs: this.#nowMs + ms, wake: resolve });
    });
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const sleeper of this.#sleepers.filter((each) => each.atMs <= this.#nowMs)) {
      this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
      sleeper.wake();
    }
  }

  /** Moves on, a little at a time, until the work that waits on this clock has come to `done`. */
  async advanceUntil(done: () => boolean | Promise<boolean>): Promise<void> {
    for (let turn = 0; turn < 10_000; turn += 1) {
      if (await done()) return;
      this.advance(25);
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error('the clock moved on for long, and it never happened');
  }
}

const nothing = () => {};

/** An endpoint with these services and no others. */
export const endpointOf = (services: Partial<EndpointOptions>) =>
  startEndpoint({ port: 0, json: [], s3: nothing, dynamodb: nothing, messaging: nothing, ...services });

export interface Options extends Partial<Omit<EndpointOptions, 'json' | 's3' | 'dynamodb' | 'messaging'>> {
  /** A data folder to open again; a new one otherwise, removed at the end. */
  dataDir?: string;
  kinesis?: Partial<KinesisOptions>;
}

/** The services of this half of the stage behind one endpoint on a free port, and real clients of them. */
export const startServices = async (options: Options = {}) => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'headrace-test-'));
  const timer = new TestTimer();
  const now = () => timer.now();
  const db = openStore(dataDir);
  const objects = openObjects({ db, dataDir, now });
  const kinesis = openKinesis({ db, now, ...options.kinesis });
  const glue = openGlue({ db, objects, timer });
  const dynamodb = openDynamoDb(dataDir);
  const messaging = await openMessaging(dataDir);
  const endpoint = await startEndpoint({
    port: 0,
    ...options,
    json: [kinesis, glue],
    s3: objects.handle,
    dynamodb: dynamodb.handle,
    messaging: messaging.handle,
  });
  const settings = {
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'none' },
    maxAttempts: 1,
  };
  const clients = {
    kinesis: new KinesisClient(settings),
    s3: new S3Client(settings),
    glue: new GlueClient(settings),
    dynamodb: new DynamoDBClient(settings),
  };
  const close = async (): Promise<void> => {
    for (const client of Object.values(clients)) client.destroy();
    await endpoint.close();
    await Promise.all([glue.close(), dynamodb.close(), messaging.close()]);
    db.close();
  };
  return {
    ...clients,
    dataDir,
    endpoint,
    timer,
    services: { db, objects, kinesis, glue },
    /** Ends the stage, its data stay. */
    close,
    async closeAndRemove(): Promise<void> {
      await close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

export type Services = Awaited<ReturnType<typeof startServices>>;

/** What a test finds there already. */
type Prepare = (services: Services) => Promise<unknown>;

/** Services for each test of a file. Their members may be used inside tests and hooks. */
export const eachServices = (prepare?: Prepare): Services => servicesOf(beforeEach, afterEach, prepare);

/** The same services for all tests of a file. */
export const onceServices = (prepare?: Prepare): Services => servicesOf(beforeAll, afterAll, prepare);

/** Ends the services of a file, and starts them again on the same data. */
export const restart = async (stage: Services, options: Options = {}): Promise<void> => {
  await stage.close();
  Object.assign(stage, await startServices({ ...options, dataDir: stage.dataDir }));
};

const servicesOf = (
  before: (work: () => Promise<void>) => void,
  after: (work: () => Promise<void>) => void,
  prepare?: Prepare,
): Services => {
  // Filled before the first test.
  const stage = {} as Services;
  before(async () => {
    Object.assign(stage, await startServices());
    await prepare?.(stage);
  });
  after(() => stage.closeAndRemove());
  return stage;
};
