import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { stringValue } from '../grammar/names.ts';
import { notSupported } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { unify } from './calls.ts';
import { cast } from './casts.ts';
import type { Scope, Typed } from './scope.ts';
import { demand, on, text, translate } from './translate.ts';
import { writtenType } from './writtenTypes.ts';

type Invocation = InstanceType<typeof T.JsonPathInvocationContext>;

/** The text and the path that a function of SQL/JSON is called with, as arguments. */
const invoked = (node: Invocation, scope: Scope): string => {
  if (node.KW_PASSING()) throw notSupported('PASSING', positionOf(node));
  const input = node.jsonValueExpression();
  if (input.KW_FORMAT()) throw notSupported('FORMAT JSON', positionOf(node));
  const value = translate(input.expression(), scope);
  demand(value, (type) => types.isText(type), 'Cannot read input of type as JSON', node);
  const path = stringValue(node.string());
  if (!/^\s*(?:lax|strict)\s/i.test(path)) throw notSupported(`the JSON path ${path}`, positionOf(node));
  return `${value.sql}, ${text(path.trim())}`;
};

type ValueBehavior = InstanceType<typeof T.JsonValueBehaviorContext>;
type QueryBehavior = InstanceType<typeof T.JsonQueryBehaviorContext>;

const errorIf = (behavior: { KW_ERROR(): unknown } | undefined): string =>
  behavior?.KW_ERROR() ? 'error' : 'null';

on(T.JsonExistsContext, (node, scope) => {
  const behavior = node.jsonExistsErrorBehavior();
  const onError =
    ['TRUE', 'UNKNOWN', 'ERROR'].find((word) => behavior?.getText().toUpperCase().startsWith(word)) ??
    'FALSE';
  const sql = `trino_json_exists(${invoked(node.jsonPathInvocation(), scope)}, '${onError.toLowerCase()}')`;
  return { sql, type: types.BOOLEAN };
});

/** What a behavior gives instead, where it is not NULL. */
const fallback = (behavior: ValueBehavior | undefined, scope: Scope): Typed | undefined => {
  const node = behavior?.expression();
  return behavior?.KW_DEFAULT() && node ? translate(node, scope) : undefined;
};

/** JSON_VALUE tells what became of it: `v` and the text, or which behavior is asked for. */
const jsonValue = (node: InstanceType<typeof T.JsonValueContext>, scope: Scope): Typed => {
  const type = node.type() ? writtenType(node.type() as Node) : types.VARCHAR; // there is one
  const [onEmpty, onError] = [node._emptyBehavior, node._errorBehavior];
  const told = `trino_json_value(${invoked(node.jsonPathInvocation(), scope)}, '${errorIf(onEmpty)}', '${errorIf(onError)}')`;
  const found = cast({ sql: 'substring(j_, 2)', type: types.VARCHAR }, type, node);
  const instead = [onEmpty, onError].map((behavior) => {
    const given = fallback(behavior, scope);
    if (!given) return 'NULL';
    const [common, [sql = 'NULL']] = unify([given, { sql: 'NULL', type }], 'JSON_VALUE default', node);
    return types.typeText(common) === types.typeText(type) || type.name === common.name
      ? sql
      : cast(given, type, node);
  });
  const chosen = `CASE left(j_, 1) WHEN 'v' THEN ${found} WHEN 'e' THEN ${instead[0]} WHEN 'x' THEN ${instead[1]} END`;
  return { sql: `list_transform([${told}], lambda j_: ${chosen})[1]`, type };
};
on(T.JsonValueContext, jsonValue);

const words = (behavior: QueryBehavior | undefined): string => {
  if (behavior?.KW_EMPTY()) return behavior.KW_OBJECT() ? 'object' : 'array';
  return errorIf(behavior);
};

on(T.JsonQueryContext, (node, scope) => {
  if (node.type() || node.KW_FORMAT()) throw notSupported('JSON_QUERY … RETURNING', positionOf(node));
  const wrapper = node.jsonQueryWrapperBehavior();
  const wrap = !wrapper?.KW_WITH() ? 'without' : wrapper.KW_CONDITIONAL() ? 'conditional' : 'always';
  const quotes = node.KW_OMIT() ? 'omit' : 'keep';
  const behaviors = `'${words(node._emptyBehavior)}', '${words(node._errorBehavior)}'`;
  const sql = `trino_json_query(${invoked(node.jsonPathInvocation(), scope)}, '${wrap}', '${quotes}', ${behaviors})`;
  return { sql, type: types.VARCHAR };
});
