import { type Node, positionOf } from '../grammar/grammar.ts';
import { TrinoError } from '../trinoError.ts';
import type { Query, Relation } from './scope.ts';

/** The columns of a query as a relation called `alias` shows them. */
export const relationOf = (
  query: Query,
  alias: string,
  name: readonly string[],
  named?: readonly string[],
): Relation => ({
  name,
  columns: query.columns.map((column, i) => ({
    name: (named?.[i] ?? column.name).toLowerCase(),
    type: column.type,
    sql: `${alias}.c${i}`,
    needs: column.needs,
    origin: column.origin,
  })),
});

/** Throws TYPE_MISMATCH when an alias names more or fewer columns than there are. */
export const checkAliases = (aliases: readonly string[] | undefined, count: number, node: Node): void => {
  if (aliases && aliases.length !== count) {
    const counts = `Column alias list has ${aliases.length} entries but relation has ${count} columns`;
    throw new TrinoError('TYPE_MISMATCH', counts, positionOf(node));
  }
};

/** A piece of a FROM clause in DuckDB's words, and what it brings into sight. */
export interface Source {
  sql: string;
  relations: readonly Relation[];
}
