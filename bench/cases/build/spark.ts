import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { catalogColumns } from '../../../src/events/columnCatalog.ts';
import { hiveType } from '../../../src/tables/types.ts';

const JOB = fileURLToPath(new URL('./sparkJob.py', import.meta.url));

/** `python3 -m venv .headrace/bench-venv && .headrace/bench-venv/bin/pip install pyspark==4.3.0` puts it there. */
const PYTHON = resolve('.headrace', 'bench-venv', 'bin', 'python');

const ran = z.object({ wallMs: z.number(), peakRssBytes: z.number() });
export type SparkRun = z.infer<typeof ran>;

/** The whole benchmark is to be done in a quarter of an hour. */
const PATIENCE_MS = 240_000;

const output = async (
  command: string,
  args: readonly string[],
): Promise<{ code: number | null; said: string }> => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS });
  const chunks: string[] = [];
  const complaints: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  const [code] = await once(child, 'close');
  if (code !== 0) return { code, said: complaints.join('').slice(-1_000) };
  return { code, said: chunks.join('') };
};

/** Why Spark cannot be asked here; undefined when it can. */
export const sparkMissing = async (): Promise<string | undefined> => {
  if (!existsSync(PYTHON))
    return 'no pyspark: see docs/guides/benchmark.md for the two commands that put it there';
  const java = await output('java', ['-version']).catch(() => undefined);
  if (java?.code !== 0) return 'no Java';
  const pyspark = await output(PYTHON, ['-c', 'import pyspark']);
  return pyspark.code === 0 ? undefined : 'no pyspark in .headrace/bench-venv';
};

/** Hive's words for types are Spark's. */
const ddl = catalogColumns.map(({ name, type }) => `${name} ${hiveType(type)}`).join(', ');

/** The same job in one Spark session, again and again. Throws what Spark said last when it fails. */
export const runSpark = async (
  objects: readonly string[],
  workDir: string,
  runs: number,
): Promise<SparkRun[]> => {
  const target = join(workDir, 'spark');
  const { code, said } = await output(PYTHON, [JOB, JSON.stringify({ objects, ddl, target, runs })]);
  if (code === null) throw new Error(`Spark was not done after ${PATIENCE_MS / 1_000} s`);
  if (code !== 0) throw new Error(`Spark ended with exit ${code}: ${said}`);
  if (!existsSync(join(target, '_SUCCESS'))) throw new Error('Spark left no table behind.');
  rmSync(target, { recursive: true });
  return said
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => ran.parse(JSON.parse(line)));
};
