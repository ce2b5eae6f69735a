import * as z from 'zod';
import { isObject, parseJson } from '../events/parseJson.ts';
import type { Clock, Ledger, ObjectStore } from '../ports.ts';
import { reportKey } from './reporting.ts';

const MAX_CAUSE = 300;

/** What Catch puts at its ResultPath. A timeout comes without a cause. */
export const failureInput = z.object({
  execution: z.string(),
  partition: z.string().optional(),
  error: z.object({ Error: z.string(), Cause: z.string().default('') }),
});

export interface FailingPorts {
  store: ObjectStore;
  ledger: Ledger;
  clock: Clock;
}

/** A Lambda's failure comes as JSON text, with its stack: the message is what a person wants to read. */
const readable = (cause: string): string => {
  const parsed = parseJson(cause);
  if (!isObject(parsed?.value)) return cause;
  const message = parsed.value.errorMessage;
  return typeof message === 'string' ? message : cause;
};

/**
 * Writes down a failure: of a partition, in the ledger, whose lock it gives back; of the whole run, as its report.
 * It is the last thing a failing run does, so anything that has a name and a cause is taken as it is.
 */
export const recordFailure = async (
  { execution, partition, error }: z.infer<typeof failureInput>,
  { store, ledger, clock }: FailingPorts,
) => {
  const failure = { error: error.Error, cause: readable(error.Cause).slice(0, MAX_CAUSE) };
  const at = clock.now().toISOString();
  if (partition !== undefined) {
    await ledger.recordFailure(partition, { ...failure, at, execution });
    await ledger.unlock(partition, execution);
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
