import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accessTo, type StageAccess } from '../../client/access.ts';
import { createWriteKey } from '../../client/keys.ts';
import { openLakehouse } from '../../client/lakehouse.ts';
import { waitForConsumers } from '../../client/landing.ts';
import { seededChance } from '../../client/traffic/random.ts';
import type { Difference } from '../../src/recovery/balance.ts';
import { reconcileRange } from '../../src/recovery/reconciling.ts';
import { type ArchiveComparison, compareArchive } from './archive.ts';
import { type Comparison, compare } from './compare.ts';
import { type EtlRun, runEtl } from './etl.ts';
import { Leases } from './leases.ts';
import { NowChecks, type NowCounts } from './now.ts';
import { compareRows, notInPostgres, type PostgresComparison } from './postgres.ts';
import { StageChild } from './stageChild.ts';
import { Told } from './told.ts';
import { runTraffic } from './traffic.ts';
import { compareWindows, type WindowsComparison } from './windows.ts';

interface ChaosOptions {
  seed: number;
  /** of traffic, all boots together */
  seconds: number;
  packageDir: string;
  /** emptied first; the stage's data is in dataFolderOf(folder) */
  folder: string;
  say(line: string): void;
}

export interface ChaosReport extends Comparison {
  faults: Record<string, number>;
  requests: number;
  tries: number;
  /** ETL executions by how they ended, before the faults stopped and after */
  etl: Record<string, number>;
  settledAfter: number;
  kills: number;
  /** locks that executions had not given back: ended at once, and by their lease */
  leases: Leases['ended'];
  /** not there where the stage has no archive */
  archive?: ArchiveComparison;
  /** looks at events_now, under faults and after them */
  now: NowCounts;
  /** not there where the stage has no PostgreSQL */
  postgres?: PostgresComparison;
  /** what `headrace reconcile` finds in the end, over everything there is */
  reconciled: Reconciled;
  windows: WindowsComparison;
}

interface Reconciled {
  ok: boolean;
  hours: number;
  differences: Difference[];
}

export const dataFolderOf = (folder: string): string => join(folder, 'data');

const CLIENTS = 4;

/** A client that is still sent away so long after the end of traffic leaves. */
const PATIENCE_MS = 20_000;

/**
 * Runs after the last fault until nothing is left to do: two are the rule, the second finds nothing. One that meets a
 * lock waits some seconds for it and fails, so these are more than enough for a lease to run out.
 */
const MAX_RUNS_TO_SETTLE = 12;

/** One run: traffic and ETL under faults with a SIGKILL in their middle, calm, and the comparison. */
export const runChaos = async (options: ChaosOptions): Promise<ChaosReport> => {
  const { seed, packageDir, folder, say } = options;
  const began = new Date();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const faultsFile = join(folder, 'faults.ndjson');
  writeFileSync(faultsFile, '');
  const stage = new StageChild({ packageDir, dataDir: dataFolderOf(folder), seed, faultsFile });
  await stage.start();
  const over = new AbortController();
  try {
    const { endpoint } = stage;
    const access = accessTo('local', { endpoint, collector: endpoint, dataDir: dataFolderOf(folder) });
    const told = new Told();
    const leases = new Leases(access, seededChance(seed));
    void leases.watch(over.signal);
    const now = await NowChecks.open(access, say);
    const looking = now.watch(over.signal);
    const etl = await chaosPhase(options, stage, access, told);
    say(
      `Calm. ${told.acknowledged.size} events acknowledged in ${told.tries} tries of ${told.requests} requests`,
    );
    await waitForConsumers({ endpoint: access.local?.endpoint ?? '' }, new AbortController().signal);
    await now.look(told.acknowledged);
    const notDelivered = await notInPostgres(access, told);
    const settledAfter = await settle(access, seed, say, etl.ended, leases);
    over.abort();
    await looking;
    await now.look(told.acknowledged);
    const comparison = await compare(access, told);
    const archive = await compareArchive(access, told, began);
    return {
      ...comparison,
      ...(archive === undefined ? {} : { archive }),
      ...(notDelivered === undefined ? {} : { postgres: await compareRows(access, notDelivered) }),
      faults: countsIn(faultsFile),
      requests: told.requests,
      tries: told.tries,
      etl: etl.ended,
      settledAfter,
      kills: etl.kills,
      leases: leases.ended,
      now: now.counts,
      reconciled: await reconcile(access),
      windows: await compareWindows(access),
    };
  } finally {
    over.abort();
    await stage.stop();
  }
};

const reconcile = async (access: StageAccess): Promise<Reconciled> => {
  const { balances, differences } = await reconcileRange(undefined, await openLakehouse(access));
  return { ok: differences.length === 0, hours: balances.length, differences };
};

interface EtlCounts {
  ended: Record<string, number>;
  kills: number;
}

const chaosPhase = async (
  { seed, seconds, say }: ChaosOptions,
  stage: StageChild,
  access: StageAccess,
  told: Told,
): Promise<EtlCounts> => {
  const collector = { url: stage.endpoint, writeKey: await createWriteKey(access, 'chaos', new Date()) };
  const over = new AbortController();
  const patience = new AbortController();
  const counts: EtlCounts = { ended: {}, kills: 0 };
  const chance = seededChance(seed);
  const killAfterMs = seconds * 1_000 * (0.35 + 0.4 * chance.next());
  const life = async (): Promise<void> => {
    await sleep(killAfterMs);
    say(
      `SIGKILL after ${Math.round(killAfterMs / 1_000)} s, with ${told.acknowledged.size} events acknowledged`,
    );
    await stage.kill();
    counts.kills += 1;
    // What the boot takes is not traffic, though the clients go on trying.
    await stage.start();
    await sleep(seconds * 1_000 - killAfterMs);
    over.abort();
    await sleep(PATIENCE_MS, undefined, { ref: false });
    patience.abort();
  };
  const ends = { over: over.signal, patience: patience.signal };
  const living = life();
  const running = runEtlAgainAndAgain(access, seed, chance, over.signal, counts.ended);
  await Promise.all([
    runTraffic({ seed, clients: CLIENTS, collector, told, ...ends }),
    // A stage that does not boot ends the run; its patience with clients that are done does not hold it up.
    Promise.race([living, aborted(over.signal)]),
  ]);
  // The ETL has most of its work now, and shall not have it easy; but it may be waiting for what never comes.
  await Promise.race([running, sleep(seconds * 1_000, undefined, { ref: false })]);
  await stage.calm();
  await running;
  return counts;
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** While there is traffic, and once more; every third time two executions at once. */
const runEtlAgainAndAgain = async (
  access: StageAccess,
  seed: number,
  chance: ReturnType<typeof seededChance>,
  over: AbortSignal,
  ended: Record<string, number>,
): Promise<void> => {
  for (let n = 1, last = false; !last; n += 1) {
    last = over.aborted;
    const names = chance.happens(0.33)
      ? [`chaos-${seed}-${n}-a`, `chaos-${seed}-${n}-b`]
      : [`chaos-${seed}-${n}`];
    const runs = await Promise.allSettled(names.map((name) => runEtl(access, name)));
    for (const run of runs) {
      // The stage was killed under it.
      const how = run.status === 'rejected' ? 'GONE' : endOf(run.value);
      ended[how] = (ended[how] ?? 0) + 1;
    }
    await sleep(500);
  }
};

const endOf = ({ status, error }: EtlRun): string =>
  status === 'SUCCEEDED' ? status : (error.split(':')[0] ?? status);

/** Runs the ETL until it finds nothing to do. Returns how many runs that took. */
const settle = async (
  access: StageAccess,
  seed: number,
  say: (line: string) => void,
  ended: Record<string, number>,
  leases: Leases,
): Promise<number> => {
  for (let n = 1; n <= MAX_RUNS_TO_SETTLE; n += 1) {
    await leases.look();
    const run = await runEtl(access, `settle-${seed}-${n}`);
    ended[`calm ${endOf(run)}`] = (ended[`calm ${endOf(run)}`] ?? 0) + 1;
    if (run.status === 'SUCCEEDED' && run.idle) return n;
    if (run.status !== 'SUCCEEDED') say(`Run ${n} after the last fault: ${run.error}`);
  }
  throw new Error(`The pipeline did not settle in ${MAX_RUNS_TO_SETTLE} runs of the ETL.`);
};

const countsIn = (faultsFile: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const line of readFileSync(faultsFile, 'utf8').split('\n')) {
    if (line === '') continue;
    const { kind } = JSON.parse(line);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
};
