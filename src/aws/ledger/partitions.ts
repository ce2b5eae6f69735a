import { HeadraceError } from '../../errors.ts';
import { hoursBetween, isPartition, type Partition } from '../../lake/partition.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  CommittedBuild,
  HeldLock,
  LedgerEntry,
  PartitionStates,
  RestoredPartition,
} from '../../ports/ledger.ts';
import { calling } from '../failures.ts';
import { markDayChanged } from './days.ts';
import { buildAttributes, entryOf, failureAttribute, partitionItem } from './items.ts';
import { retiredMember } from './retired.ts';
import { type LedgerTable, number, text, type Update } from './table.ts';

/** Hash value in both sparse indexes (`RetiredKind`). */
const PARTITION = 'partition';

const clearing = (update: Update, seenLandings: number): Update => ({
  ...update,
  expression: `${update.expression} REMOVE lock_owner, lock_until, last_failure, pending, dirty_since, withdrawn`,
  condition: `${update.condition} AND landings = :seen`,
  values: { ...update.values, ':seen': number(seenLandings) },
});

/** `pending` mostly is set; a repeated commit that an older build gets through by finds it cleared by the newer one. */
const staying = (update: Update, at: Date): Update => ({
  ...update,
  expression: `${update.expression}, pending = :pending, dirty_since = if_not_exists(dirty_since, :at) REMOVE lock_owner, lock_until, last_failure`,
  values: { ...update.values, ':pending': text(PARTITION), ':at': text(at.toISOString()) },
});

/** The same update, which also notes builds for removal. */
const retiring = (update: Update, builds: readonly string[], at: Date): Update => {
  if (builds.length === 0) return update;
  return {
    ...update,
    expression: `ADD retired_builds :retired ${update.expression}, retired = :partition`,
    values: {
      ...update.values,
      ':retired': { SS: builds.map((id) => retiredMember(id, at)) },
      ':partition': text(PARTITION),
    },
  };
};

/**
 * `2026-11-01T05`: the items of partitions. Every change is one UpdateItem with a condition: nothing is ever half done.
 */
export class DynamoPartitionStates implements PartitionStates {
  readonly #table: LedgerTable;
  readonly #clock: Clock;

  constructor(table: LedgerTable, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  markStale(partition: Partition, at: Date, { landed } = { landed: false }): Promise<void> {
    return calling(`Marking ${partition} stale`, async () => {
      await this.#table.update(partition, {
        expression: `ADD landings :one SET pending = :pending, dirty_since = if_not_exists(dirty_since, :at)${landed ? ', landed_at = :at' : ''}`,
        values: { ':one': number(1), ':pending': text(PARTITION), ':at': text(at.toISOString()) },
      });
    });
  }

  withdraw(partition: Partition, keys: readonly string[], at: Date): Promise<void> {
    return calling(`Noting what is taken back of ${partition}`, async () => {
      await this.#table.update(partition, {
        // A set, so that a call that is repeated notes nothing twice.
        expression:
          'ADD landings :one, withdrawn :keys SET pending = :pending, dirty_since = if_not_exists(dirty_since, :at)',
        values: {
          ':one': number(1),
          ':keys': { SS: [...keys] },
          ':pending': text(PARTITION),
          ':at': text(at.toISOString()),
        },
      });
    });
  }

  forgetEmpty(partition: Partition, seenLandings: number): Promise<void> {
    return calling(`Clearing the stale mark of ${partition}`, async () => {
      await this.#table.update(partition, {
        expression: 'REMOVE pending, dirty_since, withdrawn, last_failure',
        condition: 'landings = :seen AND attribute_not_exists(build) AND attribute_not_exists(lock_owner)',
        values: { ':seen': number(seenLandings) },
      });
    });
  }

  /**
   * The index lags: a partition it still lists although it is clean is skipped by its build (same digest), one that
   * it does not list yet is found by the next run.
   */
  stale(limit: number): Promise<{ partitions: Partition[]; more: boolean }> {
    return calling('Listing the stale partitions', async () => {
      const { keys, more } = await this.#table.keysOfBothEnds('pending', PARTITION, limit);
      return { partitions: keys, more };
    });
  }

  entry(partition: Partition): Promise<LedgerEntry | undefined> {
    return calling(`Reading the ledger's entry of ${partition}`, async () => {
      const item = await this.#table.get(partition);
      return item && entryOf(item);
    });
  }

  entries(from: Partition, to: Partition): Promise<LedgerEntry[]> {
    return calling(`Reading the ledger from ${from} to ${to}`, async () =>
      (await this.#table.getAll(hoursBetween(from, to))).map(entryOf),
    );
  }

  /** A hash table cannot be asked for a range, so this scans: items of the other ports are passed over. */
  allEntries(): Promise<LedgerEntry[]> {
    return calling('Reading the whole ledger', async () => {
      const items = await this.#table.scan();
      const entries = items.filter((item) => isPartition(item.pk?.S ?? '')).map(entryOf);
      return entries.sort((a, b) => (a.partition < b.partition ? -1 : 1));
    });
  }

  lock(partition: Partition, owner: string, now: Date, leaseMs: number): Promise<LedgerEntry> {
    return calling(`Locking ${partition}`, async () => {
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
      const holder = (await this.#heldLock(partition))?.owner ?? 'nobody any more';
      throw new HeadraceError(
        'Conflict',
        `Partition ${partition} is locked by execution ${holder}: try again later.`,
      );
    });
  }

  heldLock(partition: Partition): Promise<HeldLock | undefined> {
    return calling(`Reading who has the lock of ${partition}`, () => this.#heldLock(partition));
  }

  renew(partition: Partition, owner: string, now: Date, leaseMs: number): Promise<boolean> {
    return calling(`Renewing the lock of ${partition}`, async () => {
      const renewed = await this.#table.update(partition, {
        expression: 'SET lock_until = :until',
        condition: 'lock_owner = :owner',
        values: { ':owner': text(owner), ':until': number(now.getTime() + leaseMs) },
      });
      return renewed !== undefined;
    });
  }

  unlock(partition: Partition, owner: string): Promise<void> {
    return calling(`Unlocking ${partition}`, async () => {
      await this.#table.update(partition, {
        expression: 'REMOVE lock_owner, lock_until',
        condition: 'lock_owner = :owner',
        values: { ':owner': text(owner) },
      });
    });
  }

  breakLock(partition: Partition, { owner, until }: HeldLock): Promise<void> {
    return calling(`Taking ${partition} from ${owner}`, async () => {
      await this.#table.update(partition, {
        expression: 'REMOVE lock_owner, lock_until',
        condition: 'lock_owner = :owner AND lock_until = :until',
        values: { ':owner': text(owner), ':until': number(until) },
      });
    });
  }

  commit(partition: Partition, owner: string, seenLandings: number, build: CommittedBuild): Promise<void> {
    return calling(`Committing build ${build.build} of ${partition}`, async () => {
      const before = await this.#committed(partition);
      // The day first: a crash in between repeats checks and marts that need not have run; the other way round they
      // would never run. A build that was committed already (a skipped one) changed nothing for its day.
      if (before !== build.build) await markDayChanged(this.#table, partition, this.#clock.now());

      const update = this.#commitUpdate(owner, before, build);
      if ((await this.#table.update(partition, clearing(update, seenLandings))) !== undefined) return;
      // Something landed since the build read its objects: committed, but still stale. `dirty_since` stays too early
      // by one build, which errs on the side of the alarm.
      if ((await this.#table.update(partition, staying(update, this.#clock.now()))) !== undefined) return;
      // A retried call whose first try was committed, its answer lost, finds the lock given back already.
      if ((await this.#committed(partition)) === build.build) return;
      throw new HeadraceError(
        'Conflict',
        `Execution ${owner} lost the lock of partition ${partition} before build ${build.build} was committed.`,
      );
    });
  }

  async #heldLock(partition: Partition): Promise<HeldLock | undefined> {
    const item = await this.#table.get(partition);
    if (item === undefined) return undefined;
    const { lock_owner: owner, lock_until: until = 0 } = partitionItem().parse(item);
    return owner === undefined ? undefined : { owner, until };
  }

  async #committed(partition: Partition): Promise<string | undefined> {
    const item = await this.#table.get(partition);
    return item && partitionItem().parse(item).build;
  }

  /** The owner's lock keeps others from committing, so that `before` is still what the item holds. */
  #commitUpdate(owner: string, before: string | undefined, build: CommittedBuild): Update {
    const { assignments, values } = buildAttributes(build);
    const update = {
      expression: `SET ${assignments}`,
      condition: 'lock_owner = :owner',
      values: { ...values, ':owner': text(owner) },
    };
    const replaced = before === undefined || before === build.build ? [] : [before];
    return retiring(update, replaced, this.#clock.now());
  }

  recordFailure(partition: Partition, failure: NonNullable<LedgerEntry['lastFailure']>): Promise<void> {
    return calling(`Recording a failure of ${partition}`, async () => {
      await this.#table.update(partition, {
        expression: 'SET last_failure = :failure',
        values: { ':failure': failureAttribute(failure) },
      });
    });
  }

  /** As in a commit, the day first: a crash in between repeats checks and marts that need not have run. */
  restore(partition: Partition, { landings, build, retired }: RestoredPartition): Promise<boolean> {
    return calling(`Restoring the ledger's entry of ${partition}`, async () => {
      await markDayChanged(this.#table, partition, this.#clock.now());
      const { assignments, values } = buildAttributes(build);
      const update = {
        expression: `SET ${assignments}, landings = if_not_exists(landings, :landings)`,
        condition: 'attribute_not_exists(build) AND attribute_not_exists(lock_owner)',
        values: { ...values, ':landings': number(landings) },
      };
      const restored = await this.#table.update(partition, retiring(update, retired, this.#clock.now()));
      return restored !== undefined;
    });
  }
}
