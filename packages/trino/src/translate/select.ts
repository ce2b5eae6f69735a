import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { nameOf, nameParts } from '../grammar/names.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { itemExpression, sortItem, windowSpecification } from './calls.ts';
import { from } from './from.ts';
import { condition } from './operators.ts';
import { prune } from './pruning.ts';
import { collectNeeds, type Relation, type Scope, type SelectedColumn, type StoredColumn } from './scope.ts';
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

/** The column that an item merely passes on. */
const passedOn = (sql: string, scope: Scope): StoredColumn | undefined =>
  scope.relations.flatMap((relation) => relation.columns).find((column) => column.sql === sql)?.origin;

/** The name an expression has by itself: that of the column it is, as written. */
const ownName = (node: Node): string | undefined => {
  if (node instanceof T.DereferenceContext) return nameOf(node.identifier());
  if (node instanceof T.ColumnReferenceContext || node instanceof T.ColumnRefContext)
    return nameParts(node).at(-1);
  const child = node.getChildCount() === 1 ? node.getChild(0) : undefined;
  return child && 'ruleIndex' in child ? ownName(child as Node) : undefined; // a rule index is what rules' nodes have
};

const selected = (item: InstanceType<typeof T.SelectItemContext>, index: number, scope: Scope): Item[] => {
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
  const name = alias ? nameOf(alias) : (ownName(node) ?? `_col${index}`);
  return [
    {
      name: alias ? name : name.toLowerCase(),
      type: result.type,
      sql: result.sql,
      needs,
      origin: passedOn(result.sql, scope),
      node,
    },
  ];
};

const groupingTerm = (
  node: InstanceType<typeof T.GroupingTermContext>,
  items: readonly Item[],
  scope: Scope,
): string => {
  const expression = itemExpression(node);
  const text = expression.getText();
  if (!/^\d+$/.test(text)) return translate(expression, scope).sql;
  const item = items[Number(text) - 1];
  if (item) return item.sql;
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

/** ORDER BY sees the names of the result first, then the columns of FROM. */
const orderBy = (
  items: readonly Item[],
  nodes: readonly InstanceType<typeof T.SortItemContext>[],
  scope: Scope,
): string => {
  if (nodes.length === 0) return '';
  const variables = new Map(scope.variables);
  for (const item of items) {
    if (!variables.has(item.name.toLowerCase()))
      variables.set(item.name.toLowerCase(), { sql: item.sql, type: item.type });
  }
  const sorted = nodes.map((node) => {
    const expression = itemExpression(node);
    const text = expression.getText();
    if (/^\d+$/.test(text)) {
      if (Number(text) < 1 || Number(text) > items.length) {
        throw new TrinoError(
          'SYNTAX_ERROR',
          `ORDER BY position ${text} is not in select list`,
          positionOf(node),
        );
      }
      return sortItem(node, text);
    }
    const name = text.includes('.') ? undefined : ownName(expression)?.toLowerCase();
    const same = items.findIndex((item) => item.name.toLowerCase() === name);
    return sortItem(node, same >= 0 ? String(same + 1) : translate(expression, { ...scope, variables }).sql);
  });
  return ` ORDER BY ${sorted.join(', ')}`;
};

const isGrouped = (node: Specification, sql: string): boolean =>
  node.groupBy() !== null &&
  !(node.groupBy()?.groupingElement() ?? []).every((e) => e instanceof T.SingleGroupingSetContext)
    ? true
    : sql.includes(' OVER ');

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
): { sql: string; columns: SelectedColumn[] } => {
  const source = from(node.relation(), { ...outer, relations: [], outer: outer.outer });
  const scope: Scope = { ...outer, relations: source.relations };
  const where = node.whereClause()?.booleanExpression();
  const filter = where ? ` WHERE ${condition(where, scope)}` : '';
  if (where) prune(where, scope);
  const items = node
    .selectList()
    .selectItem()
    .flatMap((item, i) => selected(item, i, scope));
  items.forEach((item, i) => {
    if (item.name === '_col0') item.name = `_col${i}`;
  });
  const grouped = groupBy(node, items, scope);
  const having = node.havingClause()?.booleanExpression();
  const kept = having ? ` HAVING ${condition(having, scope)}` : '';
  const distinct = node.setQuantifier()?.KW_DISTINCT() ? 'DISTINCT ' : '';
  if (distinct) outer.statement.needed.push(...items.flatMap((item) => item.needs));
  const list = items.map((item, i) => `${item.sql} AS c${i}`).join(', ');
  const sql = `SELECT ${distinct}${list}${source.sql}${filter}${grouped}${kept}${windows(node, scope)}${orderBy(items, order, scope)}`;
  const keepsOrigin = !isGrouped(node, sql);
  const columns = items.map(({ name, type, needs, origin }) => ({
    name,
    type,
    needs,
    origin: keepsOrigin ? origin : undefined,
  }));
  return { sql, columns };
};
