import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const start = (args: readonly string[]): ChildProcess =>
  spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'cli', 'headrace.ts'), ...args],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );

/** Runs a command of the product to its end. */
export const run = async (...args: readonly string[]): Promise<void> => {
  const child = start(args);
  child.stdout?.resume();
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`headrace ${args.join(' ')} ended with ${code}.`);
};

export interface Server {
  /** what it printed with --json */
  told: Record<string, unknown>;
  /** from its start to that */
  ms: number;
  stop(): Promise<void>;
}

/** Starts a command that serves until it is stopped, and waits for its line of JSON. */
export const serve = async (...args: readonly string[]): Promise<Server> => {
  const began = performance.now();
  const child = start([...args, '--json']);
  if (child.stdout === null) throw new Error('The command has no standard output.');
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`headrace ${args.join(' ')} ended with ${code} before it served.`);
  });
  const [line] = await Promise.race([once(lines, 'line'), ended]);
  ended.catch(() => undefined);
  return {
    told: JSON.parse(String(line)),
    ms: performance.now() - began,
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
};
