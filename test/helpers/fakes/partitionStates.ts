import { HeadraceError } from '../../../src/errors.ts';
import { rowsOfKey } from '../../../src/lake/layout.ts';
import type { Partition } from '../../../src/lake/partition.ts';
import type { LedgerEntry, PartitionStates } from '../../../src/ports/ledger.ts';
import { type Effects, recordEffects } from '../effects.ts';
import { bothEnds } from './bothEnds.ts';
import type { FakePendingDays } from './pendingDays.ts';
import type { FakeRetiredFiles } from './retiredFiles.ts';

interface Row extends LedgerEntry {
  /** keys that were taken back */
  keys?: Set<string>;
  lock: { owner: string; until: number } | null;
}

export interface FakePartitionStates extends PartitionStates {
  readonly rows: Map<Partition, Row>;
  /** A landing, without an effect: something that happened before the test, or meanwhile. */
  land(partition: Partition, at?: Date): void;
}

/** What a commit also writes to, as in the real ledger. */
interface Beside {
  days: FakePendingDays;
  retired: FakeRetiredFiles;
}

const unknown = {
  landings: 0,
  stale: false,
  staleSince: null,
  committed: null,
  lastFailure: null,
  lock: null,
};

const entryOf = ({ lock: _lock, keys, ...entry }: Row): LedgerEntry => ({
  ...structuredClone(entry),
  ...(keys === undefined
    ? {}
    : { withdrawn: [...keys].reduce((sum, key) => sum + (rowsOfKey(key) ?? 0), 0) }),
});

const conflict = (message: string) => new HeadraceError('Conflict', message);

/**
 * Partition states in memory. Effects: `markStale <partition>`, `lock <partition> <owner>`, `unlock …`,
 * `commit <partition> <build>`, `recordFailure <partition> <error>`, `restore <partition> <build>`.
 */
export const createFakePartitionStates = (
  { days, retired }: Beside,
  now: () => Date,
  effects: Effects = recordEffects(),
): FakePartitionStates => {
  const rows: FakePartitionStates['rows'] = new Map();
  const row = (partition: Partition): Row => {
    const found = rows.get(partition) ?? { ...unknown, partition };
    rows.set(partition, found);
    return found;
  };
  const sorted = (): Row[] => [...rows.values()].sort((a, b) => a.partition.localeCompare(b.partition));
  const land = (partition: Partition, at: Date = now()): void => {
    const found = row(partition);
    found.landings += 1;
    found.stale = true;
    found.staleSince ??= at.toISOString();
  };
  const retire = (partition: Partition, builds: readonly string[]): void => {
    for (const build of builds) retired.builds.push({ partition, build, at: now() });
  };

  return {
    rows,
    land,
    async markStale(partition, at, { landed } = { landed: false }) {
      effects.happen(`markStale ${partition}`);
      land(partition, at);
      if (landed) row(partition).landedAt = at.toISOString();
    },
    async withdraw(partition, keys, at) {
      effects.happen(`withdraw ${partition}`);
      land(partition, at);
      const found = row(partition);
      found.keys = new Set([...(found.keys ?? []), ...keys]);
    },
    async forgetEmpty(partition, seenLandings) {
      effects.happen(`forgetEmpty ${partition}`);
      const found = rows.get(partition);
      if (found === undefined || found.committed !== null || found.lock !== null) return;
      if (found.landings === seenLandings)
        Object.assign(found, { stale: false, staleSince: null, lastFailure: null });
    },
    async stale(limit) {
      const stale = sorted().flatMap((found) => (found.stale ? [found.partition] : []));
      return { partitions: bothEnds(stale, limit), more: stale.length > limit };
    },
    async entry(partition) {
      const found = rows.get(partition);
      return found && entryOf(found);
    },
    entries: async (from, to) =>
      sorted()
        .filter(({ partition }) => partition >= from && partition < to)
        .map(entryOf),
    allEntries: async () => sorted().map(entryOf),
    async lock(partition, owner, at, leaseMs) {
      effects.happen(`lock ${partition} ${owner}`);
      const found = row(partition);
      if (found.lock !== null && found.lock.owner !== owner && found.lock.until > at.getTime())
        throw conflict(`${partition} is locked by execution ${found.lock.owner}.`);
      found.lock = { owner, until: at.getTime() + leaseMs };
      return entryOf(found);
    },
    async renew(partition, owner, at, leaseMs) {
      const lock = rows.get(partition)?.lock;
      if (lock?.owner !== owner) return false;
      lock.until = at.getTime() + leaseMs;
      return true;
    },
    async heldLock(partition) {
      const lock = rows.get(partition)?.lock;
      return lock ? { ...lock } : undefined;
    },
    async unlock(partition, owner) {
      effects.happen(`unlock ${partition} ${owner}`);
      const found = rows.get(partition);
      if (found?.lock?.owner === owner) found.lock = null;
    },
    async breakLock(partition, { owner, until }) {
      effects.happen(`breakLock ${partition} ${owner}`);
      const found = rows.get(partition);
      if (found?.lock?.owner === owner && found.lock.until === until) found.lock = null;
    },
    async commit(partition, owner, seenLandings, build) {
      effects.happen(`commit ${partition} ${build.build}`);
      const found = row(partition);
      const before = found.committed?.build;
      if (before !== build.build) days.markChanged(partition, now());
      if (found.lock?.owner !== owner && before === build.build) return;
      if (found.lock?.owner !== owner) throw conflict(`${owner} lost the lock of ${partition}.`);
      if (before !== undefined && before !== build.build) retire(partition, [before]);
      const stale = found.landings !== seenLandings;
      const staleSince = stale ? (found.staleSince ?? now().toISOString()) : null;
      const committed = structuredClone(build);
      Object.assign(found, { committed, lastFailure: null, lock: null, stale, staleSince });
      if (!stale) delete found.keys;
    },
    async recordFailure(partition, failure) {
      effects.happen(`recordFailure ${partition} ${failure.error}`);
      row(partition).lastFailure = failure;
    },
    async restore(partition, known) {
      effects.happen(`restore ${partition} ${known.build.build}`);
      const found = rows.get(partition);
      days.markChanged(partition, now());
      if (found?.committed != null || found?.lock != null) return false;
      if (found === undefined) row(partition).landings = known.landings;
      row(partition).committed = structuredClone(known.build);
      retire(partition, known.retired);
      return true;
    },
  };
};
