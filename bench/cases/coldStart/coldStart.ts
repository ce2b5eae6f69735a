import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { bundlesOf } from '../../harness/bundles.ts';
import type { BenchCase } from '../../harness/case.ts';
import { type Part, part } from '../../harness/report.ts';
import { interleaved } from '../../harness/rounds.ts';
import { sdkAlone } from './sdkAlone.ts';

const PROGRAM = fileURLToPath(new URL('./init.mjs', import.meta.url));
const ROUNDS = { warmUp: 1, rounds: 21 };

const taken = z.object({ wallMs: z.number(), cpuMs: z.number(), peakRssBytes: z.number() });
type Taken = z.infer<typeof taken>;

/** Loads a bundle in a process of its own, with a function's environment. */
const load = async (file: string, env: Readonly<Record<string, string>>): Promise<Taken> => {
  const child = spawn(process.execPath, [PROGRAM, pathToFileURL(file).href], {
    env: { ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  let said = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`Loading ${file} ended with exit ${code}.`);
  return taken.parse(JSON.parse(said));
};

const UNIT = 'ms of CPU time';

const cpu = (rounds: readonly Taken[]): number[] => rounds.map(({ cpuMs }) => cpuMs);

const partsOf = (key: string, own: readonly Taken[], sdk: readonly Taken[]): Part[] => {
  const whole = part({
    of: key,
    measured: {
      what: 'init of the bundle',
      unit: UNIT,
      values: cpu(own),
      peakRssBytes: own.map(({ peakRssBytes }) => peakRssBytes),
    },
    against: { what: 'its SDK clients alone', unit: UNIT, values: cpu(sdk) },
    aim: { says: '≤ 1.2×', met: ({ ratio }) => ratio <= 1.2 },
  });
  if (key !== 'collect') return [whole];
  const wall = part({
    of: 'collect, by the clock',
    measured: { what: 'init of the bundle', unit: 'ms', values: own.map(({ wallMs }) => wallMs) },
    against: { what: 'its SDK clients alone', unit: 'ms', values: sdk.map(({ wallMs }) => wallMs) },
    aim: { says: '≤ 90 ms', met: ({ median }) => median <= 90 },
  });
  return [whole, wall];
};

/** The native library is most of what build loads beside its clients: what is left without it says what we add. */
const DUCKDB = "import { DuckDBInstance } from '@duckdb/node-api'; kept.push(DuckDBInstance);";

const besideDuckdb = async (
  own: () => Promise<Taken>,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Part> => {
  const alone = await sdkAlone('build', folder, [DUCKDB]);
  if (alone === undefined) throw new Error('build has no client of the SDK.');
  const taken = await interleaved({ own, alone: () => load(alone, env) }, ROUNDS);
  return part({
    of: 'build, beside DuckDB',
    measured: { what: 'init of the bundle', unit: UNIT, values: cpu(taken.own) },
    against: { what: "its SDK clients and DuckDB's library alone", unit: UNIT, values: cpu(taken.alone) },
  });
};

/** What a function's first caller waits for beyond Lambda's own start. */
export const coldStart: BenchCase = {
  name: 'cold start',
  async run({ packageDir, workDir, say }) {
    const parts: Part[] = [];
    const skipped: string[] = [];
    for (const { key, entry, env } of bundlesOf(packageDir).values()) {
      const alone = await sdkAlone(key, join(workDir, 'sdk'));
      if (alone === undefined) {
        skipped.push(`${key}: has no client of AWS's SDK to be compared with`);
        continue;
      }
      say(key);
      const { own, sdk } = await interleaved(
        { own: () => load(entry, env), sdk: () => load(alone, env) },
        ROUNDS,
      );
      parts.push(...partsOf(key, own, sdk));
      if (key === 'build')
        parts.push(await besideDuckdb(() => load(entry, env), join(workDir, 'sdk', 'duckdb'), env));
    }
    return { parts, skipped };
  },
};
