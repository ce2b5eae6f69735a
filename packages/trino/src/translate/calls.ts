import { type Around, CLOSE, callFunction, OPEN } from '../functions/registry.ts';
import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { nameOf } from '../grammar/names.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { demandOneForm, demandOrder } from './comparisons.ts';
import { compare, condition } from './operators.ts';
import type { Scope, Typed } from './scope.ts';
import { on, text, translate } from './translate.ts';

/** `x DESC NULLS FIRST`: Trino puts NULLs last in both directions, so it is always said. */
export const sortItem = (item: InstanceType<typeof T.SortItemContext>, sql: string): string =>
  `${sql} ${item.KW_DESC() ? 'DESC' : 'ASC'} NULLS ${item.KW_FIRST() ? 'FIRST' : 'LAST'}`;

/** The expression of a sort or grouping item, which the grammar keeps apart from a plain column. */
export const itemExpression = (item: { columnRef(): Node | null; expression(): Node | null }): Node => {
  const node = item.columnRef() ?? item.expression();
  if (!node) throw new Error('an item of ORDER BY or GROUP BY has no expression');
  return node;
};

const orderBy = (items: readonly InstanceType<typeof T.SortItemContext>[], scope: Scope): string =>
  items.length === 0
    ? ''
    : ` ORDER BY ${items.map((item) => sortItem(item, sortable(itemExpression(item), scope).sql)).join(', ')}`;

/** What ORDER BY sorts by. Throws for a type without an order. */
export const sortable = (node: Node, scope: Scope): Typed => {
  const typed = translate(node, scope);
  demandOrder(typed.type, 'Type is not orderable, and hence cannot be used in ORDER BY', node);
  return typed;
};

/** The column of a result that `ORDER BY 2` means. Throws where there is none, and for a type without an order. */
export const sortableAt = <C extends { type: types.TrinoType }>(
  columns: readonly C[],
  place: number,
  node: Node,
): C => {
  const column = columns[place - 1];
  if (!column) {
    const what = `ORDER BY position ${place} is not in select list`;
    throw new TrinoError('SYNTAX_ERROR', what, positionOf(node));
  }
  demandOrder(column.type, 'Type is not orderable, and hence cannot be used in ORDER BY', node);
  return column;
};

export const windowSpecification = (
  node: InstanceType<typeof T.WindowSpecificationContext>,
  scope: Scope,
): string => {
  const existing = node.identifier();
  const partition = node.partitionBy()?.expression() ?? [];
  const by = partition.map((part) => {
    const { sql, type } = translate(part, scope);
    demandOneForm(type, 'PARTITION BY', part);
    return sql;
  });
  // of a window that is based on another one no more is known
  scope.statement.windows.push(existing ? [] : by);
  const frame = node.windowFrame();
  const parts = [
    existing ? types.quoted(`w_${nameOf(existing).toLowerCase()}`) : '',
    by.length > 0 ? `PARTITION BY ${by.join(', ')}` : '',
    orderBy(node.sortItem(), scope).trim(),
    frame ? windowFrame(frame, scope) : '',
  ];
  return `(${parts.filter(Boolean).join(' ')})`;
};

const windowFrame = (node: InstanceType<typeof T.WindowFrameContext>, scope: Scope): string => {
  if (node.KW_PATTERN() || node.KW_MEASURES()) throw notSupported('row pattern matching', positionOf(node));
  const extent = node.frameExtent();
  const unit = extent.KW_RANGE() ? 'RANGE' : extent.KW_ROWS() ? 'ROWS' : 'GROUPS';
  const bounds = extent.frameBound().map((bound) => {
    if (!(bound instanceof T.BoundedFrameContext)) return spaced(bound);
    return `${translate(bound.expression(), scope).sql} ${bound.KW_PRECEDING() ? 'PRECEDING' : 'FOLLOWING'}`;
  });
  return bounds.length === 2 ? `${unit} BETWEEN ${bounds.join(' AND ')}` : `${unit} ${bounds[0]}`;
};

const spaced = (node: Node): string => node.children?.map((child) => child.getText()).join(' ') ?? '';

const over = (node: InstanceType<typeof T.OverContext> | null, scope: Scope): string => {
  if (!node) return '';
  const specification = node.windowSpecification();
  if (specification) return ` OVER ${windowSpecification(specification, scope)}`;
  return ` OVER ${types.quoted(`w_${node.identifier()?.getText().toLowerCase()}`)}`;
};

/** What Trino has for aggregates alone, and not for window functions. */
const refuseOver = (node: InstanceType<typeof T.FunctionCallContext>): void => {
  if (!node.over()) return;
  const at = positionOf(node);
  const refused = (what: string): TrinoError => new TrinoError('NOT_SUPPORTED', what, at);
  if (node.setQuantifier()?.KW_DISTINCT())
    throw refused('DISTINCT in window function parameters not yet supported');
  if (node.filter()) throw refused('FILTER is not yet supported for window functions');
  if (node.sortItem().length > 0) throw refused('Window function with ORDER BY is not supported');
};

const around = (node: InstanceType<typeof T.FunctionCallContext>, scope: Scope): Around => {
  refuseOver(node);
  const filter = node.filter();
  const nulls = node.nullTreatment();
  return {
    distinct: node.setQuantifier()?.KW_DISTINCT() ? 'DISTINCT ' : '',
    order: `${orderBy(node.sortItem(), scope)}${nulls?.KW_IGNORE() ? ' IGNORE NULLS' : ''}`,
    after: `${filterClause(filter, scope)}${over(node.over(), scope)}`,
  };
};

const filterClause = (filter: InstanceType<typeof T.FilterContext> | null, scope: Scope): string =>
  filter ? ` FILTER (WHERE ${condition(filter.whereClause().booleanExpression(), scope)})` : '';

const isPlain = (parts: Around): boolean => !parts.distinct && !parts.order && !parts.after;

/** Puts DISTINCT, ORDER BY, FILTER and OVER where DuckDB wants them. */
const dress = (typed: Typed, parts: Around, name: string, node: Node): Typed => {
  if (!typed.sql.includes(OPEN)) {
    if (isPlain(parts)) return typed;
    throw new TrinoError(
      'FUNCTION_NOT_FOUND',
      `Function '${name}' is not an aggregation function`,
      positionOf(node),
    );
  }
  const sql = typed.sql
    .replaceAll(OPEN, () => `(${parts.distinct}`)
    .replaceAll(CLOSE, () => `${parts.order})${parts.after}`); // a function: a text may hold $$ or $'
  return { ...typed, sql };
};

on(T.FunctionCallContext, (node, scope) => {
  const name = node.functionName().getText().toLowerCase();
  if (node.processingMode() || node._label) throw notSupported('row pattern matching', positionOf(node));
  const parts = around(node, scope);
  if (node.ASTERISK()) {
    if (name !== 'count') throw new TrinoError('FUNCTION_NOT_FOUND', `${name}(*)`, positionOf(node));
    return dress({ sql: `count${OPEN}*${CLOSE}`, type: types.BIGINT }, parts, name, node);
  }
  const special = specials[name];
  if (special) return special(node.expression(), node, scope);
  return dress(callFunction(name, node.expression(), node, scope), parts, name, node);
});

export type Special = (args: readonly Node[], node: Node, scope: Scope) => Typed;

/** Calls that are more than functions: their arguments are not all evaluated, or their types decide. */
export const specials: Record<string, Special> = {
  if: ([test, then, otherwise], node, scope) => {
    if (!test || !then)
      throw new TrinoError('SYNTAX_ERROR', "Invalid number of arguments for 'if' function", positionOf(node));
    const branches = [translate(then, scope), ...(otherwise ? [translate(otherwise, scope)] : [])];
    const [typed, coerced] = unify(branches, 'All IF branches', node);
    const rest = coerced[1] === undefined ? '' : ` ELSE ${coerced[1]}`;
    return { sql: `CASE WHEN ${condition(test, scope)} THEN ${coerced[0]}${rest} END`, type: typed };
  },
  nullif: ([first, second], node, scope) => {
    if (!first || !second)
      throw new TrinoError('SYNTAX_ERROR', "Invalid number of arguments for 'nullif'", positionOf(node));
    const [a, b] = [translate(first, scope), translate(second, scope)];
    return { sql: `CASE WHEN ${compare(a, '=', b, node)} THEN NULL ELSE ${a.sql} END`, type: a.type };
  },
  try: ([argument], node, scope) => {
    if (!argument)
      throw new TrinoError(
        'SYNTAX_ERROR',
        "The 'try' function must have exactly one argument",
        positionOf(node),
      );
    const typed = translate(argument, scope);
    const { succeeds } = typed;
    return { sql: `TRY(${typed.sql})`, type: typed.type, ...(succeeds && { present: succeeds }) };
  },
  typeof: ([argument], node, scope) => {
    if (!argument) throw new TrinoError('SYNTAX_ERROR', 'typeof() takes one argument', positionOf(node));
    const { type } = translate(argument, scope);
    if (type.name === 'any') throw notSupported('typeof() of this expression', positionOf(node));
    return { sql: text(types.typeText(type)), type: types.VARCHAR };
  },
};

/** Several values as values of one type. */
export const unify = (values: readonly Typed[], what: string, node: Node): [types.TrinoType, string[]] => {
  const common = values.reduce<types.TrinoType | undefined>(
    (type, value) => type && types.commonType(type, value.type),
    types.UNKNOWN,
  );
  if (!common) {
    const all = [...new Set(values.map((value) => types.typeText(value.type)))].join(', ');
    throw new TrinoError('TYPE_MISMATCH', `${what} must be the same type: ${all}`, positionOf(node));
  }
  const coerced = values.map((value) => cell(value, common));
  return [common, coerced];
};

const cell = (value: Typed, type: types.TrinoType): string =>
  value.type.name === type.name && !type.args && !type.fields && !types.isDecimal(type)
    ? value.sql
    : type.name === 'unknown' || type.name === 'any'
      ? value.sql
      : `CAST(${value.sql} AS ${types.duckType(type)})`;

export { filterClause, orderBy };
