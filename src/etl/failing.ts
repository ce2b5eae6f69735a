import { reportKey } from '../lake/layout.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { PartitionStates } from '../ports/ledger.ts';
import * as z from '../schema.ts';
import { caught, shortCause } from './cause.ts';

export const failureInput = z.object({
  execution: z.string(),
  partition: z.optional(z.string()),
  error: caught(),
});

interface FailingPorts {
  store: ObjectStore;
  partitionStates: PartitionStates;
  clock: Clock;
}

/**
 * Writes down a failure: of a partition, in the ledger, whose lock it gives back; of the whole run, as its report.
 * It is the last thing a failing run does, so anything that has a name and a cause is taken as it is.
 */
export const recordFailure = async (
  { execution, partition, error }: z.infer<typeof failureInput>,
  { store, partitionStates, clock }: FailingPorts,
) => {
  const failure = { error: error.Error, cause: shortCause(error.Cause) };
  const at = clock.now().toISOString();
  if (partition !== undefined) {
    // An hour that another run has is not a failed one; what that run makes of it is its own to write down.
    if (failure.error !== 'Conflict')
      await partitionStates.recordFailure(partition, { ...failure, at, execution });
    await partitionStates.unlock(partition, execution);
    return { partition, failed: true as const, ...failure };
  }
  const report = { execution, status: 'FAILED', ...failure, finishedAt: at };
  await store.put(
    reportKey(execution),
    Buffer.from(`${JSON.stringify(report, null, 2)}\n`),
    'application/json',
  );
  return { failed: true as const, ...failure };
};
