import { HeadraceError } from '../errors.ts';
import { HOUR_MS } from '../json/instants.ts';
import { isPartition, type Partition } from '../lake/partition.ts';
import type { Clock, CommittedBuild, LedgerEntry, RestoredPartition } from '../ports.ts';
import type { LedgerDays } from './ledgerDays.ts';
import { buildAttributes, entryOf, failureAttribute, partitionItem } from './ledgerItems.ts';
import { retiredMember } from './ledgerRetired.ts';
import { type LedgerTable, number, text, type Update } from './ledgerTable.ts';

/** Hash value in both sparse indexes (`RetiredKind`). */
const PARTITION = 'partition';

const hoursBetween = (from: Partition, to: Partition): Partition[] => {
  const end = Date.parse(`${to}:00:00Z`);
  const hours: Partition[] = [];
  for (let at = Date.parse(`${from}:00:00Z`); at < end; at += HOUR_MS) {
    hours.push(new Date(at).toISOString().slice(0, 13));
  }
  return hours;
};

/** The items of partitions. Every change is one UpdateItem with a condition: nothing is ever half done. */
export class LedgerPartitions {
  readonly #table: LedgerTable;
  readonly #days: LedgerDays;
  readonly #clock: Clock;

  constructor(table: LedgerTable, days: LedgerDays, clock: Clock) {
    this.#table = table;
    this.#days = days;
    this.#clock = clock;
  }

  async markStale(partition: Partition, at: Date): Promise<void> {
    await this.#table.update(partition, {
      expression: 'ADD landings :one SET pending = :pending, dirty_since = if_not_exists(dirty_since, :at)',
      values: { ':one': number(1), ':pending': text(PARTITION), ':at': text(at.toISOString()) },
    });
  }

  /**
   * The index lags: a partition it still lists although it is clean is skipped by its build (same digest), one that
   * it does not list yet is found by the next run.
   */
  async stale(limit: number): Promise<{ partitions: Partition[]; more: boolean }> {
    const keys = await this.#table.keysOf('pending', PARTITION, limit + 1);
    return { partitions: keys.slice(0, limit), more: keys.length > limit };
  }

  async entry(partition: Partition): Promise<LedgerEntry | undefined> {
    const item = await this.#table.get(partition);
    return item && entryOf(item);
  }

  async entries(from: Partition, to: Partition): Promise<LedgerEntry[]> {
    return (await this.#table.getAll(hoursBetween(from, to))).map(entryOf);
  }

  /** A hash table cannot be asked for a range, so this scans: days, shapes and the crawl are passed over. */
  async allEntries(): Promise<LedgerEntry[]> {
    const items = await this.#table.scan();
    const entries = items.filter((item) => isPartition(item.pk?.S ?? '')).map(entryOf);
    return entries.sort((a, b) => (a.partition < b.partition ? -1 : 1));
  }

  async lock(partition: Partition, owner: string, now: Date, leaseMs: number): Promise<LedgerEntry> {
    const locked = await this.#table.update(partition, {
      // A partition that never landed here (raw objects copied in by hand) gets a counter that commit can compare.
      expression: 'SET lock_owner = :owner, lock_until = :until, landings = if_not_exists(landings, :none)',
      condition: 'attribute_not_exists(lock_owner) OR lock_owner = :owner OR lock_until <= :now',
      values: {
        ':owner': text(owner),
        ':until': number(now.getTime() + leaseMs),
        ':now': number(now.getTime()),
        ':none': number(0),
      },
      // The landings counted here are those whose objects a listing made from now on will show: an object is put
      // before its landing is marked.
      returns: 'ALL_NEW',
    });
    if (locked !== undefined) return entryOf(locked);
    const item = await this.#table.get(partition);
    const { lock_owner = 'nobody any more' } = partitionItem().parse(item);
    throw new HeadraceError(
      'Conflict',
      `Partition ${partition} is locked by execution ${lock_owner}: try again later.`,
    );
  }

  async renew(partition: Partition, owner: string, now: Date, leaseMs: number): Promise<boolean> {
    const renewed = await this.#table.update(partition, {
      expression: 'SET lock_until = :until',
      condition: 'lock_owner = :owner',
      values: { ':owner': text(owner), ':until': number(now.getTime() + leaseMs) },
    });
    return renewed !== undefined;
  }

  async unlock(partition: Partition, owner: string): Promise<void> {
    await this.#table.update(partition, {
      expression: 'REMOVE lock_owner, lock_until',
      condition: 'lock_owner = :owner',
      values: { ':owner': text(owner) },
    });
  }

  async commit(
    partition: Partition,
    owner: string,
    seenLandings: number,
    build: CommittedBuild,
  ): Promise<void> {
    const before = (await this.entry(partition))?.committed?.build;
    // The day first: a crash in between repeats checks and marts that need not have run; the other way round they
    // would never run. A build that was committed already (a skipped one) changed nothing for its day.
    if (before !== build.build) await this.#days.markChanged(partition);

    const commit = this.#commitUpdate(owner, before, build);
    const clearing: Update = {
      ...commit,
      expression: `${commit.expression} REMOVE lock_owner, lock_until, last_failure, pending, dirty_since`,
      condition: `${commit.condition} AND landings = :seen`,
      values: { ...commit.values, ':seen': number(seenLandings) },
    };
    if ((await this.#table.update(partition, clearing)) !== undefined) return;

    // Something landed since the build read its objects: committed, but still stale. `dirty_since` stays too early
    // by one build, which errs on the side of the alarm.
    const staying = {
      ...commit,
      expression: `${commit.expression} REMOVE lock_owner, lock_until, last_failure`,
    };
    if ((await this.#table.update(partition, staying)) !== undefined) return;

    // A retried call whose first try was committed, its answer lost, finds the lock given back already.
    if ((await this.entry(partition))?.committed?.build === build.build) return;
    throw new HeadraceError(
      'Conflict',
      `Execution ${owner} lost the lock of partition ${partition} before build ${build.build} was committed.`,
    );
  }

  /** The owner's lock keeps others from committing, so that `before` is still what the item holds. */
  #commitUpdate(owner: string, before: string | undefined, build: CommittedBuild) {
    const { assignments, values } = buildAttributes(build);
    const update = {
      expression: `SET ${assignments}`,
      condition: 'lock_owner = :owner',
      values: { ...values, ':owner': text(owner) },
    };
    if (before === undefined || before === build.build) return update;
    const member = retiredMember(before, this.#clock.now());
    return {
      ...update,
      expression: `ADD retired_builds :retired ${update.expression}, retired = :partition`,
      values: { ...update.values, ':retired': { SS: [member] }, ':partition': text(PARTITION) },
    };
  }

  async recordFailure(partition: Partition, failure: NonNullable<LedgerEntry['lastFailure']>): Promise<void> {
    await this.#table.update(partition, {
      expression: 'SET last_failure = :failure',
      values: { ':failure': failureAttribute(failure) },
    });
  }

  /** As in a commit, the day first: a crash in between repeats checks and marts that need not have run. */
  async restore(partition: Partition, { landings, build, retired }: RestoredPartition): Promise<boolean> {
    await this.#days.markChanged(partition);
    const { assignments, values } = buildAttributes(build);
    const restoring: Update = {
      expression: `SET ${assignments}, landings = if_not_exists(landings, :landings)`,
      condition: 'attribute_not_exists(build) AND attribute_not_exists(lock_owner)',
      values: { ...values, ':landings': number(landings) },
    };
    const now = this.#clock.now();
    const members = retired.map((id) => retiredMember(id, now));
    const withRetired: Update = {
      ...restoring,
      expression: `ADD retired_builds :retired ${restoring.expression}, retired = :partition`,
      values: { ...restoring.values, ':retired': { SS: members }, ':partition': text(PARTITION) },
    };
    const update = members.length === 0 ? restoring : withRetired;
    return (await this.#table.update(partition, update)) !== undefined;
  }
}
