import type { EventRecord } from './event.ts';
import { itemFailures } from './itemFailures.ts';

/**
 * How many records of a batch are done, by what a function with ReportBatchItemFailures answered: all before the
 * lowest failed sequence number. One that was not in the batch means the whole batch.
 */
export const doneBefore = (payload: string, batch: readonly EventRecord[]): number => {
  const failures = itemFailures(payload);
  if (failures === 'all') return 0;
  const failed = failures.map((id) => batch.findIndex(({ sequenceNumber }) => sequenceNumber === id));
  return failed.length === 0 ? batch.length : Math.max(0, Math.min(...failed));
};
