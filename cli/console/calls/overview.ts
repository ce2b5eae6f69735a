import { z } from 'zod';
import type { StageAccess } from '../../../client/access.ts';
import { ringingAlarms } from '../../../client/alarms.ts';
import type { Lakehouse } from '../../../client/lakehouse.ts';
import { lastLanded } from '../../../client/landed.ts';
import { type MinuteMetric, minuteMetrics } from '../../../client/minuteMetrics.ts';
import type { HourBalance, Overview } from '../../../console/contract.ts';
import { DAY_MS, HOUR_MS, timestampOf } from '../../../src/json/instants.ts';
import { partitionOf } from '../../../src/lake/partition.ts';
import type { LedgerEntry } from '../../../src/ports/ledger.ts';
import { describe, reconcileRange } from '../../../src/recovery/reconciling.ts';
import type { Call } from '../call.ts';
import { runbookEntry } from '../runbook.ts';
import { lastRuns } from '../runs.ts';

const RUNS = 5;
/** As many as a run takes. */
const WAITING = 500;
const MAX_DAYS = 92;

const days = z.object({ days: z.number().int().min(1).max(MAX_DAYS) });

/** Hours of the last days, and those to come that a sender's clock may be ahead. */
const rangeOf = (count: number, now: number) => ({
  from: partitionOf(timestampOf(now - count * DAY_MS + HOUR_MS)),
  to: partitionOf(timestampOf(now + DAY_MS)),
});

const balanceOf = ({ partition, committed, staleSince, lastFailure }: LedgerEntry): HourBalance => ({
  hour: partition,
  raw: committed?.counts.raw ?? 0,
  curated: committed?.counts.curated ?? 0,
  duplicates: committed?.counts.duplicates ?? 0,
  rejected: committed?.counts.rejected ?? 0,
  builtAt: committed?.builtAt ?? null,
  staleSince,
  failure: lastFailure === null ? null : `${lastFailure.error}: ${lastFailure.cause}`,
});

const ratesOf = async (access: StageAccess, now: number): Promise<Overview['rates']> => {
  const own = (name: string, service: string): MinuteMetric => ({
    namespace: `Headrace/${access.stage}`,
    name,
    dimensions: { service },
    stat: 'Sum',
  });
  const lag: MinuteMetric = {
    namespace: 'AWS/Lambda',
    name: 'IteratorAge',
    dimensions: { FunctionName: `headrace-${access.stage}-land` },
    stat: 'Maximum',
  };
  const wanted = [
    own('EventsAccepted', 'collect'),
    own('EventsRefused', 'collect'),
    own('RowsLanded', 'land'),
    lag,
  ];
  const none = { at: [], values: [] };
  const range = { from: new Date(now - HOUR_MS), to: new Date(now) };
  const [accepted = none, rejected = none, landed = none, landLagMs = none] = await minuteMetrics(
    access,
    wanted,
    range,
  );
  return { accepted, rejected, landed, landLagMs };
};

const waitingIn = async ({ partitionStates, pendingDays }: Lakehouse): Promise<Overview['waiting']> => {
  const [{ partitions, more }, days] = await Promise.all([
    partitionStates.stale(WAITING),
    pendingDays.list(WAITING),
  ]);
  const entries = await Promise.all(
    partitions.slice(0, RUNS * 10).map((partition) => partitionStates.entry(partition)),
  );
  const since = entries.flatMap((entry) => entry?.staleSince ?? []).sort();
  return { hours: partitions.length, more, oldestSince: since[0] ?? null, days: days.length };
};

export const overview: Call<'overview'> = {
  input: days,
  run: async ({ access, lakehouse }, input) => {
    const now = Date.now();
    const house = await lakehouse();
    const { from, to } = rangeOf(input.days, now);
    const [rates, entries, waiting, landed, alarms, runs] = await Promise.all([
      ratesOf(access, now),
      house.partitionStates.entries(from, to),
      waitingIn(house),
      lastLanded(house.store, now),
      ringingAlarms(access),
      lastRuns(access, 'etl', RUNS),
    ]);
    return {
      rates,
      hours: entries.map(balanceOf),
      waiting,
      lastLanded: landed?.toISOString() ?? null,
      alarms: alarms.map((alarm) => ({ ...alarm, entry: runbookEntry(alarm.name) })),
      runs,
    };
  },
};

/** Counts what is stored, instead of believing the ledger. */
export const reconcile: Call<'reconcile'> = {
  input: days,
  run: async ({ lakehouse }, input, { progress }) => {
    progress({
      text: 'Counting what is stored of every hour: raw objects, ledger, table, Parquet, quarantine',
    });
    const { balances, differences } = await reconcileRange(
      rangeOf(input.days, Date.now()),
      await lakehouse(),
    );
    const sum = (of: (balance: (typeof balances)[number]) => number) =>
      balances.reduce((total, one) => total + of(one), 0);
    return {
      hours: balances.length,
      raw: sum(({ raw }) => raw),
      curated: sum(({ counts }) => counts?.curated ?? 0),
      duplicates: sum(({ counts }) => counts?.duplicates ?? 0),
      rejected: sum(({ counts }) => counts?.rejected ?? 0),
      pending: sum(({ pending }) => pending),
      differences: differences.map(describe),
    };
  },
};
