import { writeOffset } from '../duckdb/times/offset.ts';
import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { unquote } from '../grammar/names.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { comparison, inOneForm, isNested } from './comparisons.ts';
import { intervalOf } from './intervals.ts';
import { freshName, type Query, type Scope, type Typed } from './scope.ts';
import { coerce, demand, mismatch, on, text, translate } from './translate.ts';
import { instantOf, zoneOf } from './zones.ts';

on(T.ExpressionContext, (node, scope) => translate(node.booleanExpression(), scope));
on(T.ValueExpressionDefaultContext, (node, scope) => translate(node.primaryExpression(), scope));
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

/** The type in which both sides are compared. Throws TYPE_MISMATCH as Trino words it. */
const commonOf = (
  left: types.TrinoType,
  operator: string,
  right: types.TrinoType,
  node: Node,
): types.TrinoType => {
  const common = types.commonType(left, right);
  if (common) return common;
  const sides = `${types.typeText(left)} ${operator} ${types.typeText(right)}`;
  throw mismatch(`Cannot apply operator: ${sides}`, node);
};

/** `left operator right` for two values that are translated. */
export const compare = (left: Typed, operator: string, right: Typed, node: Node): string =>
  comparison(left, operator, right, commonOf(left.type, operator, right.type, node), node);

/** `value` compared by a predicate that stands on its own node. */
const predicate = (value: Typed, node: Node, scope: Scope): string => {
  if (node instanceof T.ComparisonContext) {
    const operator = node.comparisonOperator().getText().replace('!=', '<>');
    return compare(value, operator, translate(node.valueExpression(), scope), node);
  }
  if (node instanceof T.NullPredicateContext) return isNull(value, node);
  if (node instanceof T.DistinctFromContext) {
    const other = translate(node.valueExpression(), scope);
    const type = commonOf(value.type, 'IS DISTINCT FROM', other.type, node);
    const [a, b] = [coerce(value, type), coerce(other, type)];
    return `(${inOneForm(a, type)} IS ${negated(node)}DISTINCT FROM ${inOneForm(b, type)})`;
  }
  if (node instanceof T.BetweenContext) return between(value, node, scope);
  if (node instanceof T.InListContext) return inList(value, node, scope);
  if (node instanceof T.LikeContext) return like(value, node, scope);
  if (node instanceof T.InSubqueryContext) return inSubquery(value, node, scope);
  if (node instanceof T.QuantifiedComparisonContext) return quantified(value, node, scope);
  throw notSupported('this predicate', positionOf(node));
};

const isNull = ({ sql, present }: Typed, node: InstanceType<typeof T.NullPredicateContext>): string =>
  present === undefined ? `(${sql} IS ${negated(node)}NULL)` : `(${node.KW_NOT() ? '' : 'NOT '}${present})`;

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
    (type, item) => commonOf(type, 'IN', item.type, node),
    value.type,
  );
  if (isNested(common) || types.isFloat(common)) {
    const tests = items.map((item) => comparison(value, '=', item, common, node));
    return `(${negated(node)}(${tests.join(' OR ')}))`;
  }
  const [tested, ...rest] = [value, ...items].map((side) => side.instant ?? coerce(side, common));
  return `(${tested} ${negated(node)}IN (${rest.join(', ')}))`;
};

const like = (value: Typed, node: InstanceType<typeof T.LikeContext>, scope: Scope): string => {
  const [pattern, escaped] = node.valueExpression().map((part) => translate(part, scope));
  if (!pattern) throw notSupported('LIKE', positionOf(node));
  demand(value, types.isText, 'Left side of LIKE expression must evaluate to a varchar (actual', node);
  demand(pattern, types.isText, 'Pattern for LIKE expression must evaluate to a varchar (actual', node);
  if (escaped?.literal !== undefined && [...escaped.literal].length !== 1) {
    const what = 'Escape string must be a single character';
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', what, positionOf(node));
  }
  return `(${value.sql} ${negated(node)}LIKE ${pattern.sql}${escaped ? ` ESCAPE ${escaped.sql}` : ''})`;
};

/** A query that an expression holds. It decides about rows, so what it reads counts as needed. */
const subquery = (node: Node, scope: Scope): Query => {
  const query = scope.statement.query(node, { ...scope, relations: [], outer: scope });
  scope.statement.needed.push(...query.columns.flatMap((column) => column.needs));
  return query;
};

const one = (query: Query, node: Node): Query['columns'][number] => {
  const [column, more] = query.columns;
  if (!column || more) throw mismatch('Multiple columns returned by subquery are not yet supported', node);
  return column;
};

/** `(a, b) IN (SELECT x, y …)`: found, or unknown where a NULL leaves it open. */
const rowIn = (row: Typed, query: Query, node: Node, scope: Scope): string => {
  const fields = row.type.fields ?? [];
  if (fields.length !== query.columns.length)
    throw mismatch(
      `Row of ${fields.length} is compared with a subquery of ${query.columns.length} columns`,
      node,
    );
  const alias = freshName(scope.statement, 's');
  const tests = fields.map((field, i) => {
    const left = { sql: `${row.sql}.${types.quoted(types.fieldName(field.name, i))}`, type: field.type };
    const right = { sql: `${alias}.c${i}`, type: query.columns[i]?.type ?? types.ANY };
    return compare(left, '=', right, node);
  });
  const among = (what: string): string =>
    `EXISTS (SELECT 1 FROM (${query.sql}) AS ${alias} WHERE (${tests.join(' AND ')}) ${what})`;
  return `CASE WHEN ${among('IS TRUE')} THEN TRUE WHEN ${among('IS NULL')} THEN NULL ELSE FALSE END`;
};

const inSubquery = (value: Typed, node: InstanceType<typeof T.InSubqueryContext>, scope: Scope): string => {
  const query = subquery(node.query(), scope);
  if (value.type.fields && query.columns.length > 1)
    return `(${negated(node)}${rowIn(value, query, node, scope)})`;
  const common = commonOf(value.type, 'IN', one(query, node).type, node);
  if (isNested(common)) throw notSupported('IN of a subquery of arrays, maps or rows', positionOf(node));
  return `(${coerce(value, common)} ${negated(node)}IN (${query.sql}))`;
};

/** `a > ALL (SELECT …)` */
const quantified = (
  value: Typed,
  node: InstanceType<typeof T.QuantifiedComparisonContext>,
  scope: Scope,
): string => {
  const query = subquery(node.query(), scope);
  const operator = node.comparisonOperator().getText().replace('!=', '<>');
  const common = commonOf(value.type, operator, one(query, node).type, node);
  if (isNested(common) || common.name === 'json' || types.isFloat(common))
    throw notSupported(`a quantified comparison of ${types.typeText(common)}`, positionOf(node));
  const quantifier = node.comparisonQuantifier().getText().toUpperCase() === 'ALL' ? 'ALL' : 'ANY';
  return `(${coerce(value, common)} ${operator} ${quantifier} (${query.sql}))`;
};

on(T.ExistsContext, (node, scope) => bool(`EXISTS (${subquery(node.query(), scope).sql})`));
on(T.SubqueryExpressionContext, (node, scope) => {
  const query = subquery(node.query(), scope);
  return { sql: `(${query.sql})`, type: one(query, node).type };
});

on(T.ConcatenationContext, (node, scope) => {
  const [left, right] = node.valueExpression().map((side) => translate(side, scope));
  if (!left || !right) throw notSupported('||', positionOf(node));
  return concatenation([left, right], node);
});

const unexpected = (parts: readonly Typed[], node: Node): TrinoError => {
  const given = parts.map((part) => types.typeText(part.type)).join(', ');
  const what = `Unexpected parameters (${given}) for function concat. Expected: concat(array(E)*), concat(varchar*), concat(varbinary*)`;
  return new TrinoError('FUNCTION_NOT_FOUND', what, positionOf(node));
};

/** Whether the element of one array could be the element of the other: an array beside an array is never its element. */
const asList = (part: Typed, element: types.TrinoType): string | undefined => {
  const whole = types.arrayOf(element);
  if (part.type.name === 'array' && types.commonType(whole, part.type)) return coerce(part, whole);
  if (types.isOpen(part.type)) return undefined;
  return types.commonType(element, part.type) ? `[${coerce(part, element)}]` : undefined;
};

/** The element that arrays, and single elements beside them, have in common. */
const commonElement = (parts: readonly Typed[]): types.TrinoType | undefined => {
  const arrays = parts.filter((part) => part.type.name === 'array');
  const inner = arrays.map((part) => types.argOf(part.type, 0));
  const together = inner.reduce<types.TrinoType | undefined>(
    (a, b) => a && types.commonType(a, b),
    types.UNKNOWN,
  );
  const single = parts.filter((part) => part.type.name !== 'array').map((part) => part.type);
  const all = single.reduce<types.TrinoType | undefined>((a, b) => a && types.commonType(a, b), together);
  if (all && together) return all;
  return inner.find((element) => element.name === 'array'); // ARRAY[1] || ARRAY[ARRAY[2]]
};

const arraysTogether = (parts: readonly Typed[], node: Node): Typed => {
  const element = commonElement(parts);
  if (parts.some((part) => part.type.name === 'unknown')) {
    const type = parts.find((part) => part.type.name === 'array')?.type ?? types.ANY;
    return { sql: `CAST(NULL AS ${types.duckType(type)})`, type };
  }
  const lists = element ? parts.map((part) => asList(part, element)) : [undefined];
  if (!element || lists.includes(undefined)) throw unexpected(parts, node);
  return { sql: `(${lists.join(' || ')})`, type: types.arrayOf(element) };
};

/** `||` and concat(): a NULL makes the whole NULL, which DuckDB's own concat() would not. */
export const concatenation = (parts: readonly Typed[], node: Node): Typed => {
  const arrays = parts.filter((part) => part.type.name === 'array');
  if (arrays.length > 0) return arraysTogether(parts, node);
  const binary = parts.some((part) => part.type.name === 'varbinary');
  const fits = (type: types.TrinoType): boolean =>
    types.isOpen(type) || (binary ? type.name === 'varbinary' : types.isText(type));
  if (!parts.every((part) => fits(part.type))) throw unexpected(parts, node);
  if (parts.length < 2) {
    const what = 'There must be two or more concatenation arguments';
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', what, positionOf(node));
  }
  const type = binary ? types.VARBINARY : types.VARCHAR;
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
  if (specifier instanceof T.TimeZoneIntervalContext)
    return atOffset(value, intervalOf(specifier.interval()), node);
  if (!(specifier instanceof T.TimeZoneStringContext)) throw notSupported('AT TIME ZONE', positionOf(node));
  const written = unquote(specifier.string().getText());
  const zone = zoneOf({ sql: text(written), type: types.VARCHAR, literal: written }, node);
  return atZone(value, zone, node);
});

/** An interval as the offset of a zone: only one that the statement writes. */
export const atOffset = (value: Typed, interval: Typed, node: Node): Typed => {
  const millis = /^to_milliseconds\((-?\d+)\)$/.exec(interval.sql)?.[1];
  const minutes = Number(millis) / 60_000;
  if (!Number.isInteger(minutes)) throw notSupported('a time zone that is computed', positionOf(node));
  const written = { sql: '', type: types.VARCHAR, literal: writeOffset(minutes) };
  return atZone(value, zoneOf(written, node), node);
};

/** The same instant, shown by the clocks of `zone`. A plain timestamp is taken as UTC, the session's zone. */
export const atZone = (value: Typed, zone: string, node: Node): Typed => {
  demand(
    value,
    types.isTemporal,
    'Type of value must be a time or timestamp with or without time zone (actual',
    node,
  );
  const plain = value.type.name === 'timestamp with time zone' ? value.sql : instantOf(value.sql, 'UTC');
  const type = { ...types.withFraction(types.TIMESTAMP_TZ, types.fractionOf(value.type)), zone };
  return { sql: value.instant ?? plain, type };
};
