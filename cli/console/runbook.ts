import { readFileSync } from 'node:fs';
import type { Machine, RunbookEntry } from '../../console/contract.ts';
import { failureKind } from '../../src/etl/failureKind.ts';

const file = new URL('../../docs/runbook.md', import.meta.url);

/** The entry of docs/runbook.md under this heading; null for an alarm that a window of the project declares. */
export const runbookEntry = (name: string): RunbookEntry | null => {
  const text = readFileSync(file, 'utf8').split(`\n## ${name}\n`)[1]?.split('\n## ')[0];
  return text === undefined ? null : { name, text: text.trim() };
};

const byError: Readonly<Record<string, string>> = {
  PartitionsFailed: 'partitions-failed',
  NothingBuilt: 'partitions-failed',
  CrawlFailed: 'crawl-failed',
  CrawlTimedOut: 'crawl-failed',
};

const byKind = {
  checks: 'checks-failed',
  cutOff: 'queries-cut-off',
  query: 'queries-failed',
  balance: 'imbalance',
} as const;

const byStatus: Readonly<Record<string, string>> = { TIMED_OUT: 'timed-out', ABORTED: 'aborted' };

/** Of a run that did not succeed. */
export const entryOfRun = (
  machine: Machine,
  run: { status: string; error: string; cause: string },
): RunbookEntry | null => {
  const ended = byStatus[run.status];
  if (ended !== undefined) return runbookEntry(`${machine}-${ended}`);
  const kind = failureKind({ Error: run.error, Cause: run.cause });
  const name = byError[run.error] ?? (kind === 'step' ? `${machine}-failed` : byKind[kind]);
  return runbookEntry(name);
};
