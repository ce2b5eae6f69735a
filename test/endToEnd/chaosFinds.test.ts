import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { z } from 'zod';
import { packageStage } from '../../client/package.ts';

/** Below the project, where functions find its native modules; of its own, so that no other stage is touched. */
const folder = resolve('.headrace', 'test-chaos-finds');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = resolve('bench/chaos.ts');
const SEED = 7;
const MINUTES = 0.05;

/**
 * `land` that says that it has landed whatever it is given, and has landed none: how much traffic a run has depends on the
 * machine, so any share of it could be none.
 */
const overlooking = `
import { handler as whole } from './whole.mjs';
export const handler = (event, context) => whole({ ...event, Records: [] }, context);
`;

/** A copy of the package with a function that wraps the real one. */
const withDefect = async (key: string, wrapper: string): Promise<string> => {
  const copy = join(folder, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(await packageStage('local'), copy, { recursive: true });
  const zip = join(copy, `${key}.zip`);
  const files = unzipSync(readFileSync(zip));
  const real = files[`functions/${key}.mjs`];
  if (real === undefined) throw new Error(`${zip} has no functions/${key}.mjs`);
  const wrapped = { [`functions/${key}.mjs`]: strToU8(wrapper), 'functions/whole.mjs': real };
  writeFileSync(zip, zipSync({ ...files, ...wrapped }, { level: 0 }));
  return copy;
};

const document = z.object({
  acknowledged: z.number(),
  curated: z.number(),
  lost: z.number(),
  doubled: z.number(),
  ids: z.object({ lost: z.array(z.string()), doubled: z.array(z.string()) }),
  reproduce: z.string(),
});

const chaos = (packageDir: string): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  new Promise((done, fail) => {
    const args = ['--seed', String(SEED), '--minutes', String(MINUTES), '--json', '--package', packageDir];
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

test('exits non-zero over a function that loses records, names the events that are lost and how to run it again', async () => {
  const { code, stdout, stderr } = await chaos(await withDefect('land', overlooking));

  // A run that broke down has proven nothing: it exits with 1, too.
  expect(stdout === '' ? stderr : 'it printed its findings').toBe('it printed its findings');
  expect(code).toBe(1);
  const found = document.parse(JSON.parse(stdout));
  expect(found.acknowledged).toBeGreaterThan(found.curated);
  expect(found.lost).toBeGreaterThanOrEqual(found.acknowledged - found.curated);
  expect(found.ids.lost.length).toBe(Math.min(found.lost, 20));
  expect(new Set(found.ids.lost).size).toBe(found.ids.lost.length);
  expect([found.doubled, found.ids.doubled]).toEqual([0, []]);
  expect(found.reproduce).toContain(`npm run chaos -- --seed ${SEED} --minutes ${MINUTES} --json`);
}, 240_000);
