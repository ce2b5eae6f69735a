import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { nameOf } from '../grammar/names.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { offsetMinutes } from './literals.ts';
import type { Scope, Typed } from './scope.ts';
import { mismatch, on, text, translate } from './translate.ts';

const aliases: Record<string, types.TrinoType> = {
  boolean: types.BOOLEAN,
  tinyint: types.TINYINT,
  smallint: types.SMALLINT,
  integer: types.INTEGER,
  int: types.INTEGER,
  bigint: types.BIGINT,
  real: types.REAL,
  float: types.REAL,
  double: types.DOUBLE,
  varchar: types.VARCHAR,
  string: types.VARCHAR,
  varbinary: types.VARBINARY,
  json: types.JSON_TYPE,
  date: types.DATE,
};

/** A type as a statement writes it. */
const writtenType = (node: Node): types.TrinoType => {
  if (node instanceof T.RowTypeContext) {
    const fields = node.rowField().map((field) => {
      const name = field.identifier();
      return { name: name ? nameOf(name).toLowerCase() : undefined, type: writtenType(field.type()) };
    });
    return { name: 'row', fields };
  }
  if (node instanceof T.ArrayTypeContext || node instanceof T.LegacyArrayTypeContext) {
    return types.arrayOf(writtenType(node.type()));
  }
  if (node instanceof T.DateTimeTypeContext) return node.KW_WITH() ? types.TIMESTAMP_TZ : types.TIMESTAMP;
  if (node instanceof T.TimeTypeContext && !node.KW_WITH()) return types.TIME;
  if (node instanceof T.DoublePrecisionTypeContext) return types.DOUBLE;
  if (node instanceof T.GenericTypeContext) return genericType(node);
  throw notSupported(`the type ${node.getText()}`, positionOf(node));
};

const genericType = (node: InstanceType<typeof T.GenericTypeContext>): types.TrinoType => {
  const name = node.identifier().getText().toLowerCase();
  const parameters = node.typeParameter();
  const [first, second] = parameters.map((p) => p.type());
  if (name === 'array' && first) return types.arrayOf(writtenType(first));
  if (name === 'map' && first && second) return types.mapOf(writtenType(first), writtenType(second));
  const [a, b] = parameters.map((p) => Number(p.getText()));
  if (name === 'decimal') return types.decimal(a ?? 38, b ?? 0);
  if (name === 'varchar' && a !== undefined) return types.varcharOf(a);
  if (name === 'char') return { name: 'char', length: a ?? 1 };
  const type = aliases[name];
  if (!type) throw new TrinoError('TYPE_MISMATCH', `Unknown type: ${name}`, positionOf(node));
  return type;
};

/** The clock time that a value of a zone shows. */
export const wallClock = (value: Typed): string => {
  const zone = value.type.zone;
  if (value.type.name !== 'timestamp with time zone') return `CAST(${value.sql} AS TIMESTAMP)`;
  if (zone === undefined || zone === 'UTC') return `CAST(${value.sql} AS TIMESTAMP)`;
  const offset = offsetMinutes(zone);
  if (offset === undefined) return `timezone(${text(zone)}, ${value.sql})`;
  return `(CAST(${value.sql} AS TIMESTAMP) + INTERVAL '${offset} minutes')`;
};

const textOf = (value: Typed, node: Node): string => {
  const { name, zone } = value.type;
  if (types.isText(value.type) || name === 'boolean' || types.isInteger(value.type))
    return `CAST(${value.sql} AS VARCHAR)`;
  if (name === 'date' || name === 'time' || types.isDecimal(value.type))
    return `CAST(${value.sql} AS VARCHAR)`;
  if (name === 'double') return `trino_double_text(${value.sql})`;
  if (name === 'real') return `trino_real_text(${value.sql})`;
  if (name === 'timestamp') return `strftime(${value.sql}, '%Y-%m-%d %H:%M:%S.%g')`;
  if (name === 'timestamp with time zone') {
    return `(strftime(${wallClock(value)}, '%Y-%m-%d %H:%M:%S.%g') || ${text(` ${zone ?? 'UTC'}`)})`;
  }
  if (name === 'json') return `trino_json_text(${value.sql})`;
  throw notSupported(`a cast of ${types.typeText(value.type)} to varchar`, positionOf(node));
};

const toVarchar = (value: Typed, to: types.TrinoType, node: Node): string => {
  if (value.type.name === 'unknown') return 'CAST(NULL AS VARCHAR)';
  const whole = textOf(value, node);
  if (to.length === undefined) return whole;
  if (types.isText(value.type)) return `substring(${whole}, 1, ${to.length})`;
  return `trino_fits(${whole}, ${to.length}, ${text(types.typeText(value.type))})`;
};

const whole = (value: Typed, to: types.TrinoType): string => {
  const duck = types.duckType(to);
  // Trino rounds halves away from zero, DuckDB's cast from double to the even neighbour
  if (types.isFloat(value.type)) return `CAST(round(${value.sql}) AS ${duck})`;
  if (types.isText(value.type)) return `trino_parse_integer(${value.sql})::${duck}`;
  return `CAST(${value.sql} AS ${duck})`;
};

const fromText: Record<string, string> = {
  double: 'trino_parse_double',
  real: 'trino_parse_double',
  boolean: 'trino_parse_boolean',
  date: 'trino_parse_date',
  timestamp: 'trino_parse_timestamp',
  'timestamp with time zone': 'trino_parse_instant',
};

const nested = (value: Typed, to: types.TrinoType, node: Node): string => {
  const from = value.type;
  if (to.name === 'array' && from.name === 'array') {
    const item = { sql: 'e_', type: types.argOf(from, 0) };
    return `list_transform(${value.sql}, lambda e_: ${cast(item, types.argOf(to, 0), node)})`;
  }
  if (from.name === 'row' && to.fields && from.fields?.length === to.fields.length) {
    const fields = to.fields.map((field, i) => {
      const source = from.fields?.[i] ?? { type: types.ANY };
      const name = types.quoted(types.fieldName(source.name, i));
      const sql = cast({ sql: `${value.sql}.${name}`, type: source.type }, field.type, node);
      return `${types.quoted(types.fieldName(field.name, i))} := ${sql}`;
    });
    return `CASE WHEN ${value.sql} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`;
  }
  if (to.name === from.name && to.name === 'map') return `CAST(${value.sql} AS ${types.duckType(to)})`;
  throw mismatch(`Cannot cast ${types.typeText(from)} to ${types.typeText(to)}`, node);
};

const jsonRow = (sql: string, to: types.TrinoType, depth: number): string => {
  const fields = (to.fields ?? []).map((field, i) => {
    const name = types.fieldName(field.name, i);
    const inner = json(`json_extract(${sql}, ${text(`$."${name}"`)})`, field.type, depth);
    return `${types.quoted(name)} := ${inner}`;
  });
  const failed = "trino_fail('INVALID_CAST_ARGUMENT: Cannot cast JSON to row: it is not an object')";
  const otherwise = `CASE WHEN ${sql} IS NOT NULL AND json_type(${sql}) <> 'NULL' THEN CAST(CAST(${failed} AS JSON) AS ${types.duckType(to)}) END`;
  return `CASE WHEN json_type(${sql}) = 'OBJECT' THEN struct_pack(${fields.join(', ')}) ELSE ${otherwise} END`;
};

/** A value out of JSON. A row's field that the object lacks is NULL, which DuckDB's own cast refuses. */
const json = (sql: string, to: types.TrinoType, depth: number): string => {
  if (to.name === 'json') return sql;
  if (to.name === 'varchar') return `trino_json_text(${sql})`;
  if (to.fields) return jsonRow(sql, to, depth);
  const present = `nullif(CAST(${sql} AS VARCHAR), 'null')::JSON`;
  if (to.name !== 'array') return `CAST(${present} AS ${types.duckType(to)})`;
  const item = `j${depth}_`;
  return `list_transform(CAST(${present} AS JSON[]), lambda ${item}: ${json(item, types.argOf(to, 0), depth + 1)})`;
};

const fromJson = (value: Typed, to: types.TrinoType): string => json(value.sql, to, 0);

const toJson = (value: Typed, node: Node): string => {
  if (types.isTemporal(value.type)) return `to_json(${textOf(value, node)})`;
  return `to_json(${value.sql})`;
};

const castable = (from: types.TrinoType, to: types.TrinoType): boolean => {
  if (types.isNumeric(from)) return types.isNumeric(to) || to.name === 'boolean';
  if (from.name === 'boolean') return types.isNumeric(to);
  if (types.isTemporal(from)) return types.isTemporal(to) || to.name === 'time';
  if (types.isText(from)) return !['array', 'map', 'row'].includes(to.name);
  return false;
};

/** CAST as Trino does it: its rounding, its texts, its refusals. */
export const cast = (value: Typed, to: types.TrinoType, node: Node): string => {
  const from = value.type;
  if (from.name === 'any') throw notSupported('a cast of a value whose type is not known', positionOf(node));
  if (from.name === 'unknown') return `CAST(NULL AS ${types.duckType(to)})`;
  if (to.name === 'varchar' || to.name === 'char') {
    if (to.name === 'char') throw notSupported('the type char(n)', positionOf(node));
    return from.name === 'json' ? fromJson(value, to) : toVarchar(value, to, node);
  }
  if (to.name === 'json') return from.name === 'json' ? value.sql : toJson(value, node);
  if (from.name === 'json') return fromJson(value, to);
  if (types.isDecimal(to) && types.isFloat(from))
    return `CAST(trino_double_plain(${value.sql}) AS ${types.duckType(to)})`;
  if (from.name === to.name && !to.args && !to.fields)
    return types.isDecimal(to) ? plainCast(value, to) : value.sql;
  if (to.args || to.fields) return nested(value, to, node);
  if (!castable(from, to))
    throw mismatch(`Cannot cast ${types.typeText(from)} to ${types.typeText(to)}`, node);
  if (to.name === 'varbinary') return `encode(${value.sql})`;
  if (types.isInteger(to)) return whole(value, to);
  if (from.name === 'timestamp with time zone') return `CAST(${wallClock(value)} AS ${types.duckType(to)})`;
  if (types.isText(from) && fromText[to.name])
    return `${fromText[to.name]}(${value.sql})::${types.duckType(to)}`;
  return plainCast(value, to);
};

const plainCast = (value: Typed, to: types.TrinoType): string =>
  `CAST(${value.sql} AS ${types.duckType(to)})`;

on(T.CastContext, (node, scope: Scope) => {
  const value = translate(node.expression(), scope);
  const type = writtenType(node.type());
  const sql = cast(value, type, node);
  return { sql: node.KW_TRY_CAST() ? `TRY(${sql})` : sql, type };
});
