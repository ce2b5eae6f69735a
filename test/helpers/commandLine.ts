import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll } from '@jest/globals';

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

export interface RunningStage {
  dataDir: string;
  endpoint: string;
  collector: string;
  writeKey: string;
  /** what an AWS client of it is made with */
  aws: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  /** `headrace …args --data <this stage's> --json` */
  command(...args: string[]): Promise<CommandResult>;
  /** Rows of one query, as objects; every value as Athena's text. */
  ask(sql: string): Promise<Record<string, string | null>[]>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

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
 * One stage for all tests of a file, gone with its data after them. Its properties are there as soon as a `beforeAll`
 * or a test of the file runs.
 */
export const useStage = (): RunningStage => {
  let running: RunningStage | undefined;
  beforeAll(async () => {
    running = await up();
  }, 120_000);
  afterAll(async () => {
    await running?.stop();
    if (running) removeData(running.dataDir);
  });
  const stage = (): RunningStage => {
    if (running) return running;
    throw new Error('The stage of this file does not run yet.');
  };
  return {
    get dataDir() {
      return stage().dataDir;
    },
    get endpoint() {
      return stage().endpoint;
    },
    get collector() {
      return stage().collector;
    },
    get writeKey() {
      return stage().writeKey;
    },
    get aws() {
      return stage().aws;
    },
    command: (...args) => stage().command(...args),
    ask: (sql) => stage().ask(sql),
    stop: (signal) => stage().stop(signal),
  };
};

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
