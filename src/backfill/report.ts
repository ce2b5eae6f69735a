import { text } from 'node:stream/consumers';
import { mapAtMost } from '../atMost.ts';
import { shorten } from '../etl/cause.ts';
import { buildCounts } from '../etl/tallying.ts';
import { reportKey } from '../lake/layout.ts';
import { once } from '../once.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { BuildCounts } from '../ports/ledger.ts';
import * as z from '../schema.ts';

/** Chunks a failure names; the report in the lake names all. */
const MAX_NAMED = 5;
const MAX_CAUSE = 200;

export const backfillReportInput = z.object({
  execution: z.string(),
  /** the plan, as far as it is needed here */
  plan: z.looseObject({
    chunks: z.array(
      z.object({
        name: z.string(),
        input: z.looseObject({ from: z.string(), to: z.string() }),
        partitions: z.number(),
      }),
    ),
  }),
  results: z.array(
    z.object({ name: z.string(), failed: z._default(z.boolean(), false), error: z._default(z.string(), '') }),
  ),
});

type Run = z.infer<typeof backfillReportInput>;

interface FailedChunk {
  /** of the etl's execution */
  name: string;
  from: string;
  to: string;
  error: string;
  cause: string;
}

interface BackfillReport {
  execution: string;
  status: 'SUCCEEDED' | 'PARTIAL' | 'FAILED';
  chunks: number;
  /** built, of runs that got as far as their report */
  partitions: number;
  counts: BuildCounts;
  bytes: { rawGz: number; parquet: number };
  failedCount: number;
  failed: FailedChunk[];
  /** what went wrong and what to do, in words; empty when nothing did */
  cause: string;
}

/** reports/<run>.json of the etl. */
const etlReport = /* @__PURE__ */ once(() =>
  z.object({
    status: z.string(),
    partitions: z._default(z.number(), 0),
    counts: z._default(buildCounts(), { raw: 0, curated: 0, duplicates: 0, rejected: 0 }),
    bytes: z._default(z.object({ rawGz: z.number(), parquet: z.number() }), { rawGz: 0, parquet: 0 }),
    failed: z._default(z.array(z.object({ partition: z.string(), error: z.string() })), []),
    error: z._default(z.string(), ''),
    cause: z._default(z.string(), ''),
  }),
);

type EtlReport = z.infer<ReturnType<typeof etlReport>>;

/** Undefined for a run without one: it found nothing left to do, or was stopped. */
const reportOf = async (store: ObjectStore, name: string): Promise<EtlReport | undefined> => {
  const key = reportKey(name);
  if ((await store.list(key)).length === 0) return undefined;
  return etlReport().parse(JSON.parse(await text(await store.read(key))));
};

const whyOf = (result: Run['results'][number], report: EtlReport | undefined) => {
  if (report === undefined) {
    const cause = 'It has left no report: it was stopped, ran out of time or could not be started.';
    return { error: result.error, cause };
  }
  const partitions = report.failed.map(({ partition, error }) => `${partition} ${error}`).join(', ');
  return {
    error: report.error || 'PartitionsFailed',
    cause: shorten(report.cause || `Not built: ${partitions}`, MAX_CAUSE),
  };
};

const inWords = (failed: readonly FailedChunk[], chunks: number): string => {
  if (failed.length === 0) return '';
  const named = failed
    .slice(0, MAX_NAMED)
    .map(({ name, from, to, error, cause }) => `${from} to ${to} (run ${name}): ${error}: ${cause}`);
  const more = failed.length > MAX_NAMED ? ` … and ${failed.length - MAX_NAMED} more.` : '';
  return `${failed.length} of ${chunks} parts failed; what the others built is published. Start the same backfill again to build what is left. ${named.join(' | ')}${more}`;
};

/**
 * Ends a backfill: sums up the reports of its runs and writes its own. Chunks that failed are data here; the machine
 * fails with `cause` afterwards.
 */
export const reportBackfill = async (
  { execution, plan, results }: Run,
  { store, clock }: { store: ObjectStore; clock: Clock },
): Promise<BackfillReport> => {
  const byName = new Map(plan.chunks.map((chunk) => [chunk.name, chunk.input]));
  const ended = await mapAtMost(8, results, async (result) => ({
    result,
    report: await reportOf(store, result.name),
  }));
  const failed = ended
    .filter(({ result }) => result.failed)
    .map(({ result, report }): FailedChunk => {
      const { from = '', to = '' } = byName.get(result.name) ?? {};
      return { name: result.name, from, to, ...whyOf(result, report) };
    });
  const reports = ended.flatMap(({ report }) => report ?? []);
  const sum = (of: (report: EtlReport) => number) => reports.reduce((total, one) => total + of(one), 0);
  const status = failed.length === 0 ? 'SUCCEEDED' : failed.length < results.length ? 'PARTIAL' : 'FAILED';
  const report: BackfillReport = {
    execution,
    status,
    chunks: results.length,
    partitions: sum((one) => one.partitions),
    counts: {
      raw: sum((one) => one.counts.raw),
      curated: sum((one) => one.counts.curated),
      duplicates: sum((one) => one.counts.duplicates),
      rejected: sum((one) => one.counts.rejected),
    },
    bytes: { rawGz: sum((one) => one.bytes.rawGz), parquet: sum((one) => one.bytes.parquet) },
    failedCount: failed.length,
    failed,
    cause: inWords(failed, results.length),
  };
  const stored = { ...report, plan, finishedAt: clock.now().toISOString() };
  await store.put(
    reportKey(execution),
    Buffer.from(`${JSON.stringify(stored, null, 2)}\n`),
    'application/json',
  );
  return { ...report, failed: failed.slice(0, MAX_NAMED) };
};
