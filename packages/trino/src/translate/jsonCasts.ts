import type { Spec } from '../duckdb/json/casting.ts';
import { type Node, positionOf } from '../grammar/grammar.ts';
import { TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { namesBeside } from './lambdaNames.ts';
import type { Typed } from './scope.ts';
import { textOf } from './texts.ts';
import { text } from './translate.ts';

const leaves = [
  'boolean',
  'varchar',
  'json',
  'tinyint',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double',
  'date',
  'timestamp',
];

const uncastable = (from: string, to: string, node: Node): TrinoError =>
  new TrinoError('TYPE_MISMATCH', `Cannot cast ${from} to ${to}`, positionOf(node));

/** What to make of JSON, as the function that does it reads it. */
const spec = (to: types.TrinoType, node: Node): Spec => {
  if (to.name === 'array') return { array: spec(types.argOf(to, 0), node) };
  if (to.name === 'map') {
    const key = spec(types.argOf(to, 0), node);
    if (typeof key === 'string') return { map: [key, spec(types.argOf(to, 1), node)] };
  }
  if (to.fields) return { row: to.fields.map((f, i) => [types.fieldName(f.name, i), spec(f.type, node)]) };
  if (types.isDecimal(to)) return `decimal(${to.precision},${to.scale})`;
  if (leaves.includes(to.name)) return to.name;
  throw uncastable('json', types.typeText(to), node);
};

/** A value out of JSON: JavaScript makes texts of the right form of it, which DuckDB casts to what is wanted. */
export const fromJson = (value: Typed, to: types.TrinoType, node: Node): string => {
  if (to.name === 'json') return value.sql;
  const made = `trino_json_to(${value.sql}, ${text(JSON.stringify(spec(to, node)))})`;
  if (to.name === 'varchar')
    return to.length === undefined ? made : `trino_fits(${made}, ${to.length}, 'json')`;
  return to.args || to.fields
    ? `CAST(CAST(${made} AS JSON) AS ${types.duckType(to)})`
    : `CAST(${made} AS ${types.duckType(to)})`;
};

const quotedText = (sql: string): string => `trino_json_string(${sql})`;

const keyText = (value: Typed, node: Node): string => {
  if (value.type.name === 'double') return `trino_double_java(${value.sql})`;
  if (value.type.name === 'real') return `trino_real_java(${value.sql})`;
  if (types.isNumeric(value.type) || types.isText(value.type) || value.type.name === 'boolean')
    return textOf(value, node);
  if (value.type.name === 'unknown') return 'CAST(NULL AS VARCHAR)';
  throw uncastable(`map(${types.typeText(value.type)}, …)`, 'json', node);
};

const inner = (sql: string, type: types.TrinoType, node: Node): string =>
  `coalesce(${toJson({ sql, type }, node)}, 'null')`;

const listText = (list: string, item: types.TrinoType, node: Node): string => {
  const e = namesBeside('t', list)();
  return `'[' || array_to_string(list_transform(${list}, lambda ${e}: ${inner(e, item, node)}), ',') || ']'`;
};

/** Members come by the order of their names. */
const mapText = (value: Typed, node: Node): string => {
  const e = namesBeside('t', value.sql)();
  const key = keyText({ sql: `${e}.key`, type: types.argOf(value.type, 0) }, node);
  const member = `{'k': ${key}, 'v': ${inner(`${e}.value`, types.argOf(value.type, 1), node)}}`;
  const members = `list_sort(list_transform(map_entries(${value.sql}), lambda ${e}: ${member}))`;
  return `'{' || array_to_string(list_transform(${members}, lambda ${e}: ${quotedText(`${e}.k`)} || ':' || ${e}.v), ',') || '}'`;
};

const rowText = (value: Typed, node: Node): string => {
  const members = (value.type.fields ?? []).map((field, i) => {
    const sql = `${value.sql}.${types.quoted(types.fieldName(field.name, i))}`;
    return `${text(`${JSON.stringify(field.name ?? '')}:`)} || ${inner(sql, field.type, node)}`;
  });
  return `'{' || ${members.join(" || ',' || ")} || '}'`;
};

/** A value as JSON, as CAST(… AS json) writes it. */
export const toJson = (value: Typed, node: Node): string => {
  const { type, sql } = value;
  const whole = (made: string): string => `CASE WHEN ${sql} IS NOT NULL THEN ${made} END`;
  if (type.name === 'json') return sql;
  if (type.name === 'unknown') return 'CAST(NULL AS VARCHAR)';
  if (type.name === 'array') return whole(listText(sql, types.argOf(type, 0), node));
  if (type.name === 'map') return whole(mapText(value, node));
  if (type.fields) return whole(rowText(value, node));
  if (type.name === 'double') return `trino_json_double(${sql})`;
  if (type.name === 'real') return `trino_json_real(${sql})`;
  if (types.isNumeric(type) || type.name === 'boolean') return textOf(value, node);
  if (types.isText(type) || types.isTemporal(type)) return quotedText(textOf(value, node));
  throw uncastable(types.typeText(type), 'json', node);
};
