import { fork } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { QueryError } from '../failure.ts';
import type { Cell, EngineAnswer, EngineRequest, EngineSetup, ResultFile, TextTable } from './protocol.ts';

/** What a query runs on. */
export interface QueryConnection {
  /** Runs a statement of DuckDB. Rejects with DuckDB's words, or with QueryError when the engine has died of it. */
  rows(sql: string): Promise<Cell[][]>;
  /** Writes the rows into a file, as Athena writes results. */
  result(sql: string, file: ResultFile): Promise<void>;
  /** Reads text files as their SerDe does, into a file that DuckDB reads. */
  text(table: TextTable): Promise<void>;
}

export interface EngineProcess extends QueryConnection {
  readonly alive: boolean;
  /** Once it can take a query. Rejects when it has died before. */
  readonly ready: Promise<void>;
  /** the folder of its files */
  readonly scratch: string;
  /** Forgets what the query before has made. False: it holds on to so much memory that a new one is better. */
  reset(): Promise<boolean>;
  /** Ends it at once; what is under way rejects with `reason`. */
  kill(reason: Error): void;
  readonly gone: Promise<void>;
}

/** TypeScript in the repository, JavaScript in the published package. */
const isSource = import.meta.url.endsWith('.ts');
const PROGRAM = fileURLToPath(new URL(isSource ? './program.ts' : './program.js', import.meta.url));

const size = (bytes: number): string =>
  bytes < 2 ** 30 ? `${Math.round(bytes / 2 ** 20)} MB` : `${Math.round(bytes / 2 ** 20 / 102.4) / 10} GB`;

const exceededDisk = (setup: EngineSetup): QueryError =>
  new QueryError(
    'EXCEEDED_SPILL_LIMIT',
    `Query exceeded the limit of ${size(setup.diskBytes)} on disk: what it spills and writes together`,
  );

/** Only the watch of the memory, and the kernel when memory is short, kill it unasked. */
const died = (setup: EngineSetup, signal: string | null, code: number | null): QueryError =>
  signal === 'SIGKILL'
    ? new QueryError(
        'EXCEEDED_LOCAL_MEMORY_LIMIT',
        `Query exceeded the memory limit of ${size(setup.memoryBytes)}: its process was ended`,
      )
    : new QueryError('GENERIC_INTERNAL_ERROR', `The engine's process ended by itself (${signal ?? code})`);

export const startEngineProcess = (setup: EngineSetup): EngineProcess => {
  mkdirSync(setup.scratch, { recursive: true });
  const child = fork(PROGRAM, [JSON.stringify(setup)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Cells may be bigint, which JSON has not.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let alive = true;
  let reason: Error | undefined;
  const ready = Promise.withResolvers<void>();
  let waiting: PromiseWithResolvers<Cell[][]> | undefined;
  let asked = false;

  const gone = new Promise<void>((resolve) => {
    const end = (why: Error): void => {
      alive = false;
      reason ??= why;
      ready.reject(reason);
      waiting?.reject(reason);
      rmSync(setup.scratch, { recursive: true, force: true });
      resolve();
    };
    child.once('exit', (code, signal) => end(died(setup, signal, code)));
    // It could not be started, or not be reached.
    child.once('error', (cause) => {
      child.kill('SIGKILL');
      end(new QueryError('GENERIC_INTERNAL_ERROR', `The engine's process failed: ${cause.message}`));
    });
  });
  ready.promise.catch(() => {}); // whoever asks something hears of it

  child.on('message', (answer: EngineAnswer) => {
    if (answer.kind === 'ready') ready.resolve();
    else if (answer.kind === 'exceededDisk') reason ??= exceededDisk(setup);
    else if (answer.kind === 'failed') waiting?.reject(new Error(answer.message));
    else waiting?.resolve(answer.rows);
  });

  const ask = async (request: EngineRequest): Promise<Cell[][]> => {
    asked = true;
    await ready.promise;
    if (!alive) throw reason ?? died(setup, null, null);
    waiting = Promise.withResolvers<Cell[][]>();
    // A channel that breaks is followed by 'exit'.
    child.send(request, () => {});
    return waiting.promise;
  };

  return {
    get alive() {
      return alive;
    },
    gone,
    ready: ready.promise,
    scratch: setup.scratch,
    rows: (sql) => ask({ kind: 'rows', sql }),
    result: async (sql, file) => {
      await ask({ kind: 'result', sql, file });
    },
    text: async (table) => {
      await ask({ kind: 'text', table });
    },
    reset: async () => {
      if (!asked) return true;
      const [[used] = []] = await ask({ kind: 'reset' });
      return typeof used === 'number' && used < setup.memoryBytes / 2;
    },
    kill(why) {
      reason ??= why;
      alive = false;
      child.kill('SIGKILL');
    },
  };
};
