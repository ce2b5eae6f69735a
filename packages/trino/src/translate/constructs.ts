import { callFunction } from '../functions/registry.ts';
import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { nameOf, nameParts, unquote } from '../grammar/names.ts';
import { notSupported } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { filterClause, orderBy, type Special, specials, unify } from './calls.ts';
import { compare, condition } from './operators.ts';
import { field, resolve, type Scope, type Typed } from './scope.ts';
import { coerce, demand, mismatch, on, text, translate } from './translate.ts';

on(T.ColumnReferenceContext, (node, scope) => resolve(scope, nameParts(node), positionOf(node)));
on(T.ColumnRefContext, (node, scope) => resolve(scope, nameParts(node), positionOf(node)));

/** `a.b.c` may be a column of a table or a field of a row: only the chain as a whole tells. */
const chain = (node: Node): string[] | undefined => {
  if (node instanceof T.ColumnReferenceContext) return nameParts(node);
  if (!(node instanceof T.DereferenceContext)) return undefined;
  const base = chain(node.primaryExpression());
  return base && [...base, nameOf(node.identifier())];
};

on(T.DereferenceContext, (node, scope) => {
  const parts = chain(node);
  if (parts) return resolve(scope, parts, positionOf(node));
  return field(translate(node.primaryExpression(), scope), nameOf(node.identifier()), positionOf(node));
});

on(T.SubscriptContext, (node, scope) => {
  const value = translate(node.primaryExpression(), scope);
  const index = translate(node.valueExpression(), scope);
  if (value.type.name === 'array') {
    demand(index, types.isInteger, 'Cannot use subscript of type', node);
    return { sql: `trino_subscript(${value.sql}, ${index.sql})`, type: types.argOf(value.type, 0) };
  }
  if (value.type.name === 'map' && types.argOf(value.type, 0).name === 'unknown') {
    const what = "trino_fail('INVALID_FUNCTION_ARGUMENT: Key not present in map')";
    return {
      sql: `CAST(CAST(${what} AS VARCHAR) AS ${types.duckType(types.argOf(value.type, 1))})`,
      type: types.argOf(value.type, 1),
    };
  }
  if (value.type.name === 'map') {
    const key = coerce(index, types.argOf(value.type, 0));
    return { sql: `trino_map_subscript(${value.sql}, ${key})`, type: types.argOf(value.type, 1) };
  }
  if (value.type.fields && index.literal !== undefined) {
    const i = Number(index.literal) - 1;
    const found = value.type.fields[i];
    if (found)
      return { sql: `${value.sql}.${types.quoted(types.fieldName(found.name, i))}`, type: found.type };
  }
  throw mismatch(`Cannot use subscript on ${types.typeText(value.type)}`, node);
});

on(T.ArrayConstructorContext, (node, scope) => {
  const items = node.expression().map((item) => translate(item, scope));
  const [type, coerced] = unify(items, 'All ARRAY elements', node);
  return { sql: `[${coerced.join(', ')}]`, type: types.arrayOf(type) };
});

on(T.RowConstructorContext, (node, scope) => {
  const values = node.expression().map((value) => translate(value, scope));
  const fields = values.map((value, i) => `${types.quoted(types.fieldName(undefined, i))} := ${value.sql}`);
  const sql = `struct_pack(${fields.join(', ')})`;
  return { sql, type: { name: 'row', fields: values.map(({ type }) => ({ type })) }, row: { sql, values } };
});

/** The grammar has a node for it and reads it as a function nevertheless. */
const coalesce: Special = (nodes, node, scope) => {
  const values = nodes.map((value) => translate(value, scope));
  const [type, coerced] = unify(values, 'All COALESCE operands', node);
  return { sql: `coalesce(${coerced.join(', ')})`, type };
};
specials.coalesce = coalesce;
on(T.CoalesceContext, (node, scope) => coalesce(node.expression(), node, scope));

const cases = (
  whens: readonly { test: string; result: Typed }[],
  otherwise: Typed | undefined,
  node: Node,
): Typed => {
  const results = [...whens.map((when) => when.result), ...(otherwise ? [otherwise] : [])];
  const [type, coerced] = unify(results, 'All CASE results', node);
  const branches = whens.map((when, i) => `WHEN ${when.test} THEN ${coerced[i]}`).join(' ');
  return { sql: `CASE ${branches}${otherwise ? ` ELSE ${coerced.at(-1)}` : ''} END`, type };
};

on(T.SearchedCaseContext, (node, scope) => {
  const whens = node.whenClause().map((when) => {
    const [test, result] = when.expression();
    return { test: condition(required(test), scope), result: translate(result, scope) };
  });
  const otherwise = node._elseExpression;
  return cases(whens, otherwise && translate(otherwise, scope), node);
});

on(T.SimpleCaseContext, (node, scope) => {
  const operand = translate(node._operand, scope);
  const whens = node.whenClause().map((when) => {
    const [value, result] = when.expression();
    return { test: compare(operand, '=', translate(value, scope), node), result: translate(result, scope) };
  });
  const otherwise = node._elseExpression;
  return cases(whens, otherwise && translate(otherwise, scope), node);
});

const required = (node: Node | undefined): Node => {
  if (!node) throw new Error('the parse tree lacks a node');
  return node;
};

const call =
  (name: string) =>
  (node: Node & { valueExpression(): Node[] }, scope: Scope): Typed =>
    callFunction(name, node.valueExpression(), node, scope);

on(T.SubstringContext, call('substring'));

on(T.PositionContext, (node, scope) => {
  const [needle, haystack] = node.valueExpression();
  return callFunction('strpos', [required(haystack), required(needle)], node, scope);
});

on(T.TrimContext, (node, scope) => {
  const side = node.trimsSpecification();
  const name = side?.KW_LEADING() ? 'ltrim' : side?.KW_TRAILING() ? 'rtrim' : 'trim';
  const [first, second] = node.valueExpression();
  const source = node._trimSource ?? second ?? first;
  const characters = node._trimChar;
  return callFunction(name, [required(source), ...(characters ? [characters] : [])], node, scope);
});

on(T.NormalizeContext, (node, scope) => {
  const form = node.normalForm()?.getText().toUpperCase() ?? 'NFC';
  const value = translate(node.valueExpression(), scope);
  return { sql: `trino_normalize(${value.sql}, ${text(form)})`, type: types.VARCHAR };
});

on(T.ExtractContext, (node, scope) => {
  const unit = node.identifier().getText().toLowerCase();
  return callFunction(unit, [node.valueExpression()], node, scope);
});

on(T.GroupingOperationContext, (node, scope) => {
  const columns = node.qualifiedName().map((name) => resolve(scope, nameParts(name), positionOf(name)).sql);
  return { sql: `CAST(grouping(${columns.join(', ')}) AS INTEGER)`, type: types.INTEGER };
});

on(T.ListAggContext, (node, scope) => {
  if (node.listAggOverflowBehavior()?.KW_TRUNCATE())
    throw notSupported('LISTAGG ON OVERFLOW TRUNCATE', positionOf(node));
  const value = translate(node.expression(), scope);
  demand(value, types.isText, 'Unexpected parameters for function listagg', node);
  const separator = unquote(node.string()?.getText() ?? "''");
  const distinct = node.setQuantifier()?.KW_DISTINCT() ? 'DISTINCT ' : '';
  const inside = `${distinct}${value.sql}, ${text(separator)}${orderBy(node.sortItem(), scope)}`;
  return { sql: `string_agg(${inside})${filterClause(node.filter(), scope)}`, type: types.VARCHAR };
});
