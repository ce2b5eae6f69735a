import { z } from 'zod';

const response = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * The items that a function with ReportBatchItemFailures says it failed at; `all` when its answer means the whole batch.
 * As on AWS: no answer and one that names nothing (null, {}, [], "") are a success; one that is malformed, or has an
 * empty identifier, is a failure of the whole batch.
 */
export const itemFailures = (payload: string): readonly string[] | 'all' => {
  const answer: unknown = payload === '' ? null : JSON.parse(payload);
  if (answer === '' || (Array.isArray(answer) && answer.length === 0)) return [];
  const parsed = response.safeParse(answer);
  if (!parsed.success) return 'all';
  return (parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
};
