import { type Node, positionOf } from '../grammar/grammar.ts';
import { type Special, specials } from '../translate/calls.ts';
import { namesBeside } from '../translate/lambdaNames.ts';
import type { Scope, Typed } from '../translate/scope.ts';
import { coerce, demand, translate } from '../translate/translate.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { asLambda, callFunction } from './registry.ts';

/** The body of a lambda whose arguments stand for these values. */
const body = (node: Node | undefined, values: readonly Typed[], scope: Scope): Typed => {
  const lambda = node && asLambda(node);
  const names = lambda?.identifier().map((name) => name.getText().toLowerCase()) ?? [];
  if (!lambda || names.length !== values.length) {
    throw new TrinoError(
      'TYPE_MISMATCH',
      `Expected a lambda of ${values.length} arguments`,
      node && positionOf(node),
    );
  }
  const variables = new Map(scope.variables);
  names.forEach((name, i) => {
    variables.set(name, values[i] ?? { sql: 'NULL', type: types.UNKNOWN });
  });
  return translate(lambda.expression(), { ...scope, variables });
};

/** Names that neither an enclosing lambda nor one of these values has. */
const freshNames = (scope: Scope, values: readonly Typed[]): (() => string) =>
  namesBeside('e', ...[...scope.variables.values(), ...values].map(({ sql }) => sql));

const mapEntries = (
  map: Node | undefined,
  scope: Scope,
  node: Node,
): { map: Typed; e: string; key: Typed; value: Typed } => {
  const typed = translate(map, scope);
  demand(typed, (type) => type.name === 'map', 'Expected a map', node);
  const e = freshNames(scope, [typed])();
  return {
    map: typed,
    e,
    key: { sql: `${e}.key`, type: types.argOf(typed.type, 0) },
    value: { sql: `${e}.value`, type: types.argOf(typed.type, 1) },
  };
};

const transformed =
  (which: 'key' | 'value'): Special =>
  ([map, lambda], node, scope) => {
    const entries = mapEntries(map, scope, node);
    const result = body(lambda, [entries.key, entries.value], scope);
    const [k, v] = which === 'key' ? [result, entries.value] : [entries.key, result];
    const entry = `struct_pack(key := ${k.sql}, value := ${v.sql})`;
    const list = `list_transform(map_entries(${entries.map.sql}), lambda ${entries.e}: ${entry})`;
    return { sql: `map_from_entries(${list})`, type: types.mapOf(k.type, v.type) };
  };

specials.transform_values = transformed('value');
specials.transform_keys = transformed('key');

specials.map_filter = ([map, lambda], node, scope) => {
  const entries = mapEntries(map, scope, node);
  const test = body(lambda, [entries.key, entries.value], scope);
  const list = `list_filter(map_entries(${entries.map.sql}), lambda ${entries.e}: ${test.sql})`;
  return { sql: `map_from_entries(${list})`, type: entries.map.type };
};

const pair = (a: types.TrinoType, b: types.TrinoType): types.TrinoType => ({
  name: 'row',
  fields: [{ type: a }, { type: b }],
});

specials.map_entries = ([map], node, scope) => {
  const entries = mapEntries(map, scope, node);
  const entry = `struct_pack(field0 := ${entries.key.sql}, field1 := ${entries.value.sql})`;
  const sql = `list_transform(map_entries(${entries.map.sql}), lambda ${entries.e}: ${entry})`;
  return { sql, type: types.arrayOf(pair(entries.key.type, entries.value.type)) };
};

const EMPTY_MAP = {
  sql: 'CAST(MAP {} AS MAP(INTEGER, INTEGER))',
  type: types.mapOf(types.UNKNOWN, types.UNKNOWN),
};

/** An array of rows of two as entries of a map; undefined for an array of nothing. */
const entriesOf = (
  list: Node | undefined,
  name: string,
  node: Node,
  scope: Scope,
): { sql: string; key: types.TrinoType; value: types.TrinoType } | undefined => {
  const typed = translate(list, scope);
  const item = types.argOf(typed.type, 0);
  if (typed.type.name === 'array' && item.name === 'unknown' && /^CAST\(\[\]|^\[\]/.test(typed.sql))
    return undefined;
  const [key, value] = item.fields ?? [];
  if (!key || !value || item.fields?.length !== 2)
    throw new TrinoError(
      'FUNCTION_NOT_FOUND',
      `Unexpected parameters (${types.typeText(typed.type)}) for function ${name}`,
      positionOf(node),
    );
  const e = freshNames(scope, [typed])();
  const [k, v] = [key, value].map((field, i) => `${e}.${types.quoted(types.fieldName(field.name, i))}`);
  const fail = "trino_fail('INVALID_FUNCTION_ARGUMENT: map entry cannot be null')";
  const entry = `struct_pack(key := CASE WHEN ${e} IS NULL THEN CAST(CAST(${fail} AS VARCHAR) AS ${types.duckType(key.type)}) ELSE ${k} END, value := ${v})`;
  return { sql: `list_transform(${typed.sql}, lambda ${e}: ${entry})`, key: key.type, value: value.type };
};

specials.map_from_entries = ([list], node, scope) => {
  const entries = entriesOf(list, 'map_from_entries', node, scope);
  if (!entries) return EMPTY_MAP;
  return { sql: `map_from_entries(${entries.sql})`, type: types.mapOf(entries.key, entries.value) };
};

specials.multimap_from_entries = ([list], node, scope) => {
  const entries = entriesOf(list, 'multimap_from_entries', node, scope);
  if (!entries) return EMPTY_MAP;
  return {
    sql: `trino_multimap(${entries.sql})`,
    type: types.mapOf(entries.key, types.arrayOf(entries.value)),
  };
};

/** The keys of both maps, each with its value in either. */
specials.map_zip_with = ([a, b, lambda], node, scope) => {
  const [x, y] = [translate(a, scope), translate(b, scope)];
  for (const map of [x, y]) demand(map, (type) => type.name === 'map', 'Expected a map', node);
  const k = freshNames(scope, [x, y])();
  const key = { sql: k, type: types.argOf(x.type, 0) };
  const values = [x, y].map((map) => ({ sql: `${map.sql}[${k}]`, type: types.argOf(map.type, 1) }));
  const result = body(lambda, [key, ...values], scope);
  const keys = `trino_array_distinct(list_concat(map_keys(${x.sql}), map_keys(${y.sql})))`;
  const entry = `struct_pack(key := ${k}, value := ${result.sql})`;
  const made = `map_from_entries(list_transform(${keys}, lambda ${k}: ${entry}))`;
  const sql = `CASE WHEN ${x.sql} IS NOT NULL AND ${y.sql} IS NOT NULL THEN ${made} END`;
  return { sql, type: types.mapOf(key.type, result.type) };
};

/**
 * array_sort() by a comparator: the place of an element is the number of those before it. A comparator that is no
 * order gives places twice, and is refused.
 */
const sortedBy = (list: Node | undefined, comparator: Node, node: Node, scope: Scope): Typed => {
  const array = translate(list, scope);
  demand(array, (type) => type.name === 'array', 'Expected an array', node);
  const fresh = freshNames(scope, [array]);
  const [l, i, j, s] = [fresh(), fresh(), fresh(), fresh()];
  const items = [j, i].map((place) => ({ sql: `${l}[${place}]`, type: types.argOf(array.type, 0) }));
  const compared = body(comparator, items, scope);
  demand(compared, types.isInteger, 'The comparator must give an integer', node);
  const test = `trino_comparator(CAST(${compared.sql} AS BIGINT))`;
  const places = `range(1, len(${l}) + 1)`;
  const before = `list_filter(${places}, lambda ${j}: CASE WHEN ${i} = ${j} THEN FALSE ELSE ${test} < 0 OR (${test} = 0 AND ${j} < ${i}) END)`;
  const ranked = `list_transform(${places}, lambda ${i}: struct_pack(r := len(${before}), e := ${l}[${i}]))`;
  const inOrder = `list_transform(trino_ranked(list_sort(${ranked})), lambda ${s}: ${s}.e)`;
  const sql = `CASE WHEN ${array.sql} IS NOT NULL THEN list_transform([${array.sql}], lambda ${l}: ${inOrder})[1] END`;
  return { sql, type: array.type };
};

specials.array_sort = ([list, comparator], node, scope) =>
  comparator
    ? sortedBy(list, comparator, node, scope)
    : callFunction('array_sort', list ? [list] : [], node, scope);

const zipped = (
  nodes: readonly Node[],
  scope: Scope,
  node: Node,
): { e: string; sql: string; items: Typed[] } => {
  const lists = nodes.map((list) => translate(list, scope));
  for (const list of lists) demand(list, (type) => type.name === 'array', 'Expected an array', node);
  const e = freshNames(scope, lists)();
  const length = `greatest(${lists.map((list) => `len(${list.sql})`).join(', ')})`;
  const items = lists.map((list) => ({ sql: `${list.sql}[${e}]`, type: types.argOf(list.type, 0) }));
  return { e, sql: `range(1, ${length} + 1)`, items };
};

specials.zip_with = ([a, b, lambda], node, scope) => {
  if (!a || !b) throw notSupported('zip_with() of this', positionOf(node));
  const { e, sql, items } = zipped([a, b], scope, node);
  const result = body(lambda, items, scope);
  return { sql: `list_transform(${sql}, lambda ${e}: ${result.sql})`, type: types.arrayOf(result.type) };
};

specials.zip = (lists, node, scope) => {
  const { e, sql, items } = zipped(lists, scope, node);
  const fields = items.map((item, i) => `${types.fieldName(undefined, i)} := ${item.sql}`).join(', ');
  const row = { name: 'row', fields: items.map((item) => ({ type: item.type })) };
  return { sql: `list_transform(${sql}, lambda ${e}: struct_pack(${fields}))`, type: types.arrayOf(row) };
};

/** DuckDB folds a list only into a value of its own type, so state and item travel in one struct. */
specials.reduce = ([list, start, step, finish], node, scope) => {
  const array = translate(list, scope);
  const initial = translate(start, scope);
  demand(array, (type) => type.name === 'array', 'Expected an array', node);
  const item = types.argOf(array.type, 0);
  const fresh = freshNames(scope, [array, initial]);
  const [acc, e, i] = [fresh(), fresh(), fresh()];
  const next = body(
    step,
    [
      { sql: `${acc}.s`, type: initial.type },
      { sql: `${e}.t`, type: item },
    ],
    scope,
  );
  const type = types.commonType(initial.type, next.type);
  if (!type)
    throw new TrinoError('TYPE_MISMATCH', 'reduce() changes the type of its state', positionOf(node));
  const duck = types.duckType(type);
  const empty = item.name === 'unknown' ? 'CAST(NULL AS INTEGER)' : `CAST(NULL AS ${types.duckType(item)})`;
  const wrapped = `list_transform(${array.sql}, lambda ${i}: struct_pack(s := CAST(NULL AS ${duck}), t := ${i}))`;
  const stepped = `struct_pack(s := CAST(${coerce(next, type)} AS ${duck}), t := ${empty})`;
  const first = `struct_pack(s := CAST(${initial.sql} AS ${duck}), t := ${empty})`;
  const folded = `list_reduce(${wrapped}, lambda ${acc}, ${e}: ${stepped}, ${first}).s`;
  return body(finish, [{ sql: folded, type }], scope);
};
