import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, LocalObjects, Timer } from '../contracts.ts';
import type { EngineProcess, QueryConnection } from './engine/engineProcess.ts';
import { AT_ONCE, type Engines } from './engine/engines.ts';
import { failureOf, QueryError } from './failure.ts';
import type { GlueCatalog } from './glueShapes.ts';
import type { S3Place } from './location.ts';
import { csvLine } from './resultSet.ts';
import type { Outcome, Session } from './session.ts';
import { readStatement } from './statements.ts';
import type { Execution, History } from './store.ts';

interface RunnerParts {
  engines: Engines;
  history: History;
  timer: Timer;
  /** milliseconds that a query may run */
  timeLimit: number;
  /** A query has ended; what is shown of it is final. */
  finished?: (execution: Execution) => void;
}

export interface Submitted {
  sql: string;
  database: string;
  workGroup: string;
  parameters: readonly string[];
  /** the whole key of the result, without its ending */
  output: S3Place;
  /** both with the permissions of whoever started the query */
  catalog: GlueCatalog;
  objects: LocalObjects;
  bytesLimit: number | undefined;
}

/** What is counted for Statistics. */
interface Work {
  started: number;
  queued: number;
  bytes: number;
  manifest?: string | undefined;
}

/** What is noted while a query runs. */
interface Counters {
  bytes: number;
  /** of the files it reads, by their paths */
  uris: Map<string, string>;
}

class Cancelled extends Error {}

interface Running {
  cancelled: boolean;
  /** once the statement needs it */
  engine?: EngineProcess;
  /** ends it when the query takes too long */
  late?: NodeJS.Timeout;
  done: Promise<void>;
}

/** Runs queries, several at a time, and writes down how each went. The others are QUEUED. */
export class Runner {
  readonly #parts: RunnerParts;
  readonly #running = new Map<string, Running>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  start(execution: Execution, submitted: Submitted): void {
    const entry: Running = { cancelled: false, done: Promise.resolve() };
    this.#running.set(execution.id, entry);
    entry.done = this.#run(execution, submitted, entry).finally(() => this.#running.delete(execution.id));
  }

  /** The statement's end is seen by whoever asks for its state. */
  stop(id: string): void {
    const entry = this.#running.get(id);
    if (!entry) return;
    entry.cancelled = true;
    entry.engine?.kill(new Cancelled());
  }

  async settled(id: string): Promise<void> {
    await this.#running.get(id)?.done;
  }

  async close(): Promise<void> {
    const all = [...this.#running.entries()];
    for (const [id] of all) this.stop(id);
    await Promise.all(all.map(([, entry]) => entry.done));
  }

  async #slot(): Promise<void> {
    if (this.#busy >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
  }

  #release(): void {
    this.#busy -= 1;
    this.#waiting.shift()?.();
  }

  async #run(execution: Execution, submitted: Submitted, entry: Running): Promise<void> {
    await this.#slot();
    const started = this.#parts.timer.now();
    const counters: Counters = { bytes: 0, uris: new Map() };
    const queued = started - execution.submitted;
    try {
      if (entry.cancelled) throw new Cancelled();
      this.#write(execution, 'RUNNING', {});
      const manifest = await this.#execute(execution, submitted, entry, counters);
      this.#finish(execution, 'SUCCEEDED', {}, { started, queued, bytes: counters.bytes, manifest });
    } catch (error) {
      const cancelled = entry.cancelled || error instanceof Cancelled;
      const reason = cancelled
        ? {
            StateChangeReason:
              error instanceof Cancelled && error.message ? error.message : 'Query cancelled by user',
          }
        : explained(error, counters.uris);
      this.#finish(execution, cancelled ? 'CANCELLED' : 'FAILED', reason, {
        started,
        queued,
        bytes: counters.bytes,
      });
    } finally {
      this.#release();
    }
  }

  async #execute(
    execution: Execution,
    submitted: Submitted,
    entry: Running,
    counters: Counters,
  ): Promise<string | undefined> {
    const folder = randomUUID();
    try {
      // It starts while the statement is translated; most of the others need none.
      if (execution.shown.StatementType === 'DML') this.#engineOf(entry);
      const statement = readStatement(submitted.sql);
      const outcome = await statement.run(this.#session(execution, submitted, entry, counters, folder));
      if (entry.cancelled) throw new Cancelled();
      return await this.#store(execution, submitted, outcome);
    } finally {
      clearTimeout(entry.late);
      const { engine } = entry;
      delete entry.engine;
      if (engine) rmSync(join(engine.scratch, folder), { recursive: true, force: true });
      if (engine) await this.#parts.engines.release(engine);
    }
  }

  /** The engine of the query, from the first time it is needed: a statement about the catalog needs none. */
  #engineOf(entry: Running): EngineProcess {
    if (entry.cancelled) throw new Cancelled();
    entry.engine ??= this.#acquire(entry);
    return entry.engine;
  }

  /** The time that a process needs to start is not the query's. */
  #acquire(entry: Running): EngineProcess {
    const engine = this.#parts.engines.acquire();
    const { timeLimit } = this.#parts;
    engine.ready.then(
      () => {
        if (entry.engine !== engine) return;
        entry.late = setTimeout(() => engine.kill(tooLong(timeLimit)), timeLimit);
      },
      () => {}, // whoever asks it something hears of it
    );
    return engine;
  }

  #session(
    execution: Execution,
    submitted: Submitted,
    entry: Running,
    counters: Counters,
    scratch: string,
  ): Session {
    const { timer, history } = this.#parts;
    const { catalog, objects } = submitted;
    const folder = { bucket: submitted.output.bucket, key: submitted.output.key.replace(/[^/]*$/, '') };
    const connection: QueryConnection = {
      rows: async (sql) => this.#engineOf(entry).rows(sql),
      result: async (sql, file) => this.#engineOf(entry).result(sql, file),
      text: async (table) => this.#engineOf(entry).text(table),
    };
    return {
      id: execution.id,
      connection,
      catalog,
      objects,
      scratch: () => {
        const path = join(this.#engineOf(entry).scratch, scratch);
        mkdirSync(path, { recursive: true });
        return path;
      },
      database: submitted.database,
      now: new Date(timer.now()),
      parameters: submitted.parameters,
      output: folder,
      prepared: history.prepared(submitted.workGroup),
      reads: (files) => {
        for (const { path, uri } of files) counters.uris.set(path, uri);
      },
      scanned: (bytes) => {
        counters.bytes += bytes;
        if (entry.cancelled) throw new Cancelled();
        if (submitted.bytesLimit === undefined || counters.bytes <= submitted.bytesLimit) return;
        throw new Cancelled('Query cancelled! : Bytes scanned limit was exceeded');
      },
    };
  }

  /** Writes the result where Athena would: a CSV for rows, text lines for the rest, a manifest of written files. */
  async #store(
    execution: Execution,
    { output, objects }: Submitted,
    outcome: Outcome,
  ): Promise<string | undefined> {
    execution.columns = outcome.columns.map((column) => ({ ...column }));
    execution.tabular = outcome.tabular;
    execution.updateCount = outcome.updateCount ?? 0;
    const put = (suffix: string, text: string): void =>
      objects.put(output.bucket, output.key + suffix, Buffer.from(text));
    if (outcome.files) put('-manifest.csv', outcome.files.map((file) => `${file}\n`).join(''));
    if (outcome.file) await objects.putFile(output.bucket, `${output.key}.csv`, outcome.file);
    else if (outcome.tabular)
      put('.csv', [outcome.columns.map((c) => c.name), ...outcome.rows].map(csvLine).join(''));
    else if (!outcome.files)
      put('.txt', outcome.rows.map((row) => `${row.map((value) => value ?? '').join('\t')}\n`).join(''));
    const isManifest = outcome.files !== undefined;
    const suffix = outcome.tabular ? '.csv' : isManifest ? '' : '.txt';
    const location = `s3://${output.bucket}/${output.key}${suffix}`;
    const before = asObject(execution.shown.ResultConfiguration);
    execution.shown.ResultConfiguration = { ...before, OutputLocation: location };
    return isManifest ? `s3://${output.bucket}/${output.key}-manifest.csv` : undefined;
  }

  #write(execution: Execution, state: string, status: JsonObject): void {
    execution.state = state;
    execution.shown.Status = { ...asObject(execution.shown.Status), State: state, ...status };
    this.#parts.history.update(execution);
  }

  #finish(execution: Execution, state: string, status: JsonObject, work: Work): void {
    const now = this.#parts.timer.now();
    const bytes = state === 'FAILED' ? 0 : work.bytes;
    execution.shown.Statistics = {
      EngineExecutionTimeInMillis: now - work.started,
      DataScannedInBytes: bytes,
      TotalExecutionTimeInMillis: now - execution.submitted,
      QueryQueueTimeInMillis: work.queued,
      ServiceProcessingTimeInMillis: 0,
      ...(work.manifest ? { DataManifestLocation: work.manifest } : {}),
    };
    this.#write(execution, state, { ...status, CompletionDateTime: now / 1000 });
    this.#parts.finished?.(execution);
  }
}

const tooLong = (limit: number): QueryError =>
  new QueryError('EXCEEDED_TIME_LIMIT', `Query exceeded the time limit of ${Math.round(limit / 1000)} s`);

const asObject = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}; // it is JSON, and no array

const explained = (error: unknown, uris: ReadonlyMap<string, string>): JsonObject => {
  const { reason, category, type } = failureOf(error, uris);
  return {
    StateChangeReason: reason,
    AthenaError: { ErrorCategory: category, ErrorType: type, Retryable: false, ErrorMessage: reason },
  };
};
