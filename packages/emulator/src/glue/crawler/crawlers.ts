import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AwsError, type JsonObject, type LocalObjects, type Timer } from '../../contracts.ts';
import type { Access } from '../../iam/authority.ts';
import { objectsFor } from '../../iam/objects.ts';
import { anyObject, notFound } from '../core.ts';
import type { Catalog } from '../store.ts';
import { type CrawlResult, crawl } from './crawl.ts';
import { type CrawlerDefinition, parseDefinition } from './definition.ts';

interface CrawlerPorts {
  db: DatabaseSync;
  catalog: Catalog;
  objects: LocalObjects;
  timer: Timer;
  access: Access;
}

interface Run {
  state: 'RUNNING' | 'STOPPING';
  startedMs: number;
  stop: AbortController;
  done: Promise<void>;
}

/** A crawl takes a minute in AWS. Here it takes long enough that callers have to wait for it, and see it run. */
const START_MS = 300;
const STOPPING_MS = 100;

const schema = `
  CREATE TABLE IF NOT EXISTS glue_crawlers (
    name TEXT PRIMARY KEY, body TEXT NOT NULL, last_crawl TEXT, running_since_ms INTEGER) STRICT, WITHOUT ROWID;
`;

const row = z.object({
  body: z.string(),
  last_crawl: z.string().nullable(),
  running_since_ms: z.number().nullable(),
});

/** Crawlers and their runs. A crawler runs once at a time; its last run is stored. */
export class Crawlers {
  readonly #ports: CrawlerPorts;
  readonly #runs = new Map<string, Run>();
  readonly #results = new Map<string, CrawlResult & { seconds: number }>();

  constructor(ports: CrawlerPorts) {
    this.#ports = ports;
    ports.db.exec(schema);
    // A crawl that the emulator's end cut off has failed: whoever waits for it must not take the one before for it.
    for (const found of ports.db.prepare('SELECT name, running_since_ms FROM glue_crawlers').all()) {
      if (found.running_since_ms === null) continue;
      const failure = { Status: 'FAILED', ErrorMessage: 'The emulator stopped during the crawl.' };
      this.#finish(String(found.name), Number(found.running_since_ms), failure);
    }
  }

  now(): number {
    return this.#ports.timer.now();
  }

  names(): string[] {
    const rows = this.#ports.db.prepare('SELECT name FROM glue_crawlers ORDER BY name').all();
    return rows.map((found) => String(found.name));
  }

  has(name: string): boolean {
    return this.#ports.db.prepare('SELECT 1 FROM glue_crawlers WHERE name = ?').get(name) !== undefined;
  }

  /** Throws InvalidInputException when the definition is not one we could run. */
  put(name: string, body: JsonObject): void {
    parseDefinition(body);
    this.#ports.db
      .prepare(
        'INSERT INTO glue_crawlers (name, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
      )
      .run(name, JSON.stringify(body));
  }

  delete(name: string): void {
    this.#ports.db.prepare('DELETE FROM glue_crawlers WHERE name = ?').run(name);
  }

  isRunning(name: string): boolean {
    return this.#runs.has(name);
  }

  /** As GetCrawler answers it. */
  describe(name: string): JsonObject {
    const { body, lastCrawl } = this.#read(name);
    const run = this.#runs.get(name);
    return {
      ...body,
      State: run?.state ?? 'READY',
      CrawlElapsedTime: run === undefined ? 0 : Math.max(0, this.now() - run.startedMs),
      ...(lastCrawl === undefined ? {} : { LastCrawl: lastCrawl }),
    };
  }

  metrics(name: string): JsonObject {
    const result = this.#results.get(name);
    return {
      CrawlerName: name,
      TimeLeftSeconds: 0,
      StillEstimating: this.#runs.has(name),
      LastRuntimeSeconds: result?.seconds ?? 0,
      MedianRuntimeSeconds: result?.seconds ?? 0,
      TablesCreated: result?.tablesCreated ?? 0,
      TablesUpdated: result?.tablesUpdated ?? 0,
      TablesDeleted: 0,
    };
  }

  start(name: string): void {
    const { body } = this.#read(name);
    if (this.#runs.has(name)) {
      throw new AwsError('CrawlerRunningException', `Crawler with name ${name} has already started`);
    }
    const definition = parseDefinition(body);
    const startedMs = this.now();
    const stop = new AbortController();
    this.#ports.db
      .prepare('UPDATE glue_crawlers SET running_since_ms = ? WHERE name = ?')
      .run(startedMs, name);
    const run: Run = { state: 'RUNNING', startedMs, stop, done: Promise.resolve() };
    this.#runs.set(name, run);
    run.done = this.#run(name, definition, run);
  }

  stop(name: string): void {
    this.#read(name);
    const run = this.#runs.get(name);
    if (run === undefined) {
      throw new AwsError('CrawlerNotRunningException', `Crawler with name ${name} isn't running`);
    }
    if (run.state === 'STOPPING') {
      throw new AwsError('CrawlerStoppingException', `Crawler with name ${name} is stopping`);
    }
    run.state = 'STOPPING';
    run.stop.abort();
  }

  async close(): Promise<void> {
    const running = [...this.#runs.values()];
    for (const run of running) run.stop.abort();
    await Promise.all(running.map((run) => run.done));
  }

  /** Never rejects: how it went is the crawler's LastCrawl. */
  async #run(name: string, definition: CrawlerDefinition, run: Run): Promise<void> {
    const { timer, catalog, objects, access } = this.#ports;
    const { signal } = run.stop;
    let outcome: JsonObject;
    try {
      await timer.sleep(START_MS, signal);
      const permit = access.permitOf(definition.Role);
      const result = await crawl(definition, {
        ...{ catalog, signal, permit, nowMs: timer.now() },
        objects: objectsFor(objects, permit),
      });
      run.state = 'STOPPING';
      await timer.sleep(STOPPING_MS, signal);
      this.#results.set(name, { ...result, seconds: (this.now() - run.startedMs) / 1000 });
      outcome = { Status: 'SUCCEEDED' };
    } catch (error) {
      outcome = signal.aborted
        ? { Status: 'CANCELLED' }
        : { Status: 'FAILED', ErrorMessage: error instanceof Error ? error.message : String(error) };
    }
    this.#finish(name, run.startedMs, outcome);
    this.#runs.delete(name);
  }

  #finish(name: string, startedMs: number, outcome: JsonObject): void {
    const lastCrawl = {
      ...outcome,
      LogGroup: '/aws-glue/crawlers',
      LogStream: name,
      MessagePrefix: randomUUID(),
      StartTime: startedMs / 1000,
    };
    this.#ports.db
      .prepare('UPDATE glue_crawlers SET last_crawl = ?, running_since_ms = NULL WHERE name = ?')
      .run(JSON.stringify(lastCrawl), name);
  }

  #read(name: string): { body: JsonObject; lastCrawl: JsonObject | undefined } {
    const found = this.#ports.db.prepare('SELECT * FROM glue_crawlers WHERE name = ?').get(name);
    if (found === undefined) throw notFound(`Crawler ${name}`);
    const { body, last_crawl } = row.parse(found);
    return {
      body: anyObject.parse(JSON.parse(body)),
      lastCrawl: last_crawl === null ? undefined : anyObject.parse(JSON.parse(last_crawl)),
    };
  }
}
