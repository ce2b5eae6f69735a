import './constructs.ts';
import './literals.ts';
import './sqlJson.ts';
import '../functions/aggregates.ts';
import '../functions/collections.ts';
import '../functions/dates.ts';
import '../functions/json.ts';
import '../functions/lambdas.ts';
import '../functions/math.ts';
import '../functions/regexps.ts';
import '../functions/strings.ts';
import { type Node, parseExpression } from '../grammar/grammar.ts';
import type { TrinoType } from '../types/types.ts';
import { translateQuery } from './queries.ts';
import { withPassedOn } from './relations.ts';
import { type Scan, type SelectedColumn, type Statement, statementScope } from './scope.ts';
import { translate } from './translate.ts';

export interface Translated {
  /** SQL of DuckDB. Its columns are called c0, c1 …, and each mention of a stored table scan_0, scan_1 … */
  sql: string;
  /** the columns as a client sees them, in order */
  columns: readonly SelectedColumn[];
  /** the stored tables the query reads: bind each `id` to a view before the query runs */
  scans: readonly Scan[];
}

/** What a query stands in. */
interface Surroundings {
  /** Finds a table by the parts of its name in lower case. Throws TrinoError TABLE_NOT_FOUND. */
  table: Statement['table'];
  /** what a name without a database belongs to */
  database: string;
  /** what CURRENT_CATALOG says; without it that is refused */
  catalog?: string | undefined;
  /** the time of CURRENT_TIMESTAMP and its kin */
  now: Date;
  /** SQL expressions for `?`, in order */
  parameters?: readonly string[] | undefined;
}

/**
 * A query of Trino's as one of DuckDB's. Throws TrinoError for what is wrong, and for what cannot be translated. Pure:
 * knows no file and no connection.
 */
export const translateStatement = (query: Node, around: Surroundings): Translated => {
  const { table, database, catalog, now, parameters = [] } = around;
  const scope = statementScope({ query: translateQuery, table, catalog, now, parameters }, database);
  const { sql, columns } = translateQuery(query, scope);
  for (const need of [...scope.statement.needed, ...columns.flatMap((column) => column.needs)]) {
    need.scan.used.add(need.column);
  }
  return { sql: withPassedOn(sql, scope.statement), columns, scans: scope.statement.scans };
};

/** An expression without columns, for tests. Throws TrinoError. */
export const translateExpression = (sql: string, now: Date): { sql: string; type: TrinoType } => {
  const table = () => {
    throw new Error('an expression has no tables');
  };
  const around = { query: translateQuery, table, catalog: undefined, now, parameters: [] };
  const scope = statementScope(around, 'default');
  const { type, ...typed } = translate(parseExpression(sql), scope);
  return { sql: withPassedOn(typed.sql, scope.statement), type };
};
