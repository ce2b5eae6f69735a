import { type Node, positionOf } from '../grammar/grammar.ts';
import { TrinoError } from '../trinoError.ts';
import type { Query, Relation, Statement } from './scope.ts';

/** The columns of a query as a relation called `alias` shows them. */
export const relationOf = (
  query: Query,
  alias: string,
  name: readonly string[],
  named?: readonly string[],
): Relation => ({
  name,
  columns: query.columns.map((column, i) => ({
    name: (named?.[i] ?? (column.anonymous ? '' : column.name)).toLowerCase(),
    type: column.type,
    sql: `${alias}.c${i}`,
    needs: column.needs,
    origins: column.origins,
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
  /** of an UNNEST: its lists, each as the column it becomes, and the alias these columns are of */
  unnested?: { lists: readonly string[]; alias: string };
}

/**
 * An UNNEST of what stands on its left, as one query: DuckDB's joins would not keep the order of the rows, nor of the
 * elements. For a LEFT JOIN a row whose lists are empty stays. Which columns the query passes on, withPassedOn() says.
 */
export const unnestBeside = (
  left: Source,
  right: Source,
  keepsRows: boolean,
  statement: Statement,
): Source => {
  const { lists = [], alias = '' } = right.unnested ?? {};
  const passed: string[] = [];
  const relations = left.relations.map((relation) => ({
    ...relation,
    columns: relation.columns.map((column) => {
      passed.push(column.sql);
      return { ...column, sql: `${alias}.l${passed.length - 1}` };
    }),
  }));
  statement.passedOn.push({ alias, columns: passed });
  const items = lists.map((list, i) => {
    const longest = lists.map((each) => `coalesce(len(${each}), 0)`).join(', ');
    return `unnest(${keepsRows ? `CASE WHEN greatest(${longest}) > 0 THEN ${list} ELSE [NULL] END` : list}) AS c${i}`;
  });
  return {
    sql: `(SELECT ${placeOf(alias)}${items.join(', ')} FROM ${left.sql}) AS ${alias}`,
    relations: [...relations, ...right.relations],
  };
};

const placeOf = (alias: string): string => `\u0002${alias}\u0002`;

/** The SQL of a whole statement, where each UNNEST passes on what is asked for around it, and no more. */
export const withPassedOn = (sql: string, statement: Statement): string =>
  statement.passedOn.reduceRight((text, { alias, columns }) => {
    const used = columns.flatMap((column, i) =>
      new RegExp(`\\b${alias}\\.l${i}\\b`).test(text) ? [`${column} AS l${i}, `] : [],
    );
    return text.replaceAll(placeOf(alias), () => used.join(''));
  }, sql);
