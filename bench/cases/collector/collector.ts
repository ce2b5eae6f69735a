import { type Bundle, bundle, bundlesOf } from '../../harness/bundles.ts';
import type { BenchCase } from '../../harness/case.ts';
import { type Part, part } from '../../harness/report.ts';
import { interleaved } from '../../harness/rounds.ts';
import type { Sample } from '../../harness/sample.ts';
import { withSides } from '../../harness/side.ts';
import { type Sink, startSink } from '../../harness/sink.ts';

const SEED = 5;
const ROUNDS = { warmUp: 2, rounds: 7 };

/** Requests a run: long enough that the clock of CPU time, of 1 ms or so, does not matter. */
const BATCHES = [
  { batch: 100, requests: 150 },
  { batch: 1, requests: 1_500 },
  { batch: 10, requests: 700 },
  { batch: 500, requests: 40 },
] as const;

/** More distinct bodies than any cache of the engine holds. */
const BODIES = 40;

const perCore = ({ figures, cpuMs }: Sample): number => ((figures.events ?? 0) / cpuMs) * 1_000;

const ofBatch = async (
  collect: Bundle,
  sink: Sink,
  { batch, requests }: (typeof BATCHES)[number],
): Promise<Part[]> => {
  const options = { entry: collect.entry, seed: SEED, batch, requests, bodies: BODIES };
  const env = { ...collect.env, ...sink.env };
  const side = (module: string) => ({ module: new URL(module, import.meta.url), options, env });
  const overHttp2 = { ...env, AWS_ENDPOINT_URL: sink.http2 };
  const sides = {
    collector: side('./collectorSide.ts'),
    json: side('./jsonSide.ts'),
    sdk: { ...side('./sendSide.ts'), env: overHttp2 },
  };
  const { collector, json, sdk } = await withSides(sides, (runs) => interleaved(runs, ROUNDS));
  const unit = 'events/s per core';
  const limit = { what: 'JSON.parse + JSON.stringify', unit, values: json.map(perCore) };
  const parts = [
    part({
      of: `batches of ${batch}`,
      measured: {
        what: 'the bundled handler, with its PutRecords over loopback',
        unit,
        values: collector.map(perCore),
        peakRssBytes: collector.map(({ peakRssBytes }) => peakRssBytes),
      },
      against: limit,
      ...(batch === 100 ? { aim: { says: '≥ 0.5', met: ({ ratio }) => ratio >= 0.5 } } : {}),
    }),
    part({
      of: `batches of ${batch}, beside the call that AWS's SDK makes by itself`,
      measured: { what: 'the bundled handler, all of it', unit, values: collector.map(perCore) },
      against: { what: "the SDK's own PutRecords of the same bytes", unit, values: sdk.map(perCore) },
    }),
  ];
  if (batch === 1) parts.push(latency(collector));
  return parts;
};

const latency = (collector: readonly Sample[]): Part =>
  part({
    of: 'added latency at batches of 1, p99',
    measured: {
      what: 'a call of the handler, its PutRecords over loopback included',
      unit: 'ms',
      values: collector.map(({ figures }) => figures.p99Ms ?? Number.NaN),
    },
    aim: { says: '≤ 5 ms', met: ({ median }) => median <= 5 },
  });

/** How much of a core the collector needs for an event. */
export const collector: BenchCase = {
  name: 'collector',
  async run({ packageDir, say }) {
    const collect = bundle(bundlesOf(packageDir), 'collect');
    const sink = await startSink();
    try {
      const parts: Part[] = [];
      for (const batch of BATCHES) {
        say(`batches of ${batch.batch}`);
        parts.push(...(await ofBatch(collect, sink, batch)));
      }
      return { parts };
    } finally {
      await sink.close();
    }
  },
};
