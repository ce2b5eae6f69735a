import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { madeOnce } from './made.ts';

/** The command line as a person runs it: a process of its own, in the project's folder. */
const node = process.execPath;
const flags = ['--disable-warning=ExperimentalWarning', resolve('cli/headrace.ts')];

export interface CommandResult {
  code: number;
  /** the last line of stdout, parsed */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into the documents of every command
  document: Record<string, any>;
  stdout: string;
  stderr: string;
}

export const headrace = (
  args: readonly string[],
  { stdin = '', cwd }: { stdin?: string; cwd?: string } = {},
): Promise<CommandResult> =>
  new Promise((done, fail) => {
    const child = spawn(node, [...flags, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.end(stdin);
    child.once('error', fail);
    child.once('close', (code) => {
      const stdout = Buffer.concat(out).toString();
      const last = stdout.trimEnd().split('\n').at(-1) ?? '';
      done({
        code: code ?? -1,
        document: last.startsWith('{') ? JSON.parse(last) : {},
        stdout,
        stderr: Buffer.concat(err).toString(),
      });
    });
  });

interface Sending {
  path?: string;
  key?: string;
  headers?: Readonly<Record<string, string>>;
}

/** Of the stage `local`, by the names that the template gives them. */
export const LAKE = 'headrace-local-lake-000000000000';
export const MACHINES = 'arn:aws:states:us-east-1:000000000000:stateMachine:headrace-local';

export interface RunningStage {
  dataDir: string;
  endpoint: string;
  collector: string;
  writeKey: string;
  /** what an AWS client of it is made with */
  aws: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  /** Sends events to the collector, as JSON unless it is text already; by default with the key of the stage. */
  post(events: string | Uint8Array | object, more?: Sending): Promise<Response>;
  /** Resolves when all that was taken has landed. */
  landed(): Promise<unknown>;
  /** `headrace …args --data <this stage's> --json` */
  command(...args: string[]): Promise<CommandResult>;
  /** Rows of one query, as objects; every value as Athena's text. */
  ask(sql: string): Promise<Record<string, string | null>[]>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const basic = (key: string): string => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

export const newDataDir = (): string => {
  mkdirSync('.headrace', { recursive: true });
  return mkdtempSync(join(resolve('.headrace'), 'test-'));
};

/**
 * `headrace up` on any free port. By default on a fresh data folder, and in it: a person's commands shall not take it
 * for the folder they used last.
 */
export const up = async (dataDir = newDataDir(), cwd = dataDir): Promise<RunningStage> => {
  const child = spawn(node, [...flags, 'up', '--data', dataDir, '--port', '0', '--json'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const line = await firstLine(child);
  if (line === undefined) throw new Error(`headrace up did not start:\n${Buffer.concat(complaints)}`);
  const { endpoint, collector, writeKey } = JSON.parse(line);
  const command = (...args: string[]) => headrace([...args, '--data', dataDir, '--json']);
  return {
    dataDir,
    endpoint,
    collector,
    writeKey,
    aws: {
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    post: (events, { path = '/v1/events', key = writeKey, headers = {} } = {}) =>
      fetch(`${collector}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: basic(key), ...headers },
        body: typeof events === 'string' || events instanceof Uint8Array ? events : JSON.stringify(events),
      }),
    landed: () => fetch(`${endpoint}/_emulator/mappings?wait=idle`),
    command,
    ask: async (sql) => {
      const { code, document, stderr } = await command('query', sql, '--text');
      if (code !== 0) throw new Error(stderr);
      return document.rows;
    },
    stop: (signal = 'SIGTERM') => stopped(child, signal),
  };
};

export const removeData = (dataDir: string): void => rmSync(dataDir, { recursive: true, force: true });

/**
 * One stage for all tests of a file, gone with its data after them. Its members may be used inside tests and hooks.
 */
export const useStage = (): RunningStage =>
  madeOnce(
    () => up(),
    async (stage) => {
      await stage.stop();
      removeData(stage.dataDir);
    },
    120_000,
  );

/** A client of one of AWS's services, for the stage of a file. */
export const clientOf = <Client extends { destroy(): void }>(
  stage: RunningStage,
  Service: new (config: RunningStage['aws']) => Client,
): Client =>
  madeOnce(
    async () => new Service(stage.aws),
    async (client) => client.destroy(),
  );

const firstLine = async (child: ChildProcess): Promise<string | undefined> => {
  if (!child.stdout) return undefined;
  for await (const line of createInterface({ input: child.stdout })) return line;
  return undefined;
};

const stopped = (child: ChildProcess, signal: NodeJS.Signals): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once('exit', () => done());
    child.kill(signal);
  });
