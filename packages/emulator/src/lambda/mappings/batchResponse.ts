import { z } from 'zod';
import type { EventRecord } from './event.ts';

const response = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * How many records of a batch are done, by what a function with ReportBatchItemFailures answered: all before the
 * lowest failed sequence number. As on AWS an answer that names nothing is a success, and one that is malformed or
 * names a record that was not in the batch is a failure of the whole batch.
 */
export const doneBefore = (payload: string, batch: readonly EventRecord[]): number => {
  const parsed = response.safeParse(JSON.parse(payload));
  if (!parsed.success) return 0;
  const failed = (parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) =>
    batch.findIndex(({ sequenceNumber }) => sequenceNumber === itemIdentifier),
  );
  return failed.length === 0 ? batch.length : Math.max(0, Math.min(...failed));
};
