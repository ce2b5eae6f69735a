import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Partition } from '../lake/partition.ts';
import type {
  Clock,
  CommittedBuild,
  Ledger,
  LedgerEntry,
  LeftOver,
  PendingDay,
  RestoredPartition,
  RetiredMartRun,
} from '../ports.ts';
import { calling } from './failures.ts';
import { LedgerDays } from './ledgerDays.ts';
import { LedgerPartitions } from './ledgerPartitions.ts';
import { LedgerRetired } from './ledgerRetired.ts';
import { LedgerShapes } from './ledgerShapes.ts';
import { LedgerTable } from './ledgerTable.ts';

const martKey = (mart: string, day: string): string => `mart#${mart}#${day}`;

/**
 * The ledger in one DynamoDB table (resources/data/ledger.yml): `2026-11-01T05` a partition, `day#2026-11-01` a day,
 * `mart#daily_sales#2026-11-01` files of a mart that were replaced, `shape#<event name>` the property shapes seen,
 * `crawl` the crawls asked for. It uses conditions on single items
 * and two sparse indexes of keys, nothing else of DynamoDB: no transactions, no TTL, no streams.
 */
export class DynamoLedger implements Ledger {
  readonly #partitions: LedgerPartitions;
  readonly #days: LedgerDays;
  readonly #shapes: LedgerShapes;
  readonly #retired: LedgerRetired;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    const table = new LedgerTable(client, tableName);
    this.#days = new LedgerDays(table);
    this.#partitions = new LedgerPartitions(table, this.#days, clock);
    this.#shapes = new LedgerShapes(table);
    this.#retired = new LedgerRetired(table);
    this.#clock = clock;
  }

  markStale(partition: Partition, at: Date): Promise<void> {
    return calling(`Marking ${partition} stale`, () => this.#partitions.markStale(partition, at));
  }

  stalePartitions(limit: number): Promise<{ partitions: Partition[]; more: boolean }> {
    return calling('Listing the stale partitions', () => this.#partitions.stale(limit));
  }

  entry(partition: Partition): Promise<LedgerEntry | undefined> {
    return calling(`Reading the ledger's entry of ${partition}`, () => this.#partitions.entry(partition));
  }

  allEntries(): Promise<LedgerEntry[]> {
    return calling('Reading the whole ledger', () => this.#partitions.allEntries());
  }

  entries(from: Partition, to: Partition): Promise<LedgerEntry[]> {
    return calling(`Reading the ledger from ${from} to ${to}`, () => this.#partitions.entries(from, to));
  }

  lock(partition: Partition, owner: string, now: Date, leaseMs: number): Promise<LedgerEntry> {
    return calling(`Locking ${partition}`, () => this.#partitions.lock(partition, owner, now, leaseMs));
  }

  renew(partition: Partition, owner: string, now: Date, leaseMs: number): Promise<boolean> {
    return calling(`Renewing the lock of ${partition}`, () =>
      this.#partitions.renew(partition, owner, now, leaseMs),
    );
  }

  unlock(partition: Partition, owner: string): Promise<void> {
    return calling(`Unlocking ${partition}`, () => this.#partitions.unlock(partition, owner));
  }

  commit(partition: Partition, owner: string, seenLandings: number, build: CommittedBuild): Promise<void> {
    return calling(`Committing build ${build.build} of ${partition}`, () =>
      this.#partitions.commit(partition, owner, seenLandings, build),
    );
  }

  recordFailure(partition: Partition, failure: NonNullable<LedgerEntry['lastFailure']>): Promise<void> {
    return calling(`Recording a failure of ${partition}`, () =>
      this.#partitions.recordFailure(partition, failure),
    );
  }

  restore(partition: Partition, known: RestoredPartition): Promise<boolean> {
    return calling(`Restoring the ledger's entry of ${partition}`, () =>
      this.#partitions.restore(partition, known),
    );
  }

  pendingDays(limit: number): Promise<PendingDay[]> {
    return calling('Listing the pending days', () => this.#days.pending(limit));
  }

  clearDays(days: readonly PendingDay[]): Promise<void> {
    return calling('Clearing the pending days', () => this.#days.clear(days));
  }

  dayCounters(days: readonly string[]): Promise<PendingDay[]> {
    return calling('Reading the counters of days', () => this.#days.counters(days));
  }

  reopenDays(days: readonly PendingDay[]): Promise<void> {
    return calling('Reopening days', () => this.#days.reopen(days));
  }

  retireBuilds(partition: Partition, left: LeftOver): Promise<void> {
    return calling(`Noting builds of ${partition} for removal`, () =>
      this.#retired.retire(partition, 'partition', left, this.#clock.now()),
    );
  }

  retiredBuilds(before: Date, limit: number): Promise<{ partition: Partition; build: string }[]> {
    return calling('Listing the retired builds', async () => {
      const found = await this.#retired.before('partition', before, limit);
      return found.map(({ pk, name }) => ({ partition: pk, build: name }));
    });
  }

  forgetRetired(partition: Partition, build: string): Promise<void> {
    return calling(`Forgetting the retired build ${build} of ${partition}`, () =>
      this.#retired.forget(partition, build),
    );
  }

  retireMartRuns(mart: string, day: string, left: LeftOver): Promise<void> {
    return calling(`Noting runs of mart ${mart} for removal from ${day}`, () =>
      this.#retired.retire(martKey(mart, day), 'mart', left, this.#clock.now()),
    );
  }

  retiredMartRuns(before: Date, limit: number): Promise<RetiredMartRun[]> {
    return calling('Listing the retired files of marts', async () => {
      const found = await this.#retired.before('mart', before, limit);
      return found.map(({ pk, name }) => {
        const [, mart = '', day = ''] = pk.split('#');
        return { mart, day, run: name };
      });
    });
  }

  forgetMartRun({ mart, day, run }: RetiredMartRun): Promise<void> {
    return calling(`Forgetting run ${run} of mart ${mart}`, () =>
      this.#retired.forget(martKey(mart, day), run),
    );
  }

  noteShapes(eventName: string, shapes: readonly string[]): Promise<string[]> {
    return calling(`Noting the shapes of ${eventName}`, () => this.#shapes.note(eventName, shapes));
  }

  crawlWanted(): Promise<{ pending: boolean; wanted: number }> {
    return calling('Reading the crawl counters', () => this.#shapes.crawlWanted());
  }

  crawlDone(wanted: number): Promise<void> {
    return calling('Counting a crawl as done', () => this.#shapes.crawlDone(wanted));
  }
}
