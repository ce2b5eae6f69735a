import { once } from '../once.ts';
import * as z from '../schema.ts';
import { caught, shortCause } from './cause.ts';

/** The check of the archive is asked beside the queries of queries/warnings/, under this name. */
export const ARCHIVE_CHECK = 'archive';

/** So is how far speed was from batch. What it finds is no warning. */
export const SPEED_CHECK = 'speed';

/** Stands in a report where none of the queries gave an answer. */
const ALL_WARNINGS = 'all';

/** Stands in a report where the crawler failed. */
export const CRAWL = 'crawl';

/** What Headrace itself tells among the warnings of a report: a query of queries/warnings/ cannot be called so. */
export const OWN_WARNINGS: readonly string[] = [ARCHIVE_CHECK, SPEED_CHECK, ALL_WARNINGS, CRAWL];

const row = /* @__PURE__ */ once(() =>
  z.object({ Data: z._default(z.array(z.object({ VarCharValue: z.optional(z.string()) })), []) }),
);

/** Athena's first row holds the names of the columns. */
const ran = /* @__PURE__ */ once(() => z.object({ name: z.string(), rows: z.array(row()) }));
const broke = /* @__PURE__ */ once(() => z.object({ name: z.string(), error: caught() }));

/** What the Map Warnings leaves: an item a query; or its own error, when the items were too large together. */
export const warningResults = /* @__PURE__ */ once(() =>
  z.union([z.array(z.union([broke(), ran()])), caught()]),
);

export type WarningResults = z.infer<ReturnType<typeof warningResults>>;

/** Something to know of: rows that a query found, by the names of its columns, at most ten; or that it did not run. */
export const warning = /* @__PURE__ */ once(() =>
  z.union([
    z.object({ name: z.string(), rows: z.array(z.record(z.string(), z.nullable(z.string()))) }),
    z.object({ name: z.string(), error: z.string(), cause: z.string() }),
  ]),
);

export type Warning = z.infer<ReturnType<typeof warning>>;

type Row = z.infer<ReturnType<typeof row>>;

const named = (columns: Row, { Data }: Row): Record<string, string | null> =>
  Object.fromEntries(
    columns.Data.map(({ VarCharValue = '' }, at) => [VarCharValue, Data[at]?.VarCharValue ?? null]),
  );

export const didNotRun = (name: string, failure: z.infer<ReturnType<typeof caught>>): Warning => ({
  name,
  error: failure.Error,
  cause: shortCause(failure.Cause),
});

/** The warnings of a run, as its report has them. A query that ran and found nothing is none. */
export const warningsIn = (results: WarningResults): Warning[] => {
  if (!Array.isArray(results)) return [didNotRun(ALL_WARNINGS, results)];
  return results.flatMap((result): Warning[] => {
    if ('error' in result) return [didNotRun(result.name, result.error)];
    const [columns, ...found] = result.rows;
    if (columns === undefined || found.length === 0) return [];
    return [{ name: result.name, rows: found.map((one) => named(columns, one)) }];
  });
};

/** What was compared of speed and batch: its figures stand beside the warnings. */
export const isSpeed = (warning: Warning): boolean => warning.name === SPEED_CHECK && 'rows' in warning;

/** The warning that has a metric of its own. A project may do without it, and has no such metric then. */
export const REPEATED_IDS = 'eventIdInTwoHours';

/** The rows that a query found; undefined when it did not run, so that nobody takes it for none. */
export const rowsFound = (
  warnings: readonly Warning[],
  query: string,
): Record<string, string | null>[] | undefined => {
  const about = warnings.filter(({ name }) => [query, ALL_WARNINGS].includes(name));
  const rows = about.map((warning) => ('rows' in warning ? warning.rows : undefined));
  return rows.includes(undefined) ? undefined : rows.flatMap((some) => some ?? []);
};

/** Ids that it found, over its sources; undefined when it did not run. */
export const repeatedIds = (warnings: readonly Warning[]): number | undefined =>
  rowsFound(warnings, REPEATED_IDS)?.reduce((sum, { ids }) => sum + Number(ids), 0);
