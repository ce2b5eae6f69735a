import { runQuery } from '../../../client/athena.ts';
import { runExecution } from '../../../client/executions.ts';
import type { BenchStage } from '../../harness/stage.ts';

/** Events are told apart by the tenth of a second they were sent in. */
const BUCKET_MS = 100;

const sqlSince = (since: number): string =>
  `SELECT CAST(floor(to_unixtime(event_time) * ${1_000 / BUCKET_MS}) AS bigint) AS bucket, count(*) AS n
   FROM events WHERE to_unixtime(event_time) >= ${since / 1_000} GROUP BY 1`;

/** Runs the state machine once. Throws what it failed with. */
export const runEtl = async (stage: BenchStage): Promise<void> => {
  const ran = await runExecution(stage.access, {}, () => {});
  if (ran.status !== 'SUCCEEDED')
    throw new Error(`The ETL ended as ${ran.status}: ${ran.error}: ${ran.cause}`);
};

/**
 * Runs the ETL again and again until told to stop, and once more. After each run it asks SQL what is there; what was
 * not there after the run before is curated now. Returns how long each event sent since then (epoch ms) took, in
 * milliseconds.
 */
export const watchCurated = async (
  stage: BenchStage,
  since: number,
  over: AbortSignal,
): Promise<number[]> => {
  const before = new Map<string, number>();
  const latencies: number[] = [];
  for (let last = false; !last; ) {
    last = over.aborted;
    await runEtl(stage);
    const now = Date.now();
    const { rows } = await runQuery(stage.access, sqlSince(since));
    for (const [bucket, n] of rows) {
      if (bucket === null || bucket === undefined) continue;
      const middle = (Number(bucket) + 0.5) * BUCKET_MS;
      for (let fresh = before.get(bucket) ?? 0; fresh < Number(n); fresh += 1) latencies.push(now - middle);
      before.set(bucket, Number(n));
    }
  }
  return latencies;
};
