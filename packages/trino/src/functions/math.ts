import type { Node } from '../grammar/grammar.ts';
import { arithmetic } from '../translate/arithmetic.ts';
import { unify } from '../translate/calls.ts';
import type { Typed } from '../translate/scope.ts';
import * as types from '../types/types.ts';
import { define } from './registry.ts';

/** greatest() and least(): NULL if any argument is, unlike DuckDB's. */
const extreme =
  (name: string) =>
  (args: readonly Typed[], node: Node): Typed => {
    const [type, cells] = unify(args, `All arguments of ${name}()`, node);
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
  return {
    sql: `CAST(trino_round_decimal(${value?.sql}, ${digits?.sql}) AS ${types.duckType(result)})`,
    type: result,
  };
};

const modulo = ([a, b]: readonly Typed[], node: Node): Typed => {
  const none = { sql: 'NULL', type: types.UNKNOWN };
  return arithmetic(a ?? none, '%', b ?? none, node);
};

define({
  'greatest(T, T*) T': extreme('greatest'),
  'least(T, T*) T': extreme('least'),
  'abs(N) N': 'abs($1)',
  'sign(I) I': (args) => ({
    sql: `CAST(sign(${args[0]?.sql}) AS ${types.duckType(args[0]?.type ?? types.BIGINT)})`,
    type: args[0]?.type ?? types.BIGINT,
  }),
  'sign(double) double': 'CAST(sign($1) AS DOUBLE)',
  'ceil(N) N': rounded('ceil'),
  'ceiling(N) N': rounded('ceil'),
  'floor(N) N': rounded('floor'),
  'round(N) N': rounded('round'),
  'round(N, bigint) N': roundTo,
  'truncate(real) real': 'trunc($1)',
  'truncate(double) double': 'trunc($1)',
  'sqrt(double) double': 'trino_sqrt($1)',
  'cbrt(double) double': 'cbrt($1)',
  'exp(double) double': 'exp($1)',
  'ln(double) double': 'trino_ln($1)',
  'log(double, double) double': '(trino_ln($2) / trino_ln($1))',
  'log2(double) double': '(trino_ln($1) / trino_ln(2))',
  'log10(double) double': 'trino_log10($1)',
  'power(double, double) double': 'power($1, $2)',
  'pow(double, double) double': 'power($1, $2)',
  'mod(I, I) I': (args, node) => modulo(args, node),
  'mod(N, N) N': (args, node) => modulo(args, node),
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
  'random(bigint) bigint': 'CAST(floor(random() * $1) AS BIGINT)',
  'random(bigint, bigint) bigint': 'CAST(floor($1 + random() * ($2 - $1)) AS BIGINT)',
  'width_bucket(double, double, double, bigint) bigint': 'trino_width_bucket($1, $2, $3, $4)',
  'from_base(varchar, bigint) bigint': 'trino_from_base($1, $2)',
  'to_base(bigint, bigint) varchar': 'trino_to_base($1, $2)',
  'bitwise_and(bigint, bigint) bigint': '($1 & $2)',
  'bitwise_or(bigint, bigint) bigint': '($1 | $2)',
  'bitwise_xor(bigint, bigint) bigint': 'xor($1, $2)',
  'bitwise_not(bigint) bigint': '(~$1)',
  'bit_count(bigint, bigint) bigint': 'trino_bit_count($1, $2)',
});
