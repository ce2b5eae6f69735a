import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { intervalArithmetic } from './intervals.ts';
import type { Typed } from './scope.ts';
import { coerce, mismatch, on, translate } from './translate.ts';
import { wallClock, withClock } from './zones.ts';

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

/** Decimal arithmetic that may need more than 38 digits on the way: JavaScript's whole numbers do it, as texts. */
const wideDecimals = (left: Typed, operator: string, right: Typed, type: types.TrinoType): Typed => {
  const [a, b] = [left, right].map((side) => {
    const { precision, scale } = types.asDecimal(side.type);
    return `CAST(CAST(${side.sql} AS DECIMAL(${precision}, ${scale})) AS VARCHAR)`;
  });
  const sql = `trino_decimal_arithmetic(${a}, '${operator}', ${b}, ${type.scale})`;
  return { sql: `CAST(${sql} AS ${types.duckType(type)})`, type };
};

/** DuckDB divides decimals as doubles; Trino rounds half up at the result's scale. So: whole numbers, then the point. */
const divideDecimals = (left: Typed, right: Typed): Typed => {
  const [a, b] = [types.asDecimal(left.type), types.asDecimal(right.type)];
  const { precision, scale } = decimalResult['/']?.(a, b) ?? a;
  const digits = scale + b.scale; // of the dividend, so that the quotient of whole numbers has the wanted scale
  const type = types.decimal(Math.min(38, precision), scale);
  if (a.precision + digits > 37 || b.precision > 37 || digits > 18 || precision > 38)
    return wideDecimals(left, '/', right, type);
  const quotient = `trino_divide_half_up(${unscaled(left, digits)}, ${unscaled(right, b.scale)})`;
  const point = scale === 0 ? '' : ` * CAST('0.${'0'.repeat(scale - 1)}1' AS DECIMAL(${scale}, ${scale}))`;
  const value = `(CAST(${quotient} AS DECIMAL(${38 - scale}, 0))${point})`;
  return { sql: `CAST(${value} AS ${types.duckType(type)})`, type };
};

const decimals = (left: Typed, operator: string, right: Typed, node: Node): Typed => {
  if (operator === '/') return divideDecimals(left, right);
  const [a, b] = [types.asDecimal(left.type), types.asDecimal(right.type)];
  const { precision, scale } = decimalResult[operator === '-' ? '+' : operator]?.(a, b) ?? a;
  if (scale > 38) {
    const what = `DECIMAL scale must be in range [0, precision (38)]: ${scale}`;
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', what, positionOf(node));
  }
  const type = types.decimal(Math.min(38, Math.max(1, precision)), scale);
  const widest = Math.max(a.precision - a.scale, b.precision - b.scale) + Math.max(a.scale, b.scale);
  if (precision > 38 || (operator === '%' && widest > 38)) return wideDecimals(left, operator, right, type);
  // DuckDB multiplies decimals of up to 18 digits in 64 bits, whatever the result needs
  const wide = operator === '*' && precision > 18 && Math.max(a.precision, b.precision) <= 18;
  const [x, y] = [
    coerce(left, types.decimal(wide ? 19 : a.precision, a.scale)),
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

/** A date has no hours, so an interval with some is refused. */
const datePlus = (date: Typed, operator: string, interval: Typed): string =>
  isDay(interval.type)
    ? `CAST((${date.sql} ${operator} trino_whole_days(${interval.sql})) AS DATE)`
    : `CAST((${date.sql} ${operator} ${interval.sql}) AS DATE)`;

/** A time plus or minus an interval: days and less are counted on the instant, months on the clock of its zone. */
const timePlus = (time: Typed, operator: string, interval: Typed): Typed | undefined => {
  const { type } = time;
  if (type.name === 'date') return { sql: datePlus(time, operator, interval), type };
  if (isDay(interval.type)) {
    if (!types.isTemporal(type) && type.name !== 'time') return undefined;
    const finer = types.withFraction(type, Math.max(3, types.fractionOf(type)));
    return { sql: `CAST((${time.sql} ${operator} ${interval.sql}) AS ${types.duckType(type)})`, type: finer };
  }
  if (!types.isTemporal(type)) return undefined;
  return { sql: withClock(time, `(${wallClock(time)} ${operator} ${interval.sql})`), type };
};

const difference = (left: Typed, right: Typed): Typed | undefined => {
  const clocks = left.type.name === 'time' && right.type.name === 'time';
  const common = clocks ? types.TIME : types.commonType(left.type, right.type);
  if (!common || (!clocks && !types.isTemporal(common))) return undefined;
  const [a, b] = [left, right].map((side) => {
    const sql = side.instant ?? coerce(side, common);
    return `epoch_us(${clocks ? `(DATE '1970-01-01' + ${sql})` : sql})`;
  });
  return { sql: `to_milliseconds(trino_half_up(${a} - ${b}, 1000) // 1000)`, type: types.INTERVAL_DAY };
};

const onTimes = (left: Typed, operator: string, right: Typed, node: Node): Typed | undefined => {
  if (operator === '-' && !types.isInterval(right.type)) return difference(left, right);
  const found = intervalArithmetic(left, operator, right, node);
  if (found || (operator !== '+' && operator !== '-')) return found;
  if (types.isInterval(right.type)) return timePlus(left, operator, right);
  return operator === '+' && types.isInterval(left.type) ? timePlus(right, operator, left) : undefined;
};

/** `left operator right`, for + - * / %. */
export const arithmetic = (left: Typed, operator: string, right: Typed, node: Node): Typed => {
  const [a, b] = [left.type, right.type];
  if (types.isNumeric(a) && types.isNumeric(b)) return numbers(left, operator, right, node);
  if (types.isOpen(a) || types.isOpen(b)) return withUnknown(left, right, node);
  const found = onTimes(left, operator, right, node);
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
