import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { notSupported } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { fromJson, toJson } from './jsonCasts.ts';
import type { Typed } from './scope.ts';
import { textOf } from './texts.ts';
import { mismatch, on, text, translate } from './translate.ts';
import { writtenType } from './writtenTypes.ts';
import { demandYear, instantLiteral } from './zonedText.ts';
import { rounded, wallClock } from './zones.ts';

const plainCast = (value: Typed, to: types.TrinoType): string =>
  `CAST(${value.sql} AS ${types.duckType(to)})`;

const toVarchar = (value: Typed, to: types.TrinoType, node: Node): string => {
  const whole = textOf(value, node);
  if (to.length === undefined) return whole;
  if (types.isText(value.type)) {
    const shorter = value.type.length !== undefined && value.type.length <= to.length;
    return shorter ? whole : `substring(${whole}, 1, ${to.length})`;
  }
  return `trino_fits(${whole}, ${to.length}, ${text(types.typeText(value.type))})`;
};

/** What Trino calls an integer type in its messages. */
const shownInteger = (to: types.TrinoType): string => (to.name === 'integer' ? 'INT' : to.name.toUpperCase());

const limits: Record<string, string> = {
  tinyint: '128',
  smallint: '32768',
  integer: '2147483648',
  bigint: '9223372036854775808',
};

const triedWhole = (value: Typed, to: types.TrinoType): string =>
  `CASE WHEN regexp_full_match(${value.sql}, '[+-]?[0-9]+') THEN TRY_CAST(${value.sql} AS ${types.duckType(to)}) END`;

const whole = (value: Typed, to: types.TrinoType): string => {
  const duck = types.duckType(to);
  // Trino rounds halves away from zero, DuckDB's cast from double to the even neighbour
  if (types.isFloat(value.type))
    return `CAST(trino_whole_number(${value.sql}, '${value.type.name}', '${to.name}', ${limits[to.name]}) AS ${duck})`;
  if (!types.isText(value.type)) return `CAST(${value.sql} AS ${duck})`;
  return `coalesce(${triedWhole(value, to)}, CAST(trino_no_number(${value.sql}, '${shownInteger(to)}') AS ${duck}))`;
};

const fromText: Record<string, string> = {
  double: 'trino_parse_double',
  real: 'trino_parse_double',
  boolean: 'trino_parse_boolean',
};

const timeFromText = (value: Typed, to: types.TrinoType): string => {
  if (to.name === 'time') return rounded(`trino_parse_time(${value.sql})`, 7, to);
  if (to.name === 'timestamp') return rounded(`trino_parse_timestamp(${value.sql})`, 7, to);
  return rounded(`CAST(trino_parse_instant(${value.sql}) AS TIMESTAMP)`, 7, to);
};

const triedDecimal = (value: Typed, to: types.TrinoType): string =>
  `CASE WHEN regexp_full_match(${value.sql}, '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?') THEN TRY_CAST(${value.sql} AS ${types.duckType(to)}) END`;

const decimalFromText = (value: Typed, to: types.TrinoType): string => {
  const shown = types.typeText(to).toUpperCase();
  return `coalesce(${triedDecimal(value, to)}, CAST(trino_no_number(${value.sql}, '${shown}') AS ${types.duckType(to)}))`;
};

const nested = (value: Typed, to: types.TrinoType, node: Node): string => {
  const from = value.type;
  if (to.name === 'array' && from.name === 'array') {
    const item = { sql: 'e_', type: types.argOf(from, 0) };
    return `list_transform(${value.sql}, lambda e_: ${cast(item, types.argOf(to, 0), node)})`;
  }
  if (from.name === 'row' && to.fields && from.fields?.length === to.fields.length) {
    // A row that is written here is not NULL, and each of its fields needs to stand in the SQL once only.
    const written = value.row?.sql === value.sql ? value.row.values : undefined;
    const fields = to.fields.map((field, i) => {
      const source = from.fields?.[i] ?? { type: types.ANY };
      const name = types.quoted(types.fieldName(source.name, i));
      const part = written?.[i] ?? { sql: `${value.sql}.${name}`, type: source.type };
      return `${types.quoted(types.fieldName(field.name, i))} := ${cast(part, field.type, node)}`;
    });
    if (written) return `struct_pack(${fields.join(', ')})`;
    return `CASE WHEN ${value.sql} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`;
  }
  if (to.name === from.name && to.name === 'map') {
    const [key, inner] = [0, 1].map((i) =>
      cast({ sql: i === 0 ? 'm_.key' : 'm_.value', type: types.argOf(from, i) }, types.argOf(to, i), node),
    );
    const entries = `list_transform(map_entries(${value.sql}), lambda m_: struct_pack(key := ${key}, value := ${inner}))`;
    return `CAST(map_from_entries(${entries}) AS ${types.duckType(to)})`;
  }
  throw mismatch(`Cannot cast ${types.typeText(from)} to ${types.typeText(to)}`, node);
};

const castable = (from: types.TrinoType, to: types.TrinoType): boolean => {
  if (types.isNumeric(from)) return types.isNumeric(to) || to.name === 'boolean';
  if (from.name === 'boolean') return types.isNumeric(to);
  if (from.name === 'date') return types.isTemporal(to);
  if (types.isTemporal(from)) return types.isTemporal(to) || to.name === 'time';
  if (from.name === 'time') return to.name === 'time' || to.name === 'timestamp';
  if (types.isText(from)) return !['array', 'map', 'row'].includes(to.name) && !types.isInterval(to);
  return from.name === to.name;
};

const times = (value: Typed, to: types.TrinoType): string => {
  const from = value.type;
  const zoned = from.name === 'timestamp with time zone';
  if (to.name === 'date') return `CAST(${wallClock(value)} AS DATE)`;
  if (to.name === 'time' && from.name !== 'time')
    return rounded(`CAST(${wallClock(value)} AS TIME)`, types.fractionOf(from), to);
  if (to.name === 'timestamp') return rounded(wallClock(value), types.fractionOf(from), to);
  const plain = zoned ? `CAST(${value.sql} AS TIMESTAMP)` : value.sql;
  const made = rounded(plain, types.fractionOf(from), to);
  return made === plain && (zoned || from.name === 'time')
    ? value.sql
    : `CAST(${made} AS ${types.duckType(to)})`;
};

const simple = (value: Typed, to: types.TrinoType, node: Node): string => {
  const from = value.type;
  if (from.name === 'time' && to.name === 'timestamp')
    throw notSupported('a cast of a time to a timestamp', positionOf(node));
  if (!castable(from, to))
    throw mismatch(`Cannot cast ${types.typeText(from)} to ${types.typeText(to)}`, node);
  if (to.name === 'varbinary') return `encode(${value.sql})`;
  if (types.isInteger(to)) return whole(value, to);
  if (types.isText(from) && to.name.startsWith('time')) return timeFromText(value, to);
  if (to.name === 'date' || to.name.startsWith('time'))
    return types.isText(from) ? `trino_parse_date(${value.sql})` : times(value, to);
  if (types.isText(from) && types.isDecimal(to)) return decimalFromText(value, to);
  if (types.isText(from) && fromText[to.name])
    return `CAST(${fromText[to.name]}(${value.sql}) AS ${types.duckType(to)})`;
  if (from.name === 'double' && to.name === 'real') return `trino_to_real(${value.sql})`;
  if (types.isFloat(from) && to.name === 'boolean') return `(${value.sql} <> 0)`;
  return plainCast(value, to);
};

/**
 * TRY_CAST of a text, with no error to catch: DuckDB's TRY damages its memory where it catches errors inside of a list
 * (1.5.5: "free(): invalid pointer"). Undefined for other types, which need it.
 */
const triedFromText = (value: Typed, to: types.TrinoType): string | undefined => {
  if (!types.isText(value.type)) return undefined;
  if (types.isInteger(to)) return triedWhole(value, to);
  if (types.isDecimal(to)) return triedDecimal(value, to);
  if (to.name === 'double') return `trino_try_double(${value.sql})`;
  if (to.name === 'date') return `trino_try_date(${value.sql})`;
  return to.name === 'timestamp' ? rounded(`trino_try_timestamp(${value.sql})`, 7, to) : undefined;
};

/** CAST as Trino does it: its rounding, its texts, its refusals. */
export const cast = (value: Typed, to: types.TrinoType, node: Node): string => {
  const from = value.type;
  if (from.name === 'any') throw notSupported('a cast of a value whose type is not known', positionOf(node));
  if (to.name === 'char' || from.name === 'char') throw notSupported('the type char(n)', positionOf(node));
  if (from.name === 'unknown') return `CAST(NULL AS ${types.duckType(to)})`;
  if (to.name === 'json') return toJson(value, node);
  if (from.name === 'json') return fromJson(value, to, node);
  if (to.name === 'varchar') return toVarchar(value, to, node);
  if (types.isDecimal(to) && types.isFloat(from)) {
    const plain = from.name === 'real' ? 'trino_real_plain' : 'trino_double_plain';
    return `CAST(${plain}(${value.sql}) AS ${types.duckType(to)})`;
  }
  if (to.args || to.fields) return nested(value, to, node);
  if (from.name === to.name && !from.name.startsWith('time'))
    return types.isDecimal(to) ? plainCast(value, to) : value.sql;
  return simple(value, to, node);
};

/** The type of the result: a time with a zone keeps its own. */
const resultType = (value: Typed, to: types.TrinoType): types.TrinoType =>
  to.name === 'timestamp with time zone' && value.type.zone !== undefined
    ? { ...to, zone: value.type.zone }
    : to;

const castTo = (value: Typed, to: types.TrinoType, node: Node): Typed => {
  if (value.literal !== undefined && types.isText(value.type) && types.isTemporal(to))
    demandYear(value.literal, node);
  const literal = to.name === 'timestamp with time zone' ? instantLiteral(value, to) : undefined;
  if (literal) return literal;
  const instant =
    to.name === 'timestamp with time zone' && types.isText(value.type)
      ? { instant: rounded(`CAST(trino_text_instant(${value.sql}) AS TIMESTAMP)`, 7, to) }
      : {};
  return { sql: cast(value, to, node), type: resultType(value, to), ...instant };
};

on(T.CastContext, (node, scope) => {
  const value = translate(node.expression(), scope);
  const made = castTo(value, writtenType(node.type()), node);
  if (!node.KW_TRY_CAST()) return made;
  const { instant, ...plain } = made;
  return {
    ...plain,
    sql: triedFromText(value, writtenType(node.type())) ?? `TRY(${made.sql})`,
    ...(instant ? { instant: `TRY(${instant})` } : {}),
  };
});
