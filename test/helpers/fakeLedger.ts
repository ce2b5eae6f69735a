import { HeadraceError } from '../../src/errors.ts';
import type { Partition } from '../../src/lake/partition.ts';
import type { Ledger, LedgerEntry, LeftOver } from '../../src/ports.ts';
import { type Effects, recordEffects } from './effects.ts';

interface Row extends LedgerEntry {
  lock: { owner: string; until: number } | null;
}

interface FakeDay {
  changes: number;
  pending: boolean;
  cleared?: boolean;
  hours?: readonly string[];
}

export interface FakeLedger extends Ledger {
  readonly effects: Effects;
  readonly rows: Map<Partition, Row>;
  /** `cleared`: whether it ever was, so that the hours since are known */
  readonly days: Map<string, FakeDay>;
  readonly retired: { partition: Partition; build: string; at: Date }[];
  readonly retiredMarts: { mart: string; day: string; run: string; at: Date }[];
  readonly shapes: Map<string, Set<string>>;
  crawls: { wanted: number; done: number };
  /** A landing, without an effect: something that happened before the test, or meanwhile. */
  land(partition: Partition, at?: Date): void;
}

/** What a publication has to note: what was shown anew, others if they are not noted yet. */
const notedNow = ({ shown, others }: LeftOver, noted: readonly string[]): string[] => [
  ...(shown === undefined ? [] : [shown]),
  ...others.filter((name) => name !== shown && !noted.includes(name)),
];

/** Of several notes of the same the newest. */
const newest = <Note extends { at: Date }>(
  notes: readonly Note[],
  nameOf: (note: Note) => string,
): Note[] => [
  ...new Map(
    [...notes].sort((a, b) => a.at.getTime() - b.at.getTime()).map((note) => [nameOf(note), note]),
  ).values(),
];

const drop = <Note>(notes: Note[], matches: (note: Note) => boolean): void => {
  for (let at = notes.length - 1; at >= 0; at -= 1) {
    const note = notes[at];
    if (note !== undefined && matches(note)) notes.splice(at, 1);
  }
};

const conflict = (message: string) => new HeadraceError('Conflict', message);

/**
 * The ledger in memory, with the rules of the real one (test/aws/ledger.test.ts). Effects: `markStale <partition>`,
 * `lock <partition> <owner>`, `unlock …`, `commit <partition> <build>`, `recordFailure <partition> <error>`,
 * `restore <partition> <build>`, `clearDay <day>`, `reopenDay <day>`, `forgetRetired <partition> <build>`, `crawlDone <wanted>`.
 */
export const createFakeLedger = (options: { effects?: Effects; now?: () => Date } = {}): FakeLedger => {
  const effects = options.effects ?? recordEffects();
  const now = options.now ?? (() => new Date('2026-11-01T12:00:00.000Z'));
  const rows: FakeLedger['rows'] = new Map();
  const days: FakeLedger['days'] = new Map();
  const retired: FakeLedger['retired'] = [];
  const retiredMarts: FakeLedger['retiredMarts'] = [];
  const shapes: FakeLedger['shapes'] = new Map();
  const crawls = { wanted: 0, done: 0 };

  const row = (partition: Partition): Row => {
    const found = rows.get(partition) ?? {
      partition,
      landings: 0,
      stale: false,
      staleSince: null,
      committed: null,
      lastFailure: null,
      lock: null,
    };
    rows.set(partition, found);
    return found;
  };
  const entryOf = ({ lock: _lock, ...entry }: Row): LedgerEntry => structuredClone(entry);
  const land = (partition: Partition, at: Date = now()): void => {
    const found = row(partition);
    found.landings += 1;
    found.stale = true;
    found.staleSince ??= at.toISOString();
  };
  const markChanged = (partition: Partition): void => {
    const [day = '', hour = ''] = partition.split('T');
    const { changes = 0, hours = [], ...known } = days.get(day) ?? {};
    days.set(day, { ...known, changes: changes + 1, pending: true, hours: [...hours, hour] });
  };

  return {
    effects,
    rows,
    days,
    retired,
    retiredMarts,
    shapes,
    crawls,
    land,
    async markStale(partition, at) {
      effects.happen(`markStale ${partition}`);
      land(partition, at);
    },
    async stalePartitions(limit) {
      const stale = [...rows.values()].filter((found) => found.stale).map((found) => found.partition);
      return { partitions: stale.sort().slice(0, limit), more: stale.length > limit };
    },
    async entry(partition) {
      const found = rows.get(partition);
      return found && entryOf(found);
    },
    async entries(from, to) {
      const inRange = [...rows.values()].filter(({ partition }) => partition >= from && partition < to);
      return inRange.sort((a, b) => a.partition.localeCompare(b.partition)).map(entryOf);
    },
    async allEntries() {
      return [...rows.values()].sort((a, b) => a.partition.localeCompare(b.partition)).map(entryOf);
    },
    async lock(partition, owner, at, leaseMs) {
      effects.happen(`lock ${partition} ${owner}`);
      const found = row(partition);
      if (found.lock !== null && found.lock.owner !== owner && found.lock.until > at.getTime()) {
        throw conflict(`${partition} is locked by execution ${found.lock.owner}.`);
      }
      found.lock = { owner, until: at.getTime() + leaseMs };
      return entryOf(found);
    },
    async renew(partition, owner, at, leaseMs) {
      const lock = rows.get(partition)?.lock;
      if (lock?.owner !== owner) return false;
      lock.until = at.getTime() + leaseMs;
      return true;
    },
    async unlock(partition, owner) {
      effects.happen(`unlock ${partition} ${owner}`);
      const found = rows.get(partition);
      if (found?.lock?.owner === owner) found.lock = null;
    },
    async commit(partition, owner, seenLandings, build) {
      effects.happen(`commit ${partition} ${build.build}`);
      const found = row(partition);
      const before = found.committed?.build;
      if (found.lock?.owner !== owner && before === build.build) return;
      if (found.lock?.owner !== owner) throw conflict(`${owner} lost the lock of ${partition}.`);
      if (before !== undefined && before !== build.build)
        retired.push({ partition, build: before, at: now() });
      found.committed = structuredClone(build);
      found.lastFailure = null;
      found.lock = null;
      if (found.landings === seenLandings) {
        found.stale = false;
        found.staleSince = null;
      }
      if (before !== build.build) markChanged(partition);
    },
    async recordFailure(partition, failure) {
      effects.happen(`recordFailure ${partition} ${failure.error}`);
      row(partition).lastFailure = failure;
    },
    async restore(partition, known) {
      effects.happen(`restore ${partition} ${known.build.build}`);
      const found = rows.get(partition);
      markChanged(partition);
      if (found?.committed != null || found?.lock != null) return false;
      if (found === undefined) row(partition).landings = known.landings;
      row(partition).committed = structuredClone(known.build);
      for (const build of known.retired) retired.push({ partition, build, at: now() });
      return true;
    },
    async pendingDays(limit) {
      const pending = [...days]
        .filter(([, { pending }]) => pending)
        .map(([day, { changes, cleared, hours = [] }]) => ({
          day,
          changes,
          hours: cleared && hours.length > 0 ? [...new Set(hours)].sort() : undefined,
        }));
      return pending.sort((a, b) => a.day.localeCompare(b.day)).slice(0, limit);
    },
    async clearDays(cleared) {
      for (const { day, changes } of cleared) {
        effects.happen(`clearDay ${day}`);
        const found = days.get(day);
        if (found?.changes === changes) days.set(day, { changes, pending: false, cleared: true });
      }
    },
    async dayCounters(asked) {
      return asked.map((day) => ({ day, changes: days.get(day)?.changes ?? 0 }));
    },
    async reopenDays(seen) {
      for (const { day, changes } of seen) {
        const found = days.get(day);
        if (found === undefined || found.changes === changes) continue;
        effects.happen(`reopenDay ${day}`);
        days.set(day, { ...found, changes: found.changes + 1, pending: true });
      }
    },
    async retireBuilds(partition, left) {
      for (const build of notedNow(
        left,
        retired.filter((one) => one.partition === partition).map((one) => one.build),
      )) {
        effects.happen(`retire ${partition} ${build}`);
        retired.push({ partition, build, at: now() });
      }
    },
    async retiredBuilds(before, limit) {
      const last = newest(retired, ({ partition, build }) => `${partition} ${build}`);
      return last
        .filter(({ at }) => at < before)
        .slice(0, limit)
        .map(({ partition, build }) => ({ partition, build }));
    },
    async forgetRetired(partition, build) {
      effects.happen(`forgetRetired ${partition} ${build}`);
      drop(retired, (one) => one.partition === partition && one.build === build);
    },
    async retireMartRuns(mart, day, left) {
      const noted = retiredMarts.filter((one) => one.mart === mart && one.day === day).map(({ run }) => run);
      for (const run of notedNow(left, noted)) {
        effects.happen(`retire ${mart} ${day} ${run}`);
        retiredMarts.push({ mart, day, run, at: now() });
      }
    },
    async retiredMartRuns(before, limit) {
      const last = newest(retiredMarts, ({ mart, day, run }) => `${mart} ${day} ${run}`);
      return last
        .filter(({ at }) => at < before)
        .slice(0, limit)
        .map(({ mart, day, run }) => ({ mart, day, run }));
    },
    async forgetMartRun({ mart, day, run }) {
      effects.happen(`forgetMartRun ${mart} ${day} ${run}`);
      drop(retiredMarts, (one) => one.mart === mart && one.day === day && one.run === run);
    },
    async noteShapes(eventName, noted) {
      const known = shapes.get(eventName) ?? new Set();
      shapes.set(eventName, known);
      const fresh = noted.filter((shape) => !known.has(shape));
      for (const shape of fresh) known.add(shape);
      if (fresh.length > 0) crawls.wanted += 1;
      return fresh;
    },
    crawlWanted: async () => ({ pending: crawls.wanted > crawls.done, wanted: crawls.wanted }),
    async crawlDone(wanted) {
      effects.happen(`crawlDone ${wanted}`);
      crawls.done = Math.max(crawls.done, wanted);
    },
  };
};
