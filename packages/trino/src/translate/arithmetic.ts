import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { notSupported } from '../trinoError.ts';
import * as types from '../types/types.ts';
import type { Typed } from './scope.ts';
import { coerce, mismatch, on, translate } from './translate.ts';

type Result = { precision: number; scale: number };

/** Trino's rules for the type of decimal arithmetic. */
const decimalResult: Record<string, (a: Result, b: Result) => Result> = {
  '+': (a, b) => {
    const scale = Math.max(a.scale, b.scale);
    return { precision: Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale };
  },
  '*': (a, b) => ({ precision: a.precision + b.precision, scale: a.scale + b.scale }),
  '/': (a, b) => ({
    precision: a.precision + b.scale + Math.max(b.scale - a.scale, 0),
    scale: Math.max(a.scale, b.scale),
  }),
  '%': (a, b) => {
    const scale = Math.max(a.scale, b.scale);
    return { precision: Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale };
  },
};

/** The value times ten to `digits`, as a whole number. What is too great for 38 digits fails while it runs. */
const unscaled = (value: Typed, digits: number): string => {
  const { precision, scale } = types.asDecimal(value.type);
  const power = `CAST('1${'0'.repeat(digits)}' AS DECIMAL(${digits + 1}, 0))`;
  const plain = `CAST(${value.sql} AS DECIMAL(${Math.max(scale, Math.min(precision, 37 - digits))}, ${scale}))`;
  return digits === 0 ? `CAST(${plain} AS HUGEINT)` : `CAST((${plain} * ${power}) AS HUGEINT)`;
};

/** DuckDB divides decimals as doubles; Trino rounds half up at the result's scale. So: whole numbers, then the point. */
const divideDecimals = (left: Typed, right: Typed, node: Node): Typed => {
  const [a, b] = [types.asDecimal(left.type), types.asDecimal(right.type)];
  const { precision, scale } = decimalResult['/']?.(a, b) ?? a;
  const digits = scale + b.scale; // of the dividend, so that the quotient of whole numbers has the wanted scale
  if (scale > 18 || digits > 18) {
    throw notSupported('a division of decimals with so many digits', positionOf(node));
  }
  const quotient = `trino_divide_half_up(${unscaled(left, digits)}, ${unscaled(right, b.scale)})`;
  const type = types.decimal(Math.min(38, precision), scale);
  const point = scale === 0 ? '' : ` * CAST('0.${'0'.repeat(scale - 1)}1' AS DECIMAL(${scale}, ${scale}))`;
  const value = `(CAST(${quotient} AS DECIMAL(${38 - scale}, 0))${point})`;
  return { sql: `CAST(${value} AS ${types.duckType(type)})`, type };
};

const decimals = (left: Typed, operator: string, right: Typed, node: Node): Typed => {
  if (operator === '/') return divideDecimals(left, right, node);
  const [a, b] = [types.asDecimal(left.type), types.asDecimal(right.type)];
  const { precision, scale } = decimalResult[operator === '-' ? '+' : operator]?.(a, b) ?? a;
  if (scale > 38) throw mismatch(`DECIMAL scale must be in range [0, precision (38)]: ${scale}`, node);
  const type = types.decimal(Math.min(38, precision), scale);
  const [x, y] = [
    coerce(left, types.decimal(a.precision, a.scale)),
    coerce(right, types.decimal(b.precision, b.scale)),
  ];
  const sql = operator === '%' ? `trino_modulo(${x}, ${y})` : `(${x} ${operator} ${y})`;
  return { sql: `CAST(${sql} AS ${types.duckType(type)})`, type };
};

const integers = (left: Typed, operator: string, right: Typed, type: types.TrinoType): Typed => {
  const [a, b] = [coerce(left, type), coerce(right, type)];
  const named = { '/': 'trino_divide', '%': 'trino_modulo' }[operator];
  const sql = named ? `CAST(${named}(${a}, ${b}) AS ${types.duckType(type)})` : `(${a} ${operator} ${b})`;
  return { sql, type };
};

const numbers = (left: Typed, operator: string, right: Typed, node: Node): Typed => {
  const common = types.commonType(left.type, right.type) ?? types.ANY;
  if (types.isDecimal(common)) return decimals(left, operator, right, node);
  if (types.isInteger(common)) return integers(left, operator, right, common);
  return { sql: `(${coerce(left, common)} ${operator} ${coerce(right, common)})`, type: common };
};

const isDay = (type: types.TrinoType): boolean => type.name === types.INTERVAL_DAY.name;

const intervals = (left: Typed, operator: string, right: Typed, node: Node): Typed | undefined => {
  const plus = `(${left.sql} ${operator} ${right.sql})`;
  if (types.isInterval(left.type) && types.isInterval(right.type)) {
    return left.type.name === right.type.name ? { sql: plus, type: left.type } : undefined;
  }
  if (types.isInterval(left.type) && operator === '*') return { sql: plus, type: left.type };
  if (types.isInterval(right.type) && operator === '*') return { sql: plus, type: right.type };
  if (types.isInterval(left.type) && operator === '+') return intervals(right, operator, left, node);
  if (!types.isInterval(right.type)) return undefined;
  const sql = `CAST(${plus} AS ${types.duckType(left.type)})`;
  if (types.isTemporal(left.type)) return { sql, type: left.type };
  if (left.type.name === 'time' && isDay(right.type)) return { sql, type: left.type };
  return undefined;
};

const difference = (left: Typed, right: Typed): Typed | undefined => {
  if (!types.isTemporal(left.type) || !types.isTemporal(right.type)) return undefined;
  const type = types.commonType(left.type, right.type) ?? types.ANY;
  const micros = `epoch_us(${coerce(left, type)}) - epoch_us(${coerce(right, type)})`;
  return { sql: `to_microseconds(${micros})`, type: types.INTERVAL_DAY };
};

/** `left operator right`, for + - * / %. */
export const arithmetic = (left: Typed, operator: string, right: Typed, node: Node): Typed => {
  const [a, b] = [left.type, right.type];
  if (types.isNumeric(a) && types.isNumeric(b)) return numbers(left, operator, right, node);
  if (types.isOpen(a) || types.isOpen(b)) return withUnknown(left, right, node);
  const found =
    (operator === '-' ? difference(left, right) : undefined) ?? intervals(left, operator, right, node);
  if (found) return found;
  throw mismatch(`Cannot apply operator: ${types.typeText(a)} ${operator} ${types.typeText(b)}`, node);
};

const withUnknown = (left: Typed, right: Typed, node: Node): Typed => {
  const known = types.isOpen(left.type) ? right.type : left.type;
  if (left.type.name === 'any' || right.type.name === 'any') {
    throw notSupported('arithmetic on a value whose type is not known', positionOf(node));
  }
  return { sql: `CAST(NULL AS ${types.duckType(known)})`, type: known };
};

on(T.ArithmeticBinaryContext, (node, scope) => {
  const [left, right] = node.valueExpression().map((side) => translate(side, scope));
  const operator = node._operator?.text;
  if (!left || !right || !operator) throw notSupported('arithmetic', positionOf(node));
  return arithmetic(left, operator, right, node);
});
