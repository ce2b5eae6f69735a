import { statSync } from 'node:fs';
import { messageOf } from '../../../client/failure.ts';
import { type Bundle, bundle, bundlesOf } from '../../harness/bundles.ts';
import type { BenchCase, BenchContext } from '../../harness/case.ts';
import { ROWS_PER_OBJECT, rawObjects } from '../../harness/rawObjects.ts';
import { type Part, part } from '../../harness/report.ts';
import { interleaved, type Rounds } from '../../harness/rounds.ts';
import type { Sample } from '../../harness/sample.ts';
import { withSides } from '../../harness/side.ts';
import { buildBytes } from './buildBytes.ts';
import type { BuildOptions } from './buildSide.ts';
import { runSpark, type SparkRun, sparkMissing } from './spark.ts';

const SIZES = [
  { rows: 2_000_000, rounds: { warmUp: 0, rounds: 3 }, sparkRuns: 1, inParts: true },
  { rows: 100_000, rounds: { warmUp: 1, rounds: 5 }, sparkRuns: 3, inParts: false },
] as const;

type Size = (typeof SIZES)[number];

const rowsPerSecond = ({ figures, wallMs }: Sample): number => ((figures.rows ?? 0) / wallMs) * 1_000;
const rowsPerCore = ({ figures, cpuMs }: Sample): number => ((figures.rows ?? 0) / cpuMs) * 1_000;
const peaks = (samples: readonly { peakRssBytes: number }[]): number[] =>
  samples.map(({ peakRssBytes }) => peakRssBytes);

const againstCopy = (
  of: string,
  unit: string,
  perSecond: (sample: Sample) => number,
  built: readonly Sample[],
  copied: readonly Sample[],
  aimed: boolean,
): Part =>
  part({
    of,
    measured: { what: 'the step Build', unit, values: built.map(perSecond), peakRssBytes: peaks(built) },
    against: { what: 'plain COPY', unit, values: copied.map(perSecond), peakRssBytes: peaks(copied) },
    ...(aimed ? { aim: { says: '≥ 0.5', met: ({ ratio }) => ratio >= 0.5 } } : {}),
  });

/** How an hour is built that is too large to be sorted at once. */
const PARTS = 4;

const againstWhole = (of: string, inParts: readonly Sample[], built: readonly Sample[]): Part =>
  part({
    of: `${of} in ${PARTS} parts, per second of CPU time`,
    measured: {
      what: 'the step Build, in parts',
      unit: 'rows/s',
      values: inParts.map(rowsPerCore),
      peakRssBytes: peaks(inParts),
    },
    against: {
      what: 'the step Build, all at once',
      unit: 'rows/s',
      values: built.map(rowsPerCore),
      peakRssBytes: peaks(built),
    },
  });

const againstSpark = (of: string, built: readonly Sample[], spark: readonly SparkRun[], rows: number): Part =>
  part({
    of: `${of}, against Spark`,
    measured: { what: 'the step Build', unit: 'rows/s', values: built.map(rowsPerSecond) },
    against: {
      what: 'Spark, local[2], its start not counted',
      unit: 'rows/s',
      values: spark.map(({ wallMs }) => (rows / wallMs) * 1_000),
      peakRssBytes: peaks(spark),
    },
    aim: { says: '≥ 5×', met: ({ ratio }) => ratio >= 5 },
  });

const memory = (of: string, built: readonly Sample[], memoryMb: number): Part =>
  part({
    of: `${of}, memory`,
    measured: {
      what: 'peak of the process',
      unit: 'MB',
      values: peaks(built).map((bytes) => bytes / 2 ** 20),
    },
    against: { what: "the function's size", unit: 'MB', values: [memoryMb] },
    aim: { says: "within the function's size", met: ({ ratio }) => ratio <= 1 },
  });

const ofParts = async (of: string, options: BuildOptions, rounds: Rounds): Promise<Part> => {
  const bytes = options.objects.reduce((sum, path) => sum + statSync(path).size, 0);
  const module = new URL('./buildSide.ts', import.meta.url);
  const { inParts, built } = await withSides(
    {
      inParts: { module, options: { ...options, partBytes: Math.ceil(bytes / PARTS) } },
      built: { module, options },
    },
    (runs) => interleaved(runs, rounds),
  );
  return againstWhole(of, inParts, built);
};

const ofSize = async (
  { rows, rounds, sparkRuns, inParts }: Size,
  { env, memoryMb }: Bundle,
  { dataDir, workDir, say }: BenchContext,
): Promise<{ parts: Part[]; spark: () => Promise<Part> }> => {
  const name = `${rows.toLocaleString('en-US')} rows`;
  say(`${name}: making them, unless they are there from the last time`);
  const objects = await rawObjects(dataDir, rows);
  const options = { objects, memoryMb, ...buildBytes(env), workDir };
  say(name);
  const { built, copied } = await withSides(
    {
      built: { module: new URL('./buildSide.ts', import.meta.url), options },
      copied: { module: new URL('./copySide.ts', import.meta.url), options },
    },
    (runs) => interleaved(runs, rounds),
  );
  const parts: Part[] = [
    againstCopy(name, 'rows/s', rowsPerSecond, built, copied, true),
    againstCopy(`${name}, per second of CPU time`, 'rows/s', rowsPerCore, built, copied, false),
    memory(name, built, memoryMb),
  ];
  if (inParts) say(`${name} in parts`);
  if (inParts) parts.push(await ofParts(name, options, rounds));
  const spark = async (): Promise<Part> => {
    say(`${name}, Spark`);
    const ran = await runSpark(objects, workDir, sparkRuns);
    // The first run of a session compiles Spark's own code: it is warm-up where the others are short.
    return againstSpark(name, built, ran.length > 1 ? ran.slice(1) : ran, objects.length * ROWS_PER_OBJECT);
  };
  return { parts, spark };
};

/** Raw lines to a deduplicated, typed, sorted Parquet file. */
export const build: BenchCase = {
  name: 'build',
  async run(context) {
    const step = bundle(bundlesOf(context.packageDir), 'build');
    const missing = await sparkMissing();
    const parts: Part[] = [];
    const skipped = missing === undefined ? [] : [`Spark: ${missing}`];
    for (const size of SIZES) {
      const found = await ofSize(size, step, context);
      parts.push(...found.parts);
      if (missing !== undefined) continue;
      try {
        parts.push(await found.spark());
      } catch (error) {
        skipped.push(`Spark, ${size.rows.toLocaleString('en-US')} rows: ${messageOf(error)}`);
      }
    }
    return { parts, skipped };
  },
};
