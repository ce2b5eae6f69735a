import './constructs.ts';
import './literals.ts';
import '../functions/aggregates.ts';
import '../functions/collections.ts';
import '../functions/dates.ts';
import '../functions/json.ts';
import '../functions/lambdas.ts';
import '../functions/math.ts';
import '../functions/strings.ts';
import type { Node } from '../grammar/grammar.ts';
import { parseExpression } from '../grammar/grammar.ts';
import { translateQuery } from './queries.ts';
import { type Scan, type Statement, statementScope } from './scope.ts';
import type { SelectedColumn } from './select.ts';
import { translate } from './translate.ts';
import type { TrinoType } from '../types/types.ts';

export interface Translated {
  /** SQL of DuckDB; stored tables are called scan_0, scan_1 … */
  sql: string;
  columns: readonly SelectedColumn[];
  scans: readonly Scan[];
}

export interface Surroundings {
  table: Statement['table'];
  database: string;
  now: Date;
  parameters?: readonly string[] | undefined;
}

/** A query of Trino's as one of DuckDB's. Throws TrinoError. Pure: knows no file and no connection. */
export const translateStatement = (query: Node, around: Surroundings): Translated => {
  const scope = statementScope(around.table, around.database, around.now, around.parameters);
  const { sql, columns } = translateQuery(query, scope);
  for (const need of [...scope.statement.needed, ...columns.flatMap((column) => column.needs)]) {
    need.scan.used.add(need.column);
  }
  return { sql, columns, scans: scope.statement.scans };
};

/** An expression without columns: for tests and for EXECUTE … USING. */
export const translateExpression = (sql: string, now: Date): { sql: string; type: TrinoType } => {
  const scope = statementScope(
    () => {
      throw new Error('an expression has no tables');
    },
    'default',
    now,
  );
  return translate(parseExpression(sql), scope);
};
