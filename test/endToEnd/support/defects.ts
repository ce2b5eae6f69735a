import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { packageStage } from '../../../client/package.ts';

/** Chaos over packages whose functions have defects: what a run has to find. */

/**
 * A consumer that says that it has taken whatever it is given, and has taken none: how much traffic a run has depends on
 * the machine, so any share of it could be none.
 */
export const overlooking = `
import { handler as whole } from './whole.mjs';
export const handler = (event, context) => whole({ ...event, Records: [] }, context);
`;

/** A copy of the package in `folder`, with functions that wrap the real ones (`./whole.mjs`), by their keys. */
export const withDefects = async (
  folder: string,
  wrappers: Readonly<Record<string, string>>,
): Promise<string> => {
  const copy = join(folder, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(await packageStage('local'), copy, { recursive: true });
  for (const [key, wrapper] of Object.entries(wrappers)) wrap(copy, key, wrapper);
  return copy;
};

const wrap = (copy: string, key: string, wrapper: string): void => {
  const zip = join(copy, `${key}.zip`);
  const files = unzipSync(readFileSync(zip));
  const real = files[`functions/${key}.mjs`];
  if (real === undefined) throw new Error(`${zip} has no functions/${key}.mjs`);
  const wrapped = { [`functions/${key}.mjs`]: strToU8(wrapper), 'functions/whole.mjs': real };
  writeFileSync(zip, zipSync({ ...files, ...wrapped }, { level: 0 }));
};

interface ChaosOptions {
  seed: number;
  minutes: number;
  packageDir: string;
  /** where it leaves its data */
  folder: string;
}

const program = resolve('bench/chaos.ts');

/** `npm run chaos`, in a process of its own. A run that broke down printed nothing. */
export const chaos = ({
  seed,
  minutes,
  packageDir,
  folder,
}: ChaosOptions): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  new Promise((done, fail) => {
    const args = ['--seed', String(seed), '--minutes', String(minutes), '--json', '--package', packageDir];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', fail);
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
