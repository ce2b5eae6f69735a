import type { StageAccess } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { count, counted } from '../../client/format.ts';
import { openLedger } from '../../client/ledger.ts';

/** What is stored at each stage of the way, from the tables and the ledger: never from logs. */
export interface Stored {
  /** rows of raw_events */
  landed: number;
  /** rows of events */
  curated: number;
  /** distinct ids in events */
  ids: number;
  /** rows of events_now, and distinct ids in it */
  now: { rows: number; ids: number };
  duplicates: number;
  rejected: number;
  quarantined: number;
  partitions: number;
  bytes: { rawGz: number; parquet: number };
}

/** What events_now has, before a run as well as after it. */
export const readNow = async (access: StageAccess, from: string, to: string): Promise<Stored['now']> => {
  const days = `dt BETWEEN '${from.slice(0, 10)}' AND '${to.slice(0, 10)}'`;
  const { rows } = await runQuery(
    access,
    `SELECT count(*), count(DISTINCT event_id) FROM events_now WHERE ${days}`,
  );
  const [counted = 0, ids = 0] = rows[0]?.map(Number) ?? [];
  return { rows: counted, ids };
};

export const readStored = async (access: StageAccess, from: string, to: string): Promise<Stored> => {
  const { partitionStates } = openLedger(access.dynamodb, access.ledgerTable, { now: () => new Date() });
  // The days named: partition projection then looks at these only.
  const days = `dt BETWEEN '${from.slice(0, 10)}' AND '${to.slice(0, 10)}'`;
  const one = async (sql: string) => (await runQuery(access, sql)).rows[0]?.map(Number) ?? [];
  const [landed, curated, now, quarantined, entries] = await Promise.all([
    one(`SELECT count(*) FROM raw_events WHERE ${days}`),
    one('SELECT count(*), count(DISTINCT event_id) FROM events'),
    readNow(access, from, to),
    one('SELECT count(*) FROM quarantine'),
    partitionStates.allEntries(),
  ]);
  const built = entries.flatMap(({ committed }) => (committed ? [committed] : []));
  const sum = (of: (build: (typeof built)[number]) => number) =>
    built.reduce((total, build) => total + of(build), 0);
  return {
    landed: landed[0] ?? 0,
    curated: curated[0] ?? 0,
    ids: curated[1] ?? 0,
    now,
    duplicates: sum((build) => build.counts.duplicates),
    rejected: sum((build) => build.counts.rejected),
    quarantined: quarantined[0] ?? 0,
    partitions: built.length,
    bytes: { rawGz: sum((build) => build.rawBytes), parquet: sum((build) => build.parquetBytes) },
  };
};

/** What the clients know: what they sent, and what they were told. */
export interface Told {
  accepted: number;
  refused: number;
  distinct: number;
}

/** A line of the balance, and whether it holds. */
export interface BalanceLine {
  rule: string;
  holds: boolean;
}

const nowLine = (when: string, told: Told, { rows, ids }: Stored['now']): BalanceLine => ({
  rule: `${count(told.distinct)} distinct ids accepted = ${count(ids)} ids = ${count(rows)} rows in events_now ${when}`,
  holds: told.distinct === ids && ids === rows,
});

/**
 * The outside promise, then the inner one. Landed may exceed accepted, since delivery is at least once: what
 * counts is that each accepted id is curated exactly once, and that each rejected event is in quarantine.
 */
export const balance = (told: Told, before: Stored['now'], stored: Stored): BalanceLine[] => [
  nowLine('before the run', told, before),
  nowLine('after it', told, stored.now),
  {
    rule: `${count(told.distinct)} distinct ids accepted = ${count(stored.ids)} ids in events`,
    holds: told.distinct === stored.ids,
  },
  {
    rule: `${count(stored.ids)} ids = ${count(stored.curated)} rows in events (nothing twice)`,
    holds: stored.ids === stored.curated,
  },
  {
    rule: `${count(stored.landed)} landed = ${count(stored.curated)} curated + ${counted(stored.duplicates, 'duplicate')} + ${count(stored.rejected)} rejected`,
    holds: stored.landed === stored.curated + stored.duplicates + stored.rejected,
  },
  {
    rule: `${count(stored.landed)} landed ≥ ${count(told.accepted)} accepted`,
    holds: stored.landed >= told.accepted,
  },
  {
    rule: `${count(told.refused)} rejected by the collector = ${count(stored.quarantined)} quarantined − ${count(stored.rejected)} rejected by builds`,
    holds: told.refused === stored.quarantined - stored.rejected,
  },
];
