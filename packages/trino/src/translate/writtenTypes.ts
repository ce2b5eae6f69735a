import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { nameOf } from '../grammar/names.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { demandMicros } from './zones.ts';

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
  unknown: types.UNKNOWN,
};

/** Types of Trino's that have no counterpart here. */
const otherTypes = ['uuid', 'ipaddress', 'hyperloglog', 'p4hyperloglog', 'qdigest', 'tdigest', 'setdigest'];

const temporal = (base: types.TrinoType, precision: Node | null, node: Node): types.TrinoType =>
  types.withFraction(base, demandMicros(precision ? Number(precision.getText()) : 3, node));

/** A type as a statement writes it. */
export const writtenType = (node: Node): types.TrinoType => {
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
  if (node instanceof T.LegacyMapTypeContext) {
    const [key, value] = node.type_().map(writtenType);
    return types.mapOf(key ?? types.ANY, value ?? types.ANY);
  }
  if (node instanceof T.DateTimeTypeContext) {
    return temporal(node.KW_WITH() ? types.TIMESTAMP_TZ : types.TIMESTAMP, node.typeParameter(), node);
  }
  if (node instanceof T.TimeTypeContext && !node.KW_WITH())
    return temporal(types.TIME, node.typeParameter(), node);
  if (node instanceof T.DoublePrecisionTypeContext) return types.DOUBLE;
  if (node instanceof T.GenericTypeContext) return genericType(node);
  throw notSupported(`the type ${node.getText().toLowerCase()}`, positionOf(node));
};

const invalid = (what: string, node: Node): TrinoError =>
  new TrinoError('INVALID_FUNCTION_ARGUMENT', what, positionOf(node));

/** Throws for a precision or scale that Trino has no decimal of. */
export const decimalType = (precision: number, scale: number, node: Node): types.TrinoType => {
  if (precision < 1 || precision > 38)
    throw invalid(`DECIMAL precision must be in range [1, 38]: ${precision}`, node);
  if (scale > precision)
    throw invalid(`DECIMAL scale must be in range [0, precision (${precision})]: ${scale}`, node);
  return types.decimal(precision, scale);
};

const genericType = (node: InstanceType<typeof T.GenericTypeContext>): types.TrinoType => {
  const name = node.identifier().getText().toLowerCase();
  const parameters = node.typeParameter();
  const [first, second] = parameters.map((p) => p.type());
  if (name === 'array' && first) return types.arrayOf(writtenType(first));
  if (name === 'map' && first && second) return types.mapOf(writtenType(first), writtenType(second));
  const [a, b] = parameters.map((p) => Number(p.getText()));
  if (name === 'decimal') return decimalType(a ?? 38, b ?? 0, node);
  if (name === 'varchar' && a !== undefined) return types.varcharOf(a);
  if (name === 'char') return { name: 'char', length: a ?? 1 };
  if (otherTypes.includes(name)) throw notSupported(`the type ${name}`, positionOf(node));
  const type = aliases[name];
  if (!type) throw new TrinoError('TYPE_MISMATCH', `Unknown type: ${name}`, positionOf(node));
  return type;
};
