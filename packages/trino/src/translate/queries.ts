import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { nameOf } from '../grammar/names.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { itemExpression, sortable, sortableAt, sortItem, unify } from './calls.ts';
import { demandOneForm } from './comparisons.ts';
import { checkAliases, relationOf } from './relations.ts';
import { type Column, collectNeeds, freshName, type Query, type Scope, type Typed } from './scope.ts';
import { selectFrom } from './select.ts';
import { translate } from './translate.ts';

const withQueries = (
  node: InstanceType<typeof T.WithContext>,
  scope: Scope,
): { clauses: string[]; scope: Scope } => {
  if (node.KW_RECURSIVE()) throw notSupported('WITH RECURSIVE', positionOf(node));
  let inner = scope;
  const clauses = node.namedQuery().map((named) => {
    const name = nameOf(named.identifier()).toLowerCase();
    const query = translateQuery(named.query(), inner);
    const alias = freshName(scope.statement, 'q');
    const aliases = named.columnAliases()?.identifier().map(nameOf);
    checkAliases(aliases, query.columns.length, named);
    const relation = relationOf(query, alias, [name], aliases);
    // read in several places, so a predicate of one of them must not prune it for all
    const columns = relation.columns.map((column) => ({ ...column, origins: undefined }));
    inner = { ...inner, queries: new Map(inner.queries).set(name, { name: [alias], columns }) };
    return `${alias} AS (${query.sql})`;
  });
  return { clauses, scope: inner };
};

/** A query of any form. Throws TrinoError. */
export const translateQuery = (node: Node, scope: Scope): Query => {
  if (!(node instanceof T.QueryStatementContext)) throw notSupported('this query', positionOf(node));
  const named = node.with();
  if (!named) return queryNoWith(node.queryNoWith(), scope);
  const inner = withQueries(named, scope);
  const query = queryNoWith(node.queryNoWith(), inner.scope);
  return { ...query, sql: `WITH ${inner.clauses.join(', ')} ${query.sql}` };
};

interface Limits {
  sql: string;
  /** of FETCH FIRST n ROWS WITH TIES */
  ties?: number;
}

const limits = (node: InstanceType<typeof T.QueryNoWithContext>, scope: Scope): Limits => {
  const count = (row: Node | null | undefined): string | undefined => {
    const written = row?.getText();
    if (written !== '?') return written;
    const parameter = scope.statement.parameters[scope.statement.nextParameter];
    scope.statement.nextParameter += 1;
    return parameter;
  };
  const offset = count(node._offset);
  const written = node.limitRowCount();
  const limit = written
    ? written.KW_ALL()
      ? undefined
      : count(written)
    : node.KW_FETCH()
      ? (count(node._fetchFirst) ?? '1')
      : undefined;
  for (const number of [offset, limit]) {
    if (number !== undefined && !/^\d+$/.test(number))
      throw notSupported('a LIMIT that is not a number', positionOf(node));
  }
  if (node.KW_TIES()) {
    if (offset !== undefined) throw notSupported('OFFSET with FETCH FIRST … WITH TIES', positionOf(node));
    return { sql: '', ties: Number(limit) };
  }
  return {
    sql: `${limit === undefined ? '' : ` LIMIT ${limit}`}${offset === undefined ? '' : ` OFFSET ${offset}`}`,
  };
};

const queryNoWith = (node: InstanceType<typeof T.QueryNoWithContext>, scope: Scope): Query => {
  const term = node.queryTerm();
  const { sql: cut, ties } = limits(node, scope);
  const primary = term instanceof T.QueryTermDefaultContext ? term.queryPrimary() : undefined;
  if (primary instanceof T.QueryPrimaryDefaultContext) {
    const query = selectFrom(primary.querySpecification(), node.sortItem(), scope, ties);
    return cut || ties !== undefined ? withoutOrigins({ ...query, sql: query.sql + cut }) : query;
  }
  if (ties !== undefined) throw notSupported('FETCH FIRST … WITH TIES of this query', positionOf(node));
  const query = queryTerm(term, scope);
  if (node.sortItem().length === 0 && !cut) return query;
  const order = orderOfResult(query, node.sortItem(), scope);
  return withoutOrigins({ ...query, sql: `SELECT * FROM (${query.sql}) AS o${order}${cut}` });
};

/** A predicate from outside must not reach below a LIMIT. */
const withoutOrigins = (query: Query): Query => ({
  ...query,
  columns: query.columns.map((column) => ({ ...column, origins: undefined })),
});

/** ORDER BY of a set operation or VALUES: it only sees the result's columns. */
const orderOfResult = (
  query: Query,
  items: readonly InstanceType<typeof T.SortItemContext>[],
  scope: Scope,
): string => {
  if (items.length === 0) return '';
  const inner: Scope = { ...scope, relations: [relationOf(query, 'o', [])], outer: scope };
  const sorted = items.map((item) => {
    const node = itemExpression(item);
    if (!/^\d+$/.test(node.getText())) return sortItem(item, sortable(node, inner).sql);
    const place = Number(node.getText());
    sortableAt(query.columns, place, item);
    return sortItem(item, `o.c${place - 1}`);
  });
  return ` ORDER BY ${sorted.join(', ')}`;
};

const queryTerm = (node: Node, scope: Scope): Query => {
  if (node instanceof T.SetOperationContext) return setOperation(node, scope);
  if (!(node instanceof T.QueryTermDefaultContext)) throw notSupported('this query', positionOf(node));
  const primary = node.queryPrimary();
  if (primary instanceof T.QueryPrimaryDefaultContext)
    return selectFrom(primary.querySpecification(), [], scope);
  if (primary instanceof T.SubqueryContext) {
    const query = queryNoWith(primary.queryNoWith(), scope);
    return { ...query, sql: `(${query.sql})` };
  }
  if (primary instanceof T.InlineTableContext) return inlineTable(primary, scope);
  throw notSupported('TABLE as a query', positionOf(node));
};

const aligned = (query: Query, wanted: readonly types.TrinoType[]): string => {
  const same = query.columns.every(
    (column, i) => types.typeText(column.type) === types.typeText(wanted[i] ?? types.ANY),
  );
  if (same) return query.sql;
  const columns = wanted.map((type, i) =>
    type.name === 'any' || type.name === 'unknown'
      ? `c${i}`
      : `CAST(c${i} AS ${types.duckType(type)}) AS c${i}`,
  );
  return `SELECT ${columns.join(', ')} FROM (${query.sql}) AS u`;
};

const setOperation = (node: InstanceType<typeof T.SetOperationContext>, scope: Scope): Query => {
  const [left, right] = node.queryTerm().map((term) => queryTerm(term, scope));
  if (!left || !right) throw notSupported('this set operation', positionOf(node));
  const word = node.KW_UNION() ? 'UNION' : node.KW_INTERSECT() ? 'INTERSECT' : 'EXCEPT';
  if (left.columns.length !== right.columns.length) {
    const counts = `${word} query has different number of fields: ${left.columns.length}, ${right.columns.length}`;
    throw new TrinoError('TYPE_MISMATCH', counts, positionOf(node));
  }
  const columns = left.columns.map((column, i) => {
    const other = right.columns[i] ?? column;
    const type = types.commonType(column.type, other.type);
    if (type) {
      const anonymous = column.anonymous ? { anonymous: true } : {};
      // a row of a UNION is one of either side's: a predicate on it prunes both
      const origins =
        word === 'UNION' ? { origins: [...(column.origins ?? []), ...(other.origins ?? [])] } : {};
      return { name: column.name, ...anonymous, type, needs: [...column.needs, ...other.needs], ...origins };
    }
    const both = `${types.typeText(column.type)}, ${types.typeText(other.type)}`;
    throw new TrinoError(
      'TYPE_MISMATCH',
      `column ${i + 1} in ${word} query has incompatible types: ${both}`,
      positionOf(node),
    );
  });
  const all = node.setQuantifier()?.KW_ALL() ? ' ALL' : '';
  if (!all) for (const { type } of columns) demandOneForm(type, word, node);
  if (!all) scope.statement.needed.push(...columns.flatMap((column) => column.needs)); // compared, so read
  const wanted = columns.map((column) => column.type);
  return { sql: `(${aligned(left, wanted)}) ${word}${all} (${aligned(right, wanted)})`, columns };
};

const rowValues = (node: Node, scope: Scope): Typed[] => {
  let inner = node;
  while (inner.getChildCount() === 1 && inner.getChild(0) instanceof T.ExpressionContext === false) {
    const child = inner.getChild(0);
    if (child instanceof T.RowConstructorContext)
      return child.expression().map((value) => translate(value, scope));
    if (!child || !('ruleIndex' in child)) break;
    inner = child as Node; // has a rule index, so it is a rule's node
  }
  return [translate(node, scope)];
};

const inlineTable = (node: InstanceType<typeof T.InlineTableContext>, scope: Scope): Query => {
  const rows: { result: Typed[]; needs: Column['needs'] }[] = node
    .expression()
    .map((row) => collectNeeds(scope, () => rowValues(row, scope)));
  const width = rows[0]?.result.length ?? 0;
  if (rows.some((row) => row.result.length !== width)) {
    throw new TrinoError('TYPE_MISMATCH', 'Values rows have mismatched sizes', positionOf(node));
  }
  const unified = Array.from({ length: width }, (_, i) =>
    unify(
      rows.map((row) => row.result[i] ?? { sql: 'NULL', type: types.UNKNOWN }),
      'Values rows',
      node,
    ),
  );
  const tuples = rows.map((_, r) => `(${unified.map(([, cells]) => cells[r]).join(', ')})`);
  const names = unified.map((_, i) => `c${i}`).join(', ');
  return {
    sql: `SELECT * FROM (VALUES ${tuples.join(', ')}) AS v(${names})`,
    columns: unified.map(([type], i) => ({
      name: `_col${i}`,
      anonymous: true,
      type,
      needs: rows.flatMap((row) => row.needs),
    })),
  };
};
