import { HeadraceError } from '../errors.ts';
import type { Partition } from '../lake/partition.ts';
import type { Clock } from '../ports/clock.ts';
import type { LedgerEntry, PartitionStates } from '../ports/ledger.ts';
import type { Runs } from '../ports/runs.ts';

/** The build function's timeout: a lock outlives no invocation that holds it. */
const BUILD_LEASE_MS = 15 * 60 * 1000;

/**
 * More than the publish function's timeout, and much less than what most builds have left of their lease when they end.
 */
export const PUBLISH_LEASE_MS = 90 * 1000;

interface LockingPorts {
  partitionStates: PartitionStates;
  runs: Runs;
  clock: Clock;
}

/**
 * Frees the partition if the run that locked it has ended without giving the lock back, because it was stopped. Its
 * functions may still be at work. A Build changes nothing that readers see, and the Publish after it finds the lock
 * gone. But a Publish that has renewed the lock may be about to move readers: a lease as short as its own is left to
 * end.
 */
const freedOfEndedRun = async (
  { partitionStates, runs, clock }: LockingPorts,
  partition: Partition,
): Promise<boolean> => {
  const held = await partitionStates.heldLock(partition);
  if (held === undefined) return true;
  if (held.until - clock.now().getTime() <= PUBLISH_LEASE_MS) return false;
  if (!(await runs.hasEnded(held.owner))) return false;
  await partitionStates.breakLock(partition, held);
  return true;
};

/** Locks a partition for an execution. Throws Conflict while another one has it. */
export const takeLock = async (
  ports: LockingPorts,
  partition: Partition,
  execution: string,
): Promise<LedgerEntry> => {
  const lock = () => ports.partitionStates.lock(partition, execution, ports.clock.now(), BUILD_LEASE_MS);
  try {
    return await lock();
  } catch (error) {
    const isLocked = error instanceof HeadraceError && error.name === 'Conflict';
    if (!isLocked || !(await freedOfEndedRun(ports, partition))) throw error;
    return lock();
  }
};
