import type { Clock, Ledger, ObjectStore } from '../ports.ts';
import type { Plan } from './planning.ts';
import type { Tally } from './tallying.ts';

export interface ReportingPorts {
  store: ObjectStore;
  ledger: Ledger;
  clock: Clock;
}

export interface RunReport {
  execution: string;
  status: 'SUCCEEDED' | 'PARTIAL';
  /** built */
  partitions: number;
  counts: Tally['counts'];
  bytes: Tally['bytes'];
  marts: string[];
  drift: string[];
  failed: Tally['failed'];
  failedCount: number;
  removed: number;
  /** work is left over for the next run */
  more: boolean;
}

/** Names of executions may hold characters that a key should not. */
export const reportKey = (execution: string): string =>
  `reports/${execution.replaceAll(/[^\w.-]/g, '-')}.json`;

/**
 * Ends a run whose checks and marts are done: clears its days and the crawl, each only if nothing came meanwhile,
 * then writes the report. Days stay pending after a run of some marts only: the others still wait for them.
 */
export const reportRun = async (
  run: { execution: string; plan: Plan; tally: Tally; removed: number },
  knownMarts: readonly string[],
  { store, ledger, clock }: ReportingPorts,
): Promise<RunReport> => {
  const { execution, plan, tally, removed } = run;
  if (knownMarts.every((mart) => plan.marts.includes(mart))) {
    await ledger.clearDays(tally.days.filter(({ changes }) => changes > 0));
  }
  if (tally.crawl.pending) await ledger.crawlDone(tally.crawl.wanted);

  const report: RunReport = {
    execution,
    status: tally.failedCount > 0 ? 'PARTIAL' : 'SUCCEEDED',
    partitions: tally.built,
    counts: tally.counts,
    bytes: tally.bytes,
    marts: tally.marts.map(({ name }) => name),
    drift: tally.drift,
    failed: tally.failed,
    failedCount: tally.failedCount,
    removed,
    more: plan.more,
  };
  const days = tally.days.map(({ day }) => day);
  const stored = { ...report, days, finishedAt: clock.now().toISOString() };
  await store.put(
    reportKey(execution),
    Buffer.from(`${JSON.stringify(stored, null, 2)}\n`),
    'application/json',
  );
  return report;
};
