import { type CompiledQuery, compiledQueries } from '../../compiler/sql/compile.ts';
import type { QueryCounts } from '../../src/backfill/cost.ts';
import { readingsOf } from '../../src/etl/scanBudget.ts';
import { namesIn } from '../../src/sqlText.ts';
import { eventsTable } from '../../src/tables/tables.ts';

/** A query of queries/ and the columns that it reads, for each time that it reads `events`. */
export interface RunQuery {
  name: string;
  scans: string[][];
  /** what it reads of the days that changed: the hours that did, all of them, or also the days around */
  period: 'hours' | 'days' | 'neighbourDays';
}

/** The queries that a run of the etl starts. */
export interface RunQueries {
  checks: RunQuery[];
  warnings: RunQuery[];
  marts: RunQuery[];
}

const stored = eventsTable.columns.map(({ name }) => name);

/**
 * For each scan of `events` the columns that the SQL reads there, nested ones whole; other tables are small or not
 * known. Of what packages/trino does not take, all columns are taken to be read.
 */
const columnsRead = ({ declared, reads, scans }: CompiledQuery): string[][] => {
  if (declared) return reads.includes(eventsTable.name) ? [[...stored]] : [];
  const ours = scans.filter(({ table }) => table.name === eventsTable.name);
  return ours.map(({ used }) => stored.filter((name) => used.has(name)));
};

const periodOf = ({ text }: CompiledQuery): RunQuery['period'] => {
  const macros = namesIn(text).map(({ name }) => name);
  if (macros.includes('neighbourDays')) return 'neighbourDays';
  return macros.includes('hours') ? 'hours' : 'days';
};

/** Exported for its test. */
export const runQueryOf = (query: CompiledQuery): RunQuery => ({
  name: query.name,
  scans: columnsRead(query),
  period: periodOf(query),
});

export const runQueries = (): RunQueries => {
  const { checks, warnings, marts } = compiledQueries();
  return {
    checks: checks.map(runQueryOf),
    warnings: warnings.map(runQueryOf),
    marts: marts.map(runQueryOf),
  };
};

/** How often all of them read a day: what a run reserves of its budget for each. */
export const readingsOfRun = (timeZone: string): number => {
  const { checks, warnings, marts } = compiledQueries();
  return readingsOf(
    [...checks, ...marts, ...warnings].map(({ text }) => ({ sql: text })),
    timeZone,
  );
};

export const countsOf = ({ checks, warnings, marts }: RunQueries): QueryCounts => ({
  checks: checks.length,
  warnings: warnings.length,
  marts: marts.length,
});
