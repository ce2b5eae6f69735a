import { type Node, positionOf } from '../grammar/grammar.ts';
import { notSupported } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { namesBeside } from './lambdaNames.ts';
import type { Typed } from './scope.ts';
import { coerce, mismatch } from './translate.ts';

/** Types whose values have an order. */
const isOrderable = (type: types.TrinoType): boolean => {
  if (type.name === 'json' || type.name === 'map') return false;
  return [...(type.args ?? []), ...(type.fields ?? []).map((field) => field.type)].every(isOrderable);
};

/** Throws TYPE_MISMATCH where Trino cannot sort or compare: json and maps. */
export const demandOrder = (type: types.TrinoType, what: string, node: Node): void => {
  if (!isOrderable(type)) throw mismatch(`${what}: ${types.typeText(type)}`, node);
};

/** Values with values inside: a NULL in one makes the comparison unknown. */
export const isNested = (type: types.TrinoType): boolean =>
  type.name === 'array' || type.name === 'map' || type.fields !== undefined;

/** Whether equal values may be written differently, so that DuckDB does not see them as one: it keeps a map's order. */
const hasMap = (type: types.TrinoType): boolean =>
  type.name === 'map' ||
  [...(type.args ?? []), ...(type.fields ?? []).map((field) => field.type)].some(hasMap);

/** The value with every map's entries in the order of their keys. */
export const inOneForm = (value: string, type: types.TrinoType): string => {
  if (!hasMap(type)) return value;
  const e = namesBeside('p', value)();
  if (type.name === 'array')
    return `list_transform(${value}, lambda ${e}: ${inOneForm(e, types.argOf(type, 0))})`;
  if (type.name === 'map') {
    const [k, v] = ['key', 'value'].map((part, i) => inOneForm(`${e}.${part}`, types.argOf(type, i)));
    const entries = `list_transform(map_entries(${value}), lambda ${e}: struct_pack(key := ${k}, value := ${v}))`;
    return `map_from_entries(list_sort(${entries}))`;
  }
  const fields = (type.fields ?? []).map((field, i) => {
    const name = types.quoted(types.fieldName(field.name, i));
    return `${name} := ${inOneForm(`${value}.${name}`, field.type)}`;
  });
  return `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`;
};

/** Throws for maps where DuckDB itself tells values apart: GROUP BY, DISTINCT, set operations and their like. */
export const demandOneForm = (type: types.TrinoType, what: string, node: Node): void => {
  if (hasMap(type)) throw notSupported(`${what} of maps`, positionOf(node));
};

/** Evaluates two values once and compares them by their names. */
const once = (a: string, b: string, compared: (a: string, b: string) => string): string => {
  const p = namesBeside('p', a, b)();
  return `list_transform([struct_pack(a := ${a}, b := ${b})], lambda ${p}: ${compared(`${p}.a`, `${p}.b`)})[1]`;
};

const inOrder = (a: string, b: string, type: types.TrinoType): string => {
  const i = namesBeside('p', a, b)();
  const equal = equality(`${a}[${i}]`, `${b}[${i}]`, types.argOf(type, 0));
  const all = `trino_all(list_transform(range(1, len(${a}) + 1), lambda ${i}: ${equal}))`;
  return `CASE WHEN len(${a}) <> len(${b}) THEN FALSE WHEN len(${a}) = len(${b}) THEN ${all} END`;
};

/** Maps are equal when they have the same keys, in any order, and equal values. */
const keyByKey = (a: string, b: string, type: types.TrinoType): string => {
  const k = namesBeside('p', a, b)();
  const equal = equality(`${a}[${k}]`, `${b}[${k}]`, types.argOf(type, 1));
  const same = `list_transform(map_keys(${a}), lambda ${k}: CASE WHEN map_contains(${b}, ${k}) THEN ${equal} ELSE FALSE END)`;
  return `CASE WHEN cardinality(${a}) <> cardinality(${b}) THEN FALSE WHEN cardinality(${a}) = cardinality(${b}) THEN trino_all(${same}) END`;
};

const fieldByField = (a: string, b: string, type: types.TrinoType): string => {
  const tests = (type.fields ?? []).map((field, i) => {
    const name = types.quoted(types.fieldName(field.name, i));
    return equality(`${a}.${name}`, `${b}.${name}`, field.type);
  });
  return `CASE WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN (${tests.join(' AND ')}) END`;
};

/** `a = b`: for simple types the operator of DuckDB; NaN equals nothing. */
export const equality = (a: string, b: string, type: types.TrinoType): string => {
  if (type.name === 'array') return once(a, b, (x, y) => inOrder(x, y, type));
  if (type.name === 'map') return once(a, b, (x, y) => keyByKey(x, y, type));
  if (type.fields) return once(a, b, (x, y) => fieldByField(x, y, type));
  return types.isFloat(type) ? `(${a} = ${b} AND NOT (isnan(${a}) AND isnan(${b})))` : `(${a} = ${b})`;
};

/** Trino does not order arrays and rows that hold a NULL where it must look. */
const ordered = (value: string, type: types.TrinoType): string => {
  if (!isNested(type)) return value;
  const what = type.fields
    ? 'ROW comparison not supported for fields with null elements'
    : 'Array comparison not supported for arrays with null elements';
  const duck = types.duckType(type);
  return `CASE WHEN ${holdsNull(value, type)} THEN CAST(CAST(trino_fail('NOT_SUPPORTED: ${what}') AS VARCHAR) AS ${duck}) ELSE ${value} END`;
};

/** Whether a value that is not NULL holds one. */
export const holdsNull = (value: string, type: types.TrinoType): string => {
  if (type.name === 'array') {
    const [e, item] = [namesBeside('p', value)(), types.argOf(type, 0)];
    const inner = isNested(item) ? ` OR ${holdsNull(e, item)}` : '';
    return `coalesce(len(list_filter(${value}, lambda ${e}: ${e} IS NULL${inner})) > 0, FALSE)`;
  }
  if (type.name === 'map') return holdsNull(`map_values(${value})`, types.arrayOf(types.argOf(type, 1)));
  const tests = (type.fields ?? []).map((field, i) => {
    const sql = `${value}.${types.quoted(types.fieldName(field.name, i))}`;
    return isNested(field.type) ? `${sql} IS NULL OR ${holdsNull(sql, field.type)}` : `${sql} IS NULL`;
  });
  return tests.length === 0 ? 'FALSE' : `(${value} IS NOT NULL AND (${tests.join(' OR ')}))`;
};

/** DuckDB takes NaN for the greatest number; in Trino it is neither greater nor less than any. */
const floats = (left: Typed, operator: string, right: Typed, [a, b]: readonly [string, string]): string => {
  const [greater, lesser, side] = operator.startsWith('>') ? [a, b, left] : [b, a, right];
  const plain = `(${a} ${operator} ${b})`;
  return isNumberWritten(side) ? plain : `(${plain} AND NOT (isnan(${greater}) AND ${lesser} IS NOT NULL))`;
};

/** Whether a number is one for certain, and not NaN. */
const isNumberWritten = (side: Typed): boolean => side.literal !== undefined || !types.isFloat(side.type);

/** A comparison by one of `= <> < <= > >=`, whose sides have a common type. */
export const comparison = (
  left: Typed,
  operator: string,
  right: Typed,
  common: types.TrinoType,
  node: Node,
): string => {
  const sides: [string, string] = [
    left.instant ?? coerce(left, common),
    right.instant ?? coerce(right, common),
  ];
  const [a, b] = sides;
  const equals = operator === '=' || operator === '<>';
  if (!equals) {
    const what = `Cannot apply operator: ${types.typeText(left.type)} ${operator} ${types.typeText(right.type)}`;
    if (!isOrderable(common)) throw mismatch(what, node);
    if (isNested(common)) return `(${ordered(a, common)} ${operator} ${ordered(b, common)})`;
    return types.isFloat(common) ? floats(left, operator, right, sides) : `(${a} ${operator} ${b})`;
  }
  const simple =
    !isNested(common) && (!types.isFloat(common) || isNumberWritten(left) || isNumberWritten(right));
  if (simple) return `(${a} ${operator} ${b})`;
  const equal = equality(a, b, common);
  return operator === '=' ? equal : `(NOT ${equal})`;
};
