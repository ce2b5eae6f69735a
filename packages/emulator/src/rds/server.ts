import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LogFile, openLogFile } from '../lambda/logFile.ts';
import { findBinaries } from './binaries.ts';
import { createCluster, type Master } from './creation.ts';
import { asUser, databaseUser, type User } from './user.ts';

interface ServerOptions {
  /** of the cluster's files */
  folder: string;
  logFile: string;
  master: Master;
}

interface Running {
  port: number;
  child: ChildProcess;
}

/** Data is safe from any end of this process; only a machine that stops may lose the last of it. */
const settings = [
  ...['fsync=off', 'full_page_writes=off', 'shared_buffers=32MB', 'max_connections=100'],
  ...['unix_socket_directories=', 'timezone=UTC', 'log_timezone=UTC', 'log_checkpoints=off'],
];

/**
 * Becomes PostgreSQL, and leaves a shell behind that ends it once the pipe of the emulator (3) breaks: however the
 * emulator dies, nothing keeps running. A line on the pipe says that there is nothing to end.
 */
const GUARD = '{ read -r _ <&3 || kill -INT $$; } & exec "$@" 3<&-';

/** For how long a server that is still shutting down is waited for, when the emulator was killed and is back. */
const BUSY_MS = 15_000;

/** What PostgreSQL says of files or a port that another process still has. */
const busy = /postmaster\.pid" already exists|Address already in use|pre-existing shared memory/;

/** A PostgreSQL of this machine. It runs from the first `start` on. */
export class PostgresServer {
  readonly #options: ServerOptions;
  #running: Promise<Running> | undefined;
  #closed = false;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Starts it, unless it runs, and gives its port. Throws an Error that says why it does not run. */
  async start(): Promise<number> {
    if (this.#closed) throw new Error('The emulator is closing');
    this.#running ??= this.#launch();
    const running = this.#running;
    try {
      return (await running).port;
    } catch (error) {
      if (this.#running === running) this.#running = undefined;
      throw error;
    }
  }

  /** Kills every process of it at once. The next `start` finds what was committed. False if none ran. */
  async crash(): Promise<boolean> {
    return this.#end('SIGQUIT');
  }

  /** Ends it. No process is left. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end('SIGINT');
  }

  async #end(signal: NodeJS.Signals): Promise<boolean> {
    const running = await this.#running?.catch(() => undefined);
    if (running === undefined || running.child.exitCode !== null || running.child.signalCode !== null)
      return false;
    const exited = once(running.child, 'exit');
    running.child.kill(signal);
    await exited;
    return true;
  }

  async #launch(): Promise<Running> {
    const { folder, logFile, master } = this.#options;
    const binaries = await findBinaries();
    const user = await databaseUser();
    await createCluster(folder, binaries, user, master);
    const log = openLogFile(logFile);
    const until = Date.now() + BUSY_MS;
    for (;;) {
      try {
        const running = await startProcess(binaries.postgres, folder, user, log);
        running.child.once('exit', () => {
          this.#running = undefined;
          log.close();
        });
        return running;
      } catch (error) {
        if (error instanceof Busy && Date.now() < until) await sleep(100);
        else {
          log.close();
          throw error;
        }
      }
    }
  }
}

class Busy extends Error {
  override readonly name = 'Busy';
}

const startProcess = async (
  program: string,
  folder: string,
  user: User | undefined,
  log: LogFile,
): Promise<Running> => {
  const port = await freePort();
  const command = [program, '-D', folder, '-h', '127.0.0.1', '-p', String(port)];
  const args = [...command, ...settings.flatMap((setting) => ['-c', setting])];
  const [guard, guardArgs, options] = asUser(user, ['/bin/sh', '-c', GUARD, 'sh', ...args]);
  const child = spawn(guard, guardArgs, {
    ...options,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  child.once('exit', () => release(child));
  await ready(child, log);
  return { port, child };
};

/** Tells the guard that there is nothing left to end. */
const release = ({ stdio: [, , , pipe] }: ChildProcess): void => {
  if (pipe && 'end' in pipe) pipe.on('error', () => {}).end('\n');
};

/** Resolves when it takes connections; throws an Error with what it said last when it ends instead. */
const ready = (child: ChildProcess, log: LogFile): Promise<void> =>
  new Promise((resolve, reject) => {
    let last = '';
    let isBusy = false;
    let rest = '';
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      const lines = (rest + part).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        log.line(line);
        if (line.includes('database system is ready to accept connections')) resolve();
        isBusy ||= busy.test(line);
        if (line !== '') last = line;
      }
    });
    child.once('error', reject);
    child.once('close', () =>
      reject(isBusy ? new Busy(last) : new Error(`PostgreSQL ended: ${last || rest}`)),
    );
  });

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port');
  return address.port;
};

/** Where a cluster keeps its files, below the emulator's data folder. */
export const clusterFolder = (dataDir: string, id: string): string => join(dataDir, 'rds', id, 'data');
