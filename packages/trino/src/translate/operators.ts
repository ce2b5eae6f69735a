import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { unquote } from '../grammar/names.ts';
import { notSupported } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { instantOf } from './literals.ts';
import type { Query, Scope, Typed } from './scope.ts';
import { coerce, demand, mismatch, on, translate } from './translate.ts';

const passThrough = [T.ExpressionContext, T.ValueExpressionDefaultContext] as const;
on(passThrough[0], (node, scope) => translate(node.booleanExpression(), scope));
on(passThrough[1], (node, scope) => translate(node.primaryExpression(), scope));
on(T.ParenthesizedExpressionContext, (node, scope) => translate(node.expression(), scope));

const bool = (sql: string): Typed => ({ sql, type: types.BOOLEAN });

/** An expression that must be true or false. */
export const condition = (node: Node, scope: Scope): string => {
  const typed = translate(node, scope);
  demand(
    typed,
    (type) => type.name === 'boolean',
    'WHERE clause must evaluate to a boolean: actual type',
    node,
  );
  return typed.sql;
};

on(T.LogicalNotContext, (node, scope) => bool(`(NOT ${condition(node.booleanExpression(), scope)})`));
on(T.AndContext, (node, scope) =>
  bool(
    `(${node
      .booleanExpression()
      .map((part) => condition(part, scope))
      .join(' AND ')})`,
  ),
);
on(T.OrContext, (node, scope) =>
  bool(
    `(${node
      .booleanExpression()
      .map((part) => condition(part, scope))
      .join(' OR ')})`,
  ),
);

/** Both sides as values of one type. Throws TYPE_MISMATCH as Trino words it. */
export const alike = (
  left: Typed,
  right: Typed,
  operator: string,
  node: Node,
): [string, string, types.TrinoType] => {
  const common = types.commonType(left.type, right.type);
  if (!common) {
    const sides = `${types.typeText(left.type)} ${operator} ${types.typeText(right.type)}`;
    throw mismatch(`Cannot apply operator: ${sides}`, node);
  }
  return [coerce(left, common), coerce(right, common), common];
};

const compare = (left: Typed, operator: string, right: Typed, node: Node): string => {
  const [a, b] = alike(left, right, operator, node);
  return `(${a} ${operator} ${b})`;
};

/** `value` compared by a predicate that stands on its own node. */
const predicate = (value: Typed, node: Node, scope: Scope): string => {
  if (node instanceof T.ComparisonContext) {
    const operator = node.comparisonOperator().getText().replace('!=', '<>');
    return compare(value, operator, translate(node.valueExpression(), scope), node);
  }
  if (node instanceof T.NullPredicateContext) return `(${value.sql} IS ${node.KW_NOT() ? 'NOT ' : ''}NULL)`;
  if (node instanceof T.DistinctFromContext) {
    const [a, b] = alike(value, translate(node.valueExpression(), scope), 'IS DISTINCT FROM', node);
    return `(${a} IS ${node.KW_NOT() ? 'NOT ' : ''}DISTINCT FROM ${b})`;
  }
  if (node instanceof T.BetweenContext) return between(value, node, scope);
  if (node instanceof T.InListContext) return inList(value, node, scope);
  if (node instanceof T.LikeContext) return like(value, node, scope);
  if (node instanceof T.InSubqueryContext) return inSubquery(value, node, scope);
  throw notSupported('a quantified comparison (ALL, ANY, SOME)', positionOf(node));
};

on(T.PredicatedContext, (node, scope) => {
  const value = translate(node.valueExpression(), scope);
  const test = node.predicate();
  return test ? bool(predicate(value, test, scope)) : value;
});

const negated = (node: { KW_NOT(): unknown }): string => (node.KW_NOT() ? 'NOT ' : '');

const between = (value: Typed, node: InstanceType<typeof T.BetweenContext>, scope: Scope): string => {
  const [low, high] = node.valueExpression().map((bound) => translate(bound, scope));
  if (!low || !high) throw notSupported('BETWEEN', positionOf(node));
  return `(${negated(node)}(${compare(value, '>=', low, node)} AND ${compare(value, '<=', high, node)}))`;
};

const inList = (value: Typed, node: InstanceType<typeof T.InListContext>, scope: Scope): string => {
  const items = node.expression().map((item) => translate(item, scope));
  const common = items.reduce<types.TrinoType>(
    (type, item) => alike({ sql: '', type }, item, 'IN', node)[2],
    value.type,
  );
  return `(${coerce(value, common)} ${negated(node)}IN (${items.map((item) => coerce(item, common)).join(', ')}))`;
};

const like = (value: Typed, node: InstanceType<typeof T.LikeContext>, scope: Scope): string => {
  const [pattern, escaped] = node.valueExpression().map((part) => translate(part, scope));
  if (!pattern) throw notSupported('LIKE', positionOf(node));
  demand(value, types.isText, 'Left side of LIKE expression must evaluate to a varchar (actual', node);
  demand(pattern, types.isText, 'Pattern for LIKE expression must evaluate to a varchar (actual', node);
  return `(${value.sql} ${negated(node)}LIKE ${pattern.sql}${escaped ? ` ESCAPE ${escaped.sql}` : ''})`;
};

/** A query that an expression holds. It decides about rows, so what it reads counts as needed. */
const subquery = (node: Node, scope: Scope): Query => {
  const query = scope.statement.query(node, { ...scope, relations: [], outer: scope });
  scope.statement.needed.push(...query.columns.flatMap((column) => column.needs));
  return query;
};

const inSubquery = (value: Typed, node: InstanceType<typeof T.InSubqueryContext>, scope: Scope): string => {
  const query = subquery(node.query(), scope);
  const [column, more] = query.columns;
  if (!column || more) throw mismatch('Multiple columns returned by subquery are not yet supported', node);
  alike(value, { sql: '', type: column.type }, 'IN', node);
  return `(${value.sql} ${negated(node)}IN (${query.sql}))`;
};

on(T.ExistsContext, (node, scope) => bool(`EXISTS (${subquery(node.query(), scope).sql})`));
on(T.SubqueryExpressionContext, (node, scope) => {
  const query = subquery(node.query(), scope);
  const [column, more] = query.columns;
  if (!column || more) throw mismatch('Multiple columns returned by subquery are not yet supported', node);
  return { sql: `(${query.sql})`, type: column.type };
});

on(T.ConcatenationContext, (node, scope) => {
  const [left, right] = node.valueExpression().map((side) => translate(side, scope));
  if (!left || !right) throw notSupported('||', positionOf(node));
  return concatenation([left, right], node);
});

/** `||` and concat(): a NULL makes the whole NULL, which DuckDB's own concat() would not. */
export const concatenation = (parts: readonly Typed[], node: Node): Typed => {
  const arrays = parts.filter((part) => part.type.name === 'array');
  if (arrays.length > 0) {
    const element = arrays
      .map((a) => types.argOf(a.type, 0))
      .reduce((a, b) => types.commonType(a, b) ?? types.ANY);
    const whole = types.arrayOf(element);
    const lists = parts.map((p) => (p.type.name === 'array' ? coerce(p, whole) : `[${coerce(p, element)}]`));
    return { sql: `(${lists.join(' || ')})`, type: whole };
  }
  for (const part of parts) {
    const fits = (type: types.TrinoType) => types.isText(type) || type.name === 'varbinary';
    demand(
      part,
      fits,
      'Unexpected parameters for function concat. Expected: varchar, varbinary or array',
      node,
    );
  }
  const type = parts.some((part) => part.type.name === 'varbinary') ? types.VARBINARY : types.VARCHAR;
  return { sql: `(${parts.map((part) => coerce(part, type)).join(' || ')})`, type };
};

on(T.ArithmeticUnaryContext, (node, scope) => {
  const value = translate(node.valueExpression(), scope);
  demand(value, (type) => types.isNumeric(type) || types.isInterval(type), 'Cannot negate', node);
  if (!node.MINUS()) return value;
  const literal = value.literal === undefined ? {} : { literal: `-${value.literal}` };
  return { sql: `(-${value.sql})`, type: value.type, ...literal };
});

on(T.AtTimeZoneContext, (node, scope) => {
  const value = translate(node.valueExpression(), scope);
  const specifier = node.timeZoneSpecifier();
  if (!(specifier instanceof T.TimeZoneStringContext))
    throw notSupported('AT TIME ZONE INTERVAL', positionOf(node));
  return atZone(value, unquote(specifier.string().getText()), node);
});

/** The same instant, shown by the clocks of `zone`. A plain timestamp is taken as UTC, the session's zone. */
export const atZone = (value: Typed, zone: string, node: Node): Typed => {
  demand(
    value,
    types.isTemporal,
    'Type of value must be a time or timestamp with or without time zone (actual',
    node,
  );
  const sql = value.type.name === 'timestamp' ? instantOf(value.sql, 'UTC') : value.sql;
  return { sql, type: { ...types.TIMESTAMP_TZ, zone } };
};
