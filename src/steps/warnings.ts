import * as z from 'zod';
import { caught, readableCause } from './cause.ts';

const MAX_CAUSE = 300;

const row = z.object({ Data: z.array(z.object({ VarCharValue: z.string().optional() })).default([]) });

/** Athena's first row holds the names of the columns. */
const ran = z.object({ name: z.string(), rows: z.array(row) });
const broke = z.object({ name: z.string(), error: caught });

/** What the Map Warnings leaves: an item a query; or its own error, when the items were too large together. */
export const warningResults = z.union([z.array(z.union([broke, ran])), caught]);

export type WarningResults = z.infer<typeof warningResults>;

/** Something to know of: rows that a query found, by the names of its columns, at most ten; or that it did not run. */
export const warning = z.union([
  z.object({ name: z.string(), rows: z.array(z.record(z.string(), z.string().nullable())) }),
  z.object({ name: z.string(), error: z.string(), cause: z.string() }),
]);

export type Warning = z.infer<typeof warning>;

type Row = z.infer<typeof row>;

const named = (columns: Row, { Data }: Row): Record<string, string | null> =>
  Object.fromEntries(
    columns.Data.map(({ VarCharValue = '' }, at) => [VarCharValue, Data[at]?.VarCharValue ?? null]),
  );

const didNotRun = (name: string, failure: z.infer<typeof caught>): Warning => ({
  name,
  error: failure.Error,
  cause: readableCause(failure.Cause).slice(0, MAX_CAUSE),
});

/** The warnings of a run, as its report has them. A query that ran and found nothing is none. */
export const warningsIn = (results: WarningResults): Warning[] => {
  if (!Array.isArray(results)) return [didNotRun('all', results)];
  return results.flatMap((result): Warning[] => {
    if ('error' in result) return [didNotRun(result.name, result.error)];
    const [columns, ...found] = result.rows;
    if (columns === undefined || found.length === 0) return [];
    return [{ name: result.name, rows: found.map((one) => named(columns, one)) }];
  });
};

/** Ids that eventIdInTwoHours found, over its sources; undefined when it did not run, so that nobody takes it for none. */
export const repeatedIds = (warnings: readonly Warning[]): number | undefined => {
  const about = warnings.filter(({ name }) => ['eventIdInTwoHours', 'all'].includes(name));
  const rows = about.map((warning) => ('rows' in warning ? warning.rows : undefined));
  if (rows.includes(undefined)) return undefined;
  return rows.flatMap((some) => some ?? []).reduce((sum, { ids }) => sum + Number(ids), 0);
};
