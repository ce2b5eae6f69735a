import type { Node } from '../grammar/grammar.ts';
import { arithmetic } from '../translate/arithmetic.ts';
import { unify } from '../translate/calls.ts';
import { demandOrder } from '../translate/comparisons.ts';
import type { Typed } from '../translate/scope.ts';
import * as types from '../types/types.ts';
import { define } from './registry.ts';

/** greatest() and least(): NULL if any argument is, unlike DuckDB's. */
const extreme =
  (name: string) =>
  (args: readonly Typed[], node: Node): Typed => {
    const [type, cells] = unify(args, `All arguments of ${name}()`, node);
    demandOrder(type, 'Type is not orderable', node);
    const missing = cells.map((sql) => `${sql} IS NULL`).join(' OR ');
    // Trino passes over NaN, DuckDB takes it for the greatest number; DuckDB passes over NULL
    const numbers = types.isFloat(type)
      ? cells.map((sql) => `CASE WHEN NOT isnan(${sql}) THEN ${sql} END`)
      : cells;
    const found = `${name}(${numbers.join(', ')})`;
    const value = types.isFloat(type) ? `coalesce(${found}, CAST('nan' AS ${types.duckType(type)}))` : found;
    return { sql: `CASE WHEN ${missing} THEN NULL ELSE ${value} END`, type };
  };

const rounded =
  (name: string) =>
  ([value]: readonly Typed[]): Typed => {
    const type = value?.type ?? types.ANY;
    const { precision, scale } = types.asDecimal(type);
    const sql = types.isInteger(type) ? `${value?.sql}` : `${name}(${value?.sql})`;
    if (!types.isDecimal(type)) return { sql, type };
    const result = types.decimal(Math.min(38, precision - scale + Math.min(scale, 1)) || 1, 0);
    return { sql: `CAST(${sql} AS ${types.duckType(result)})`, type: result };
  };

const roundTo = ([value, digits]: readonly Typed[]): Typed => {
  const type = value?.type ?? types.ANY;
  const duck = types.isOpen(type) ? 'DOUBLE' : types.duckType(type);
  if (types.isInteger(type))
    return { sql: `CAST(trino_round_integer(${value?.sql}, ${digits?.sql}) AS ${duck})`, type };
  if (!types.isDecimal(type))
    return { sql: `CAST(trino_round_to(${value?.sql}, ${digits?.sql}) AS ${duck})`, type };
  const { precision, scale } = types.asDecimal(type);
  const result = types.decimal(Math.min(38, precision + 1), scale);
  return { sql: toScale(value, digits?.sql, 'round', result), type: result };
};

/** A decimal cut or rounded at some digits: JavaScript's whole numbers do it, as texts. */
const toScale = (
  value: Typed | undefined,
  digits: string | undefined,
  how: string,
  type: types.TrinoType,
): string =>
  `CAST(trino_decimal_to_scale(CAST(${value?.sql} AS VARCHAR), ${digits}, '${how}', ${type.scale}) AS ${types.duckType(type)})`;

const truncated = ([value, digits]: readonly Typed[]): Typed => {
  const type = value?.type ?? types.ANY;
  if (types.isOpen(type)) return { sql: 'CAST(NULL AS DOUBLE)', type: types.DOUBLE };
  const { precision, scale } = types.asDecimal(type);
  if (digits) return { sql: toScale(value, digits.sql, 'cut', type), type };
  const result = types.decimal(Math.max(1, precision - scale), 0);
  return { sql: toScale(value, '0', 'cut', result), type: result };
};

const sign = ([value]: readonly Typed[]): Typed => {
  const type = value?.type ?? types.BIGINT;
  const result = types.isDecimal(type) ? types.decimal(1, 0) : type;
  return { sql: `CAST(sign(${value?.sql}) AS ${types.duckType(result)})`, type: result };
};

/** What a shift leaves of a number of so many bits. */
const shifted =
  (name: string) =>
  ([value, by]: readonly Typed[]): Typed => {
    const type = value?.type ?? types.BIGINT;
    const bits = { tinyint: 8, smallint: 16, integer: 32 }[type.name] ?? 64;
    const sql = `CAST(trino_shift('${name}', ${value?.sql}, ${by?.sql}, ${bits}) AS ${types.duckType(type)})`;
    return { sql, type };
  };

const randomBetween = ([from, to]: readonly Typed[]): Typed => {
  const type = from?.type ?? types.BIGINT;
  const [low, high] = to ? [from?.sql, to.sql] : ['0', from?.sql];
  return { sql: `CAST(trino_random(${low}, ${high}) AS ${types.duckType(type)})`, type };
};

const modulo = ([a, b]: readonly Typed[], node: Node): Typed => {
  const none = { sql: 'NULL', type: types.UNKNOWN };
  return arithmetic(a ?? none, '%', b ?? none, node);
};

define({
  'greatest(T, T*) T': extreme('greatest'),
  'least(T, T*) T': extreme('least'),
  'abs(N) N': 'abs($1)',
  'sign(I) I': sign,
  'sign(D) D': sign,
  'sign(real) real': 'CAST(CASE WHEN isnan($1) THEN $1 ELSE sign($1) END AS FLOAT)',
  'sign(double) double': 'CASE WHEN isnan($1) THEN $1 ELSE CAST(sign($1) AS DOUBLE) END',
  'ceil(N) N': rounded('ceil'),
  'ceiling(N) N': rounded('ceil'),
  'floor(N) N': rounded('floor'),
  'round(N) N': rounded('round'),
  'round(N, bigint) N': roundTo,
  'truncate(D) D': truncated,
  'truncate(D, bigint) D': truncated,
  'truncate(real) real': 'trunc($1)',
  'truncate(double) double': 'trunc($1)',
  'sqrt(double) double': 'trino_sqrt($1)',
  'cbrt(double) double': 'trino_cbrt($1)',
  'exp(double) double': 'exp($1)',
  'ln(double) double': 'trino_ln($1)',
  'log(double, double) double': '(trino_ln($2) / trino_ln($1))',
  'log2(double) double': '(trino_ln($1) / trino_ln(2))',
  'log10(double) double': 'trino_log10($1)',
  'power(double, double) double': 'power($1, $2)',
  'pow(double, double) double': 'power($1, $2)',
  'mod(I, I) I': modulo,
  'mod(A, B) A': modulo,
  'pi() double': 'pi()',
  'e() double': 'exp(1)',
  'nan() double': "CAST('nan' AS DOUBLE)",
  'infinity() double': "CAST('inf' AS DOUBLE)",
  'is_nan(double) boolean': 'isnan($1)',
  'is_infinite(double) boolean': 'isinf($1)',
  'is_finite(double) boolean': 'isfinite($1)',
  'degrees(double) double': 'degrees($1)',
  'radians(double) double': 'radians($1)',
  'sin(double) double': 'sin($1)',
  'cos(double) double': 'cos($1)',
  'tan(double) double': 'tan($1)',
  'asin(double) double': 'asin($1)',
  'acos(double) double': 'acos($1)',
  'atan(double) double': 'atan($1)',
  'atan2(double, double) double': 'atan2($1, $2)',
  'sinh(double) double': 'sinh($1)',
  'cosh(double) double': 'cosh($1)',
  'tanh(double) double': 'tanh($1)',
  'random() double': 'random()',
  'rand() double': 'random()',
  'random(I) I': randomBetween,
  'random(I, I) I': randomBetween,
  'rand(I) I': randomBetween,
  'rand(I, I) I': randomBetween,
  'width_bucket(double, double, double, bigint) bigint': 'trino_width_bucket($1, $2, $3, $4)',
  'width_bucket(double, array(double)) bigint': 'trino_bucket($1, $2)',
  'from_base(varchar, bigint) bigint': 'trino_from_base($1, $2)',
  'to_base(bigint, bigint) varchar(64)': 'trino_to_base($1, $2)',
  'bitwise_and(bigint, bigint) bigint': '($1 & $2)',
  'bitwise_or(bigint, bigint) bigint': '($1 | $2)',
  'bitwise_xor(bigint, bigint) bigint': 'xor($1, $2)',
  'bitwise_not(bigint) bigint': '(~$1)',
  'bitwise_left_shift(I, bigint) I': shifted('left'),
  'bitwise_right_shift(I, bigint) I': shifted('right'),
  'bitwise_right_shift_arithmetic(I, bigint) I': shifted('arithmetic'),
  'bit_count(bigint, bigint) bigint': 'trino_bit_count($1, $2)',
});
