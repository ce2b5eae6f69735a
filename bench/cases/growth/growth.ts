import { startDynamo } from '../../../test/helpers/dynamo.ts';
import { bundle, bundlesOf } from '../../harness/bundles.ts';
import type { BenchCase, BenchContext } from '../../harness/case.ts';
import { ROWS_PER_OBJECT, rawObjects } from '../../harness/rawObjects.ts';
import { type Part, part } from '../../harness/report.ts';
import { interleaved } from '../../harness/rounds.ts';
import type { Sample } from '../../harness/sample.ts';
import { Side, type SideOptions } from '../../harness/side.ts';
import { startSink } from '../../harness/sink.ts';
import { exponent, median } from '../../harness/statistics.ts';
import { buildBytes } from '../build/buildBytes.ts';

interface Point {
  size: number;
  samples: Sample[];
}

/** Runs that allocate what they allocate in a fresh process: memory of the size before is not that of this one. */
const inFreshProcess = async (options: SideOptions, runs: number): Promise<Sample[]> => {
  const side = await Side.start(options);
  try {
    const samples: Sample[] = [];
    for (let run = 0; run < runs; run += 1) samples.push(await side.run());
    return samples;
  } finally {
    await side.stop();
  }
};

const grown = (
  of: string,
  unit: string,
  points: readonly Point[],
  cost: (sample: Sample) => number,
): Part => {
  const medians = points.map(({ size, samples }) => ({ size, cost: median(samples.map(cost)) }));
  const said = medians.map(
    ({ size, cost: at }) => `${size.toLocaleString('en-US')}: ${Math.round(at)} ${unit}`,
  );
  return part({
    of,
    measured: { what: `exponent of ${unit} over size`, unit: '', values: [exponent(medians)] },
    against: { what: 'linear', unit: '', values: [1] },
    aim: { says: '≤ 1.1', met: ({ median: k }) => k <= 1.1 },
    note: said.join('; '),
  });
};

const cpuMs = (sample: Sample): number => sample.cpuMs;
const peakMb = ({ peakRssBytes }: Sample): number => peakRssBytes / 2 ** 20;

const builds = async ({ packageDir, dataDir, workDir, say }: BenchContext): Promise<Part[]> => {
  const { memoryMb, env } = bundle(bundlesOf(packageDir), 'build');
  const points: Point[] = [];
  for (const times of [1, 4, 16]) {
    const objects = await rawObjects(dataDir, times * 6 * ROWS_PER_OBJECT);
    const size = objects.length * ROWS_PER_OBJECT;
    say(`build of ${size.toLocaleString('en-US')} rows`);
    const options = { objects, memoryMb, ...buildBytes(env), workDir };
    const module = new URL('../build/buildSide.ts', import.meta.url);
    points.push({ size, samples: await inFreshProcess({ module, options }, times === 16 ? 1 : 3) });
  }
  return [
    grown('build, CPU time at 1×, 4×, 16× rows', 'ms', points, cpuMs),
    grown('build, peak memory at 1×, 4×, 16× rows', 'MB', points, peakMb),
  ];
};

const plans = async ({ say }: BenchContext): Promise<Part> => {
  const dynamo = await startDynamo();
  try {
    const points: Point[] = [];
    for (const size of [24, 720, 8_760]) {
      say(`plan and publish of ${size} partitions`);
      const options = {
        endpoint: dynamo.endpoint,
        table: await dynamo.createLedgerTable(),
        partitions: size,
      };
      const module = new URL('./planPublishSide.ts', import.meta.url);
      points.push({ size, samples: await inFreshProcess({ module, options }, 1) });
    }
    return grown('plan and publish, CPU time at 24, 720, 8,760 partitions', 'ms', points, cpuMs);
  } finally {
    await dynamo.stop();
  }
};

const shards = async ({ packageDir, say }: BenchContext): Promise<Part> => {
  const land = bundle(bundlesOf(packageDir), 'land');
  const sink = await startSink();
  const started: Side[] = [];
  try {
    const sizes = [1, 10, 100];
    for (const size of sizes) {
      const options = {
        entry: land.entry,
        seed: 7,
        recordBytes: 25_000,
        batchBytes: 500_000,
        batches: size,
        shards: size,
      };
      const module = new URL('../landing/landSide.ts', import.meta.url);
      started.push(await Side.start({ module, options, env: { ...land.env, ...sink.env } }));
    }
    say(`landing of ${sizes.join(', ')} shards`);
    const sides = Object.fromEntries(started.map((side, at) => [String(sizes[at]), () => side.run()]));
    const found = await interleaved(sides, { warmUp: 3, rounds: 5 });
    const points = Object.entries(found).map(([size, samples]) => ({ size: Number(size), samples }));
    return grown('landing, CPU time at 1, 10, 100 shards, a batch of 0.5 MB each', 'ms', points, cpuMs);
  } finally {
    await Promise.all(started.map((side) => side.stop()));
    await sink.close();
  }
};

/** Whether twice as much costs twice as much. */
export const growth: BenchCase = {
  name: 'growth',
  async run(context) {
    return { parts: [...(await builds(context)), await plans(context), await shards(context)] };
  },
};
