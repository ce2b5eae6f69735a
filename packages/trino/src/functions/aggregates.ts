import type { Node } from '../grammar/grammar.ts';
import { arithmetic } from '../translate/arithmetic.ts';
import type { Typed } from '../translate/scope.ts';
import * as types from '../types/types.ts';
import { CLOSE, define, OPEN } from './registry.ts';

const sum = ([value]: readonly Typed[]): Typed => {
  const sql = `sum${OPEN}${value?.sql}${CLOSE}`;
  const from = value?.type ?? types.ANY;
  if (types.isInteger(from)) return { sql: `CAST(${sql} AS BIGINT)`, type: types.BIGINT };
  if (types.isDecimal(from)) return { sql, type: types.decimal(38, from.scale ?? 0) };
  if (types.isInterval(from)) return { sql, type: from };
  return {
    sql: `CAST(${sql} AS ${types.duckType(from)})`,
    type: from.name === 'unknown' ? types.BIGINT : from,
  };
};

/** avg() of decimals stays a decimal, rounded half up. */
const avg = ([value]: readonly Typed[], node: Node): Typed => {
  const from = value?.type ?? types.ANY;
  if (!types.isDecimal(from)) {
    const type = from.name === 'real' ? types.REAL : types.DOUBLE;
    return { sql: `CAST(avg${OPEN}CAST(${value?.sql} AS DOUBLE)${CLOSE} AS ${types.duckType(type)})`, type };
  }
  const total = {
    sql: `sum${OPEN}${value?.sql}${CLOSE}`,
    type: types.decimal(38, from.scale ?? 0),
  };
  const count = { sql: `nullif(count${OPEN}${value?.sql}${CLOSE}, 0)`, type: types.BIGINT };
  const quotient = arithmetic(total, '/', { ...count, type: types.decimal(19, 0) }, node);
  return { sql: `CAST(${quotient.sql} AS ${types.duckType(from)})`, type: from };
};

const same = (name: string): Record<string, string> => ({ [`${name}(double) double`]: `${name}@($1@)` });

define({
  'count(T) bigint': 'count@($1@)',
  'count() bigint': 'count@(*@)',
  'count_if(boolean) bigint': 'CAST(count_if@($1@) AS BIGINT)',
  'sum(N) N': sum,
  'avg(N) N': avg,
  'min(T) T': 'min@($1@)',
  'max(T) T': 'max@($1@)',
  'min(T, bigint) array(T)': 'min@($1, $2@)',
  'max(T, bigint) array(T)': 'max@($1, $2@)',
  'min_by(T, K) T': 'arg_min_null@($1, $2@)',
  'max_by(T, K) T': 'arg_max_null@($1, $2@)',
  'min_by(T, K, bigint) array(T)': 'arg_min@($1, $2, $3@)',
  'max_by(T, K, bigint) array(T)': 'arg_max@($1, $2, $3@)',
  'array_agg(T) array(T)': 'list@($1@)',
  'map_agg(K, V) map(K,V)': 'trino_map_agg(list@(struct_pack(key := $1, value := $2)@))',
  'histogram(T) map(T,bigint)': ([value]) => {
    const type = types.mapOf(value?.type ?? types.ANY, types.BIGINT);
    return { sql: `CAST(histogram${OPEN}${value?.sql}${CLOSE} AS ${types.duckType(type)})`, type };
  },
  'bool_and(boolean) boolean': 'bool_and@($1@)',
  'bool_or(boolean) boolean': 'bool_or@($1@)',
  'every(boolean) boolean': 'bool_and@($1@)',
  'arbitrary(T) T': 'any_value@($1@)',
  'any_value(T) T': 'any_value@($1@)',
  // exact where Trino estimates: inside its error, and the same at every run
  'approx_distinct(T) bigint': 'count@(DISTINCT $1@)',
  'approx_distinct(T, double) bigint': 'count@(DISTINCT $1@)',
  'approx_percentile(N, double) N': 'quantile_disc@($1, $2@)',
  'approx_percentile(N, array(double)) array(N)': 'quantile_disc@($1, $2@)',
  ...same('stddev'),
  ...same('stddev_pop'),
  ...same('stddev_samp'),
  ...same('var_pop'),
  ...same('var_samp'),
  ...same('variance'),
  'corr(double, double) double': 'corr@($1, $2@)',
  'covar_pop(double, double) double': 'covar_pop@($1, $2@)',
  'covar_samp(double, double) double': 'covar_samp@($1, $2@)',
  'regr_slope(double, double) double': 'regr_slope@($1, $2@)',
  'regr_intercept(double, double) double': 'regr_intercept@($1, $2@)',
  'geometric_mean(double) double': 'geomean@($1@)',
  'bitwise_and_agg(bigint) bigint': 'bit_and@($1@)',
  'bitwise_or_agg(bigint) bigint': 'bit_or@($1@)',
  'row_number() bigint': 'row_number@(@)',
  'rank() bigint': 'rank@(@)',
  'dense_rank() bigint': 'dense_rank@(@)',
  'percent_rank() double': 'percent_rank@(@)',
  'cume_dist() double': 'cume_dist@(@)',
  'ntile(bigint) bigint': 'ntile@($1@)',
  'lag(T) T': 'lag@($1@)',
  'lag(T, bigint) T': 'lag@($1, $2@)',
  'lag(T, bigint, T) T': 'lag@($1, $2, $3@)',
  'lead(T) T': 'lead@($1@)',
  'lead(T, bigint) T': 'lead@($1, $2@)',
  'lead(T, bigint, T) T': 'lead@($1, $2, $3@)',
  'first_value(T) T': 'first_value@($1@)',
  'last_value(T) T': 'last_value@($1@)',
  'nth_value(T, bigint) T': 'nth_value@($1, $2@)',
});
