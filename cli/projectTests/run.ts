import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realTimer, startEmulator, type Timer } from 'headrace-emulator';
import { accessTo, type StageAccess } from '../../client/access.ts';
import { answerQuery } from '../../client/athena.ts';
import {
  type ExecutionReport,
  followExecution,
  startExecution,
  stateMachineArn,
} from '../../client/executions.ts';
import { messageOf } from '../../client/failure.ts';
import { waitForLanding } from '../../client/landing.ts';
import { readableCause } from '../../src/etl/cause.ts';
import { lastOfRuns, MOST_RUNS } from './allRuns.ts';
import { checkFailures } from './checksOf.ts';
import { compareRows } from './compareRows.ts';
import type { Expectation, Failure, ProjectTest } from './model.ts';
import { rejectionFailures, sendEvents } from './sending.ts';

export interface TestResult {
  file: string;
  description: string;
  ok: boolean;
  failures: readonly Failure[];
  ms: number;
  /** the data of a failed test, where it was to be kept */
  dataDir?: string;
}

/** Of all tests of one call. */
export interface RunOptions {
  packageDir: string;
  /** whether the data of tests that fail is left on the disk */
  keep: boolean;
  signal: AbortSignal;
}

/**
 * Runs one test on a stage of its own, which is gone afterwards. One stage that is emptied between the tests would not
 * be clean: its data lies in a dozen services, and functions keep keys in memory.
 */
export const runTest = async (test: ProjectTest, options: RunOptions): Promise<TestResult> => {
  const began = performance.now();
  const dataDir = mkdtempSync(join(tmpdir(), 'headrace-project-test-'));
  let failures: readonly Failure[] = [];
  try {
    failures = await onStage(test, dataDir, options);
  } catch (error) {
    options.signal.throwIfAborted();
    failures = [{ says: `the test could not be run to its end: ${messageOf(error)}` }];
  } finally {
    if (!options.keep || failures.length === 0) rmSync(dataDir, { recursive: true, force: true });
  }
  const ok = failures.length === 0;
  const { file, description } = test;
  const ms = Math.round(performance.now() - began);
  return { file, description, ok, failures, ms, ...(options.keep && !ok ? { dataDir } : {}) };
};

/** A crawl is waited for in whole seconds, and is done in a moment here. */
const HURRY = 10;

/** Timeouts come as whole minutes and more, and are left alone. */
const isTimeout = (ms: number): boolean => ms >= 60_000 && ms % 1_000 === 0;

const statesTimer: Timer = {
  now: realTimer.now,
  sleep: (ms, signal) => realTimer.sleep(isTimeout(ms) ? ms : ms / HURRY, signal),
};

const onStage = async (
  test: ProjectTest,
  dataDir: string,
  { packageDir, signal }: RunOptions,
): Promise<Failure[]> => {
  const stage = await startEmulator({
    packageDir,
    dataDir,
    port: 0,
    // A person's other commands shall not take this stage for theirs.
    announced: false,
    statesTimer,
    usageFolder: process.env.HEADRACE_IAM_USAGE,
  });
  try {
    const access = accessTo('local', { endpoint: stage.endpoint, collector: stage.httpApi, dataDir });
    const rejected = await sendEvents(access, stage.httpApi, test.events, signal);
    await waitForLanding(stage, signal);
    const ofRun = await etlFailures(access, test.failingChecks, signal);
    const ofRows: Failure[] = [];
    for (const expected of test.expect) ofRows.push(...(await rowFailures(access, expected, signal)));
    return [...rejectionFailures(test.rejected, rejected), ...ofRun, ...ofRows];
  } finally {
    await stage.close();
  }
};

/** Runs the ETL until nothing waits. Failing checks are looked at by name, and nothing else may fail. */
const etlFailures = async (
  access: StageAccess,
  failingChecks: ProjectTest['failingChecks'],
  signal: AbortSignal,
): Promise<Failure[]> => {
  const machine = await stateMachineArn(access, access.stateMachine);
  const last = await lastOfRuns(async (): Promise<ExecutionReport & { arn: string }> => {
    const arn = await startExecution(access, machine, {});
    return { ...(await followExecution(access, arn, () => undefined, signal)), arn };
  });
  if (last === undefined)
    return [
      {
        says: `the events are of more hours or days than ${MOST_RUNS} runs of the ETL take. Send fewer of them.`,
      },
    ];
  const { arn, status, error, cause } = last;
  if (status === 'SUCCEEDED' && failingChecks.length === 0) return [];
  if (status === 'SUCCEEDED' || error === 'CheckFailed') {
    const found = await checkFailures(access, arn, failingChecks, signal);
    // A run that failed is never right as long as no check is said to fail.
    if (found.length > 0 || failingChecks.length > 0) return found;
  }
  return [{ says: `the ETL run ended as ${status}: ${error ?? ''} ${readableCause(cause ?? '')}`.trim() }];
};

const rowFailures = async (
  access: StageAccess,
  expected: Expectation,
  signal: AbortSignal,
): Promise<Failure[]> => {
  const { line, query } = expected;
  try {
    const { columns, types, rows } = await answerQuery(access, query, { signal });
    const found = compareRows(expected, { columns, types, rows: await Array.fromAsync(rows()) });
    return found === undefined ? [] : [{ line, query, ...found }];
  } catch (error) {
    signal.throwIfAborted();
    return [{ line, query, says: messageOf(error) }];
  }
};
