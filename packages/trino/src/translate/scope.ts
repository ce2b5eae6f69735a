import type { Node } from '../grammar/grammar.ts';
import { type Position, TrinoError } from '../trinoError.ts';
import { ANY, fieldName, quoted, type TrinoType } from '../types/types.ts';

/** An expression in DuckDB's words with its Trino type. */
export interface Typed {
  sql: string;
  type: TrinoType;
  /** set when it is a string or number written in the statement: formats and paths are read from it */
  literal?: string;
  /** of a time whose zone is read from text, row by row: the bare instant, where the zone does not matter. `sql` fails for another zone than UTC */
  instant?: string;
  /** of a row that is written in the statement, as `sql` has it: what its fields are */
  row?: { sql: string; values: readonly Typed[] };
  /** of what may fail: whether it does not, and is not NULL, where that is faster to find out than the value */
  succeeds?: string;
  /** the same of its try(): whether it is not NULL */
  present?: string;
}

export interface TableColumn {
  name: string;
  type: TrinoType;
  partition?: boolean;
  comment?: string;
}

/** What a name in a FROM clause stands for. */
export interface TableDefinition {
  database: string;
  name: string;
  columns: readonly TableColumn[];
  /** set for a view: its statement, and the database its plain names mean */
  view?: { sql: string; database: string };
}

/** One mention of a stored table: the planner binds `id` to the files that are left after pruning. */
export interface Scan {
  id: string;
  table: TableDefinition;
  /** columns the query really needs: what is counted as scanned */
  used: Set<string>;
  /** over `p`, the list of partitions: what the statement demands of the partition columns */
  predicates: string[];
}

export interface StoredColumn {
  scan: Scan;
  column: string;
}

export interface Column {
  name: string;
  type: TrinoType;
  sql: string;
  /** the stored columns it is made of */
  needs: readonly StoredColumn[];
  /** set while it is a partition column, unchanged, so that a predicate on it prunes partitions; after UNION of each side */
  origins?: readonly StoredColumn[] | undefined;
  /** there when it is named, and not in `*` */
  hidden?: boolean;
}

/** The URI of the file that a row of a stored table is in: a column that is in no definition. */
export const PATH_COLUMN = '$path';

export interface Relation {
  /** `["t"]`, or `["database", "table"]` */
  name: readonly string[];
  columns: readonly Column[];
}

/** A column of a query: its name for clients, its type, and the stored columns it is made of. */
export interface SelectedColumn {
  name: string;
  /** nobody named it: a query around it cannot */
  anonymous?: boolean;
  type: TrinoType;
  needs: readonly StoredColumn[];
  origins?: readonly StoredColumn[] | undefined;
}

/** A query in DuckDB's words. Its columns are called c0, c1 …; `columns` has the names a client sees. */
export interface Query {
  sql: string;
  columns: readonly SelectedColumn[];
}

/** What the whole statement shares. */
export interface Statement {
  /**
   * Translates a query inside of the statement: a subquery, a view, a derived table. Queries hold expressions and
   * relations, which hold queries; this is how they reach each other.
   */
  query(node: Node, scope: Scope): Query;
  /** what CURRENT_CATALOG says */
  catalog: string | undefined;
  /** Throws TrinoError TABLE_NOT_FOUND. */
  table(parts: readonly string[], database: string, at: Position): TableDefinition;
  now: Date;
  /** SQL expressions in place of `?` */
  parameters: readonly string[];
  nextParameter: number;
  scans: Scan[];
  nextName: number;
  needed: StoredColumn[];
  /** of each window of the SELECT that is translated, what its PARTITION BY has */
  windows: (readonly string[])[];
  /** what each UNNEST may pass on of the columns on its left: as l0, l1 … of its alias */
  passedOn: { alias: string; columns: readonly string[] }[];
}

export interface Scope {
  statement: Statement;
  database: string;
  relations: readonly Relation[];
  outer?: Scope | undefined;
  /** `WITH` queries and lambda arguments in sight */
  queries: ReadonlyMap<string, Relation>;
  variables: ReadonlyMap<string, Typed>;
  /** set while a condition is tried as a predicate over the partitions of one scan */
  partitionsOf?: Scan | undefined;
}

export const freshName = (statement: Statement, prefix: string): string => {
  statement.nextName += 1;
  return `${prefix}${statement.nextName}`;
};

/** The scope of a whole statement: nothing is in sight yet. */
export const statementScope = (
  around: Pick<Statement, 'query' | 'table' | 'catalog' | 'now' | 'parameters'>,
  database: string,
): Scope => ({
  statement: { ...around, nextParameter: 0, scans: [], nextName: 0, needed: [], windows: [], passedOn: [] },
  database,
  relations: [],
  queries: new Map(),
  variables: new Map(),
});

/** Runs `work` and says which stored columns it touched, without counting them as needed yet. */
export const collectNeeds = <R>(scope: Scope, work: () => R): { result: R; needs: StoredColumn[] } => {
  const before = scope.statement.needed;
  scope.statement.needed = [];
  try {
    return { result: work(), needs: scope.statement.needed };
  } finally {
    scope.statement.needed = before;
  }
};

/** A field of a row. */
export const field = (row: Typed, name: string, at: Position): Typed => {
  if (row.type.name === 'any') return { sql: `struct_extract(${row.sql}, '${name}')`, type: ANY };
  const index = row.type.fields?.findIndex((f) => f.name?.toLowerCase() === name.toLowerCase()) ?? -1;
  const found = row.type.fields?.[index];
  if (!found) throw new TrinoError('COLUMN_NOT_FOUND', `Column '${name}' cannot be resolved`, at);
  return { sql: `${row.sql}.${quoted(fieldName(found.name, index))}`, type: found.type };
};

class NotAPredicateOverPartitions extends Error {}

const use = (column: Column, scope: Scope): Typed => {
  if (scope.partitionsOf) {
    const origin = column.origins?.find(({ scan }) => scan === scope.partitionsOf);
    if (origin === undefined) throw new NotAPredicateOverPartitions();
    return { sql: `p.${quoted(origin.column)}`, type: column.type };
  }
  scope.statement.needed.push(...column.needs);
  return { sql: column.sql, type: column.type };
};

const candidates = (
  scope: Scope,
  parts: readonly string[],
): { column: Column; rest: readonly string[] }[] => {
  for (let qualifier = Math.min(2, parts.length - 1); qualifier >= 0; qualifier -= 1) {
    const [name = '', ...rest] = parts.slice(qualifier);
    const wanted = parts.slice(0, qualifier);
    const found = scope.relations
      .filter((r) => wanted.every((part, i) => r.name.at(i - wanted.length) === part))
      .flatMap((r) => r.columns.filter((column) => column.name === name))
      .map((column) => ({ column, rest }));
    if (found.length > 0) return found;
  }
  return [];
};

/** A column, or the field of a row column, by its parts as written. Throws COLUMN_NOT_FOUND, AMBIGUOUS_NAME. */
export const resolve = (scope: Scope, written: readonly string[], at: Position): Typed => {
  const parts = written.map((part) => part.toLowerCase());
  const variable = scope.variables.get(parts[0] ?? '');
  if (variable) return parts.slice(1).reduce((row, name) => field(row, name, at), variable);
  for (let sight: Scope | undefined = scope; sight; sight = sight.outer) {
    const [first, second] = candidates(sight, parts);
    if (first && second)
      throw new TrinoError('AMBIGUOUS_NAME', `Column '${written.join('.')}' is ambiguous`, at);
    if (first) return first.rest.reduce((row, name) => field(row, name, at), use(first.column, scope));
  }
  throw new TrinoError('COLUMN_NOT_FOUND', `Column '${written.join('.')}' cannot be resolved`, at);
};
