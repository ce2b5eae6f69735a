import { bundle, bundlesOf } from '../../harness/bundles.ts';
import type { BenchCase } from '../../harness/case.ts';
import { type Part, part } from '../../harness/report.ts';
import { interleaved } from '../../harness/rounds.ts';
import type { Sample } from '../../harness/sample.ts';
import { withSides } from '../../harness/side.ts';
import { startSink } from '../../harness/sink.ts';

const ROUNDS = { warmUp: 1, rounds: 7 };

/** What fits into Lambda's 6 MB as base64. */
const BATCH_BYTES = 4_000_000;

const KB = 1_000;
const MB = 1_000_000;

const mbPerCore = ({ figures, cpuMs }: Sample): number => ((figures.bytes ?? 0) / MB / cpuMs) * 1_000;
const recordsPerCore = ({ figures, cpuMs }: Sample): number => ((figures.records ?? 0) / cpuMs) * 1_000;

/** How much of a core landing needs for the bytes of the stream. */
export const landing: BenchCase = {
  name: 'landing',
  async run({ packageDir, say }) {
    const land = bundle(bundlesOf(packageDir), 'land');
    const sink = await startSink();
    const parts: Part[] = [];
    try {
      for (const kilobytes of [1, 25]) {
        say(`records of ${kilobytes} KB`);
        const options = {
          entry: land.entry,
          seed: 7,
          recordBytes: kilobytes * KB,
          batchBytes: BATCH_BYTES,
          batches: 4,
        };
        const sides = {
          land: {
            module: new URL('./landSide.ts', import.meta.url),
            options,
            env: { ...land.env, ...sink.env },
          },
          limit: { module: new URL('./gzipSide.ts', import.meta.url), options },
        };
        const found = await withSides(sides, (runs) => interleaved(runs, ROUNDS));
        const of = (unit: string, values: (sample: Sample) => number): Part =>
          part({
            of: `records of ${kilobytes} KB, ${unit}`,
            measured: {
              what: 'the bundled handler, its puts over loopback included',
              unit: `${unit}/s per core`,
              values: found.land.map(values),
              peakRssBytes: found.land.map(({ peakRssBytes }) => peakRssBytes),
            },
            against: {
              what: 'split + JSON.parse + gzip',
              unit: `${unit}/s per core`,
              values: found.limit.map(values),
              peakRssBytes: found.limit.map(({ peakRssBytes }) => peakRssBytes),
            },
            aim: { says: '≥ 0.7', met: ({ ratio }) => ratio >= 0.7 },
          });
        parts.push(of('MB', mbPerCore), of('records', recordsPerCore));
      }
      return { parts };
    } finally {
      await sink.close();
    }
  },
};
