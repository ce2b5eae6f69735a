import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { nameOf, nameParts } from '../grammar/names.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { itemExpression, sortable, sortableAt, sortItem, windowSpecification } from './calls.ts';
import { demandOneForm } from './comparisons.ts';
import { from } from './from.ts';
import { condition } from './operators.ts';
import { prune } from './pruning.ts';
import {
  collectNeeds,
  type Relation,
  type Scope,
  type SelectedColumn,
  type StoredColumn,
  type Typed,
} from './scope.ts';
import { translate } from './translate.ts';

type Specification = InstanceType<typeof T.QuerySpecificationContext>;
type Item = SelectedColumn & { sql: string; node?: Node };

const everything = (relations: readonly Relation[]): Item[] =>
  relations.flatMap((relation) =>
    relation.columns.filter(({ hidden }) => !hidden).map((column) => ({ ...column })),
  );

const starOf = (node: InstanceType<typeof T.TableAllColumnsContext>, scope: Scope): Item[] => {
  const name = nameParts(node.primaryExpression()).map((part) => part.toLowerCase());
  const wanted = scope.relations.filter((r) => name.every((part, i) => r.name.at(i - name.length) === part));
  if (wanted.length === 0)
    throw new TrinoError('TABLE_NOT_FOUND', `Table '${name.join('.')}' not found`, positionOf(node));
  return everything(wanted);
};

/** The columns of tables that an item merely passes on. */
const passedOn = (sql: string, scope: Scope): readonly StoredColumn[] | undefined =>
  scope.relations.flatMap((relation) => relation.columns).find((column) => column.sql === sql)?.origins;

/** The name an expression has by itself: that of the column it is, as written. */
const ownName = (node: Node): string | undefined => {
  if (node instanceof T.DereferenceContext) return nameOf(node.identifier());
  if (node instanceof T.ColumnReferenceContext || node instanceof T.ColumnRefContext)
    return nameParts(node).at(-1);
  const child = node.getChildCount() === 1 ? node.getChild(0) : undefined;
  return child && 'ruleIndex' in child ? ownName(child as Node) : undefined; // a rule index is what rules' nodes have
};

const selected = (item: InstanceType<typeof T.SelectItemContext>, scope: Scope): Item[] => {
  if (item.selectAllWithoutTable()) {
    if (scope.relations.length > 0) return everything(scope.relations);
    throw new TrinoError(
      'SYNTAX_ERROR',
      'SELECT * not allowed in queries without FROM clause',
      positionOf(item),
    );
  }
  const table = item.tableAllColumns();
  if (table) return starOf(table, scope);
  const node = item.selectExpressionColumnName()?.expression() ?? item.selectLiteralColumnName()?.columnRef();
  if (!node) throw notSupported('this item of SELECT', positionOf(item));
  const { result, needs } = collectNeeds(scope, () => translate(node, scope));
  const alias = item.identifier();
  const name = alias ? nameOf(alias) : (ownName(node) ?? '');
  return [
    {
      name: alias ? name : name.toLowerCase(),
      type: result.type,
      sql: result.sql,
      needs,
      origins: passedOn(result.sql, scope),
      node,
    },
  ];
};

const grouped = (expression: Node, scope: Scope): Typed => {
  try {
    return translate(expression, scope);
  } catch (error) {
    if (!/^auto$/i.test(expression.getText())) throw error;
    throw notSupported('GROUP BY AUTO', positionOf(expression));
  }
};

const groupingTerm = (
  node: InstanceType<typeof T.GroupingTermContext>,
  items: readonly Item[],
  scope: Scope,
): string => {
  const expression = itemExpression(node);
  const text = expression.getText();
  const typed = /^\d+$/.test(text) ? items[Number(text) - 1] : grouped(expression, scope);
  if (typed) {
    demandOneForm(typed.type, 'GROUP BY', node);
    return typed.sql;
  }
  throw new TrinoError('SYNTAX_ERROR', `GROUP BY position ${text} is not in select list`, positionOf(node));
};

const groupBy = (node: Specification, items: readonly Item[], scope: Scope): string => {
  const grouping = node.groupBy();
  if (!grouping) return '';
  const set = (terms: InstanceType<typeof T.GroupingSetContext>): string => {
    const sql = terms.groupingTerm().map((term) => groupingTerm(term, items, scope));
    return sql.length === 1 ? (sql[0] ?? '') : `(${sql.join(', ')})`;
  };
  const elements = grouping.groupingElement().map((element) => {
    if (element instanceof T.SingleGroupingSetContext) return set(element.groupingSet());
    if (element instanceof T.RollupContext) return `ROLLUP (${element.groupingSet().map(set).join(', ')})`;
    if (element instanceof T.CubeContext) return `CUBE (${element.groupingSet().map(set).join(', ')})`;
    if (element instanceof T.MultipleGroupingSetsContext) {
      return `GROUPING SETS (${element.groupingSet().map(set).join(', ')})`;
    }
    throw notSupported('this GROUP BY', positionOf(element));
  });
  return ` GROUP BY ${elements.join(', ')}`;
};

/** One item of ORDER BY: where the result's column is meant, its place, and what it is. */
interface Sorted {
  node: InstanceType<typeof T.SortItemContext>;
  place?: number;
  sql: string;
}

const atPlace = (
  items: readonly Item[],
  place: number,
  node: InstanceType<typeof T.SortItemContext>,
): Sorted => ({ node, place, sql: sortableAt(items, place, node).sql });

/** ORDER BY sees the names of the result first, then the columns of FROM. */
const sortedBy = (
  items: readonly Item[],
  nodes: readonly InstanceType<typeof T.SortItemContext>[],
  scope: Scope,
): Sorted[] => {
  const variables = new Map(scope.variables);
  for (const item of items) {
    if (!item.anonymous && !variables.has(item.name.toLowerCase()))
      variables.set(item.name.toLowerCase(), { sql: item.sql, type: item.type });
  }
  return nodes.map((node) => {
    const expression = itemExpression(node);
    const text = expression.getText();
    if (/^\d+$/.test(text)) return atPlace(items, Number(text), node);
    const name = text.includes('.') ? undefined : ownName(expression)?.toLowerCase();
    const same = items.findIndex((item) => !item.anonymous && item.name.toLowerCase() === name);
    if (same >= 0) return atPlace(items, same + 1, node);
    const { sql } = sortable(expression, { ...scope, variables });
    const selectedAt = items.findIndex((item) => item.sql === sql);
    return selectedAt >= 0 ? atPlace(items, selectedAt + 1, node) : { node, sql };
  });
};

const orderBy = (sorted: readonly Sorted[]): string => {
  if (sorted.length === 0) return '';
  return ` ORDER BY ${sorted.map(({ node, place, sql }) => sortItem(node, place === undefined ? sql : String(place))).join(', ')}`;
};

/** Throws for SELECT DISTINCT that is ordered by what it does not select. */
const demandSelected = (sorted: readonly Sorted[]): void => {
  const missing = sorted.find(({ place }) => place === undefined);
  if (!missing) return;
  const what = 'For SELECT DISTINCT, ORDER BY expressions must appear in select list';
  throw new TrinoError('EXPRESSION_NOT_IN_DISTINCT', what, positionOf(missing.node));
};

/** FETCH FIRST n ROWS WITH TIES: the rows whose place by the order is not beyond n. */
const withTies = (
  sorted: readonly Sorted[],
  ties: number | undefined,
  distinct: boolean,
  node: Node,
): string => {
  if (ties === undefined) return '';
  if (sorted.length === 0)
    throw new TrinoError('SYNTAX_ERROR', 'FETCH FIRST WITH TIES clause requires ORDER BY', positionOf(node));
  if (distinct) throw notSupported('FETCH FIRST … WITH TIES of SELECT DISTINCT', positionOf(node));
  const by = sorted.map((item) => sortItem(item.node, item.sql)).join(', ');
  return ` QUALIFY rank() OVER (ORDER BY ${by}) <= ${ties}`;
};

const hasGroupingSets = (node: Specification): boolean =>
  !(node.groupBy()?.groupingElement() ?? []).every((e) => e instanceof T.SingleGroupingSetContext);

/** Runs `work` and says what each window in it is parted by. */
const collectWindows = <R>(scope: Scope, work: () => R): { result: R; windows: (readonly string[])[] } => {
  const before = scope.statement.windows;
  scope.statement.windows = [];
  try {
    return { result: work(), windows: scope.statement.windows };
  } finally {
    scope.statement.windows = before;
  }
};

const windows = (node: Specification, scope: Scope): string => {
  const defined = node.windowDefinition().map((window) => {
    const name = types.quoted(`w_${nameOf(window.identifier()).toLowerCase()}`);
    return `${name} AS ${windowSpecification(window.windowSpecification(), scope)}`;
  });
  return defined.length === 0 ? '' : ` WINDOW ${defined.join(', ')}`;
};

/** One SELECT with the ORDER BY that belongs to it. */
export const selectFrom = (
  node: Specification,
  order: readonly InstanceType<typeof T.SortItemContext>[],
  outer: Scope,
  ties?: number,
): { sql: string; columns: SelectedColumn[] } => {
  const { result, windows: parted } = collectWindows(outer, () => selectItems(node, order, outer, ties));
  // Below a window only a predicate on what parts it may go: it takes whole parts away, and changes no other.
  const keeps = (sql: string): boolean =>
    ties === undefined && !hasGroupingSets(node) && parted.every((by) => by.includes(sql));
  const columns = result.items.map(({ name, anonymous, type, needs, origins, sql }) => ({
    name,
    ...(anonymous ? { anonymous } : {}),
    type,
    needs,
    origins: keeps(sql) ? origins : undefined,
  }));
  return { sql: result.sql, columns };
};

const selectItems = (
  node: Specification,
  order: readonly InstanceType<typeof T.SortItemContext>[],
  outer: Scope,
  ties?: number,
): { sql: string; items: Item[] } => {
  const source = from(node.relation(), { ...outer, relations: [], outer: outer.outer });
  const scope: Scope = { ...outer, relations: source.relations };
  const where = node.whereClause()?.booleanExpression();
  const filter = where ? ` WHERE ${condition(where, scope)}` : '';
  if (where) prune(where, scope);
  const items = node
    .selectList()
    .selectItem()
    .flatMap((item) => selected(item, scope))
    .map((item, i) => (item.name === '' ? { ...item, name: `_col${i}`, anonymous: true } : item));
  const groups = groupBy(node, items, scope);
  const having = node.havingClause()?.booleanExpression();
  const kept = having ? ` HAVING ${condition(having, scope)}` : '';
  const distinct = node.setQuantifier()?.KW_DISTINCT() ? 'DISTINCT ' : '';
  const sorted = sortedBy(items, order, scope);
  if (distinct) demandSelected(sorted);
  if (distinct) for (const { type } of items) demandOneForm(type, 'DISTINCT', node);
  if (distinct) outer.statement.needed.push(...items.flatMap((item) => item.needs));
  const list = items.map((item, i) => `${item.sql} AS c${i}`).join(', ');
  const sql = `SELECT ${distinct}${list}${source.sql}${filter}${groups}${kept}${windows(node, scope)}${withTies(sorted, ties, distinct !== '', node)}${orderBy(sorted)}`;
  return { sql, items };
};
