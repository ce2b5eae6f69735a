import type { Node } from '../grammar/grammar.ts';
import { arithmetic } from '../translate/arithmetic.ts';
import { demandOneForm, demandOrder } from '../translate/comparisons.ts';
import type { Typed } from '../translate/scope.ts';
import * as types from '../types/types.ts';
import { type Build, CLOSE, define, OPEN } from './registry.ts';

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
  if (types.isInterval(from)) {
    const inMonths = from.name === types.INTERVAL_YEAR.name;
    const size = inMonths ? `trino_months(${value?.sql})` : `epoch_us(${value?.sql})`;
    const mean = `avg${OPEN}${size}${CLOSE}`;
    return {
      sql: inMonths
        ? `to_months(CAST(round(${mean}) AS INTEGER))`
        : `to_milliseconds(CAST(round(${mean} / 1000) AS BIGINT))`,
      type: from,
    };
  }
  if (!types.isDecimal(from)) {
    const type = from.name === 'real' ? types.REAL : types.DOUBLE;
    return { sql: `CAST(avg${OPEN}CAST(${value?.sql} AS DOUBLE)${CLOSE} AS ${types.duckType(type)})`, type };
  }
  const total = {
    sql: `sum${OPEN}${value?.sql}${CLOSE}`,
    type: types.decimal(38, from.scale ?? 0),
  };
  const count = { sql: `nullif(count${OPEN}${value?.sql}${CLOSE}, 0)`, type: types.decimal(19, 0) };
  const quotient = arithmetic(total, '/', count, node);
  return { sql: `CAST(${quotient.sql} AS ${types.duckType(from)})`, type: from };
};

/** The least or greatest value: NaN is passed over where there is a number. */
const extreme =
  (name: 'min' | 'max') =>
  ([value]: readonly Typed[], node: Node): Typed => {
    const type = value?.type ?? types.ANY;
    demandOrder(type, 'Type is not orderable', node);
    const plain = `${name}${OPEN}${value?.sql}${CLOSE}`;
    if (!types.isFloat(type)) return { sql: plain, type };
    const numbers = `${name}${OPEN}CASE WHEN NOT isnan(${value?.sql}) THEN ${value?.sql} END${CLOSE}`;
    return { sql: `coalesce(${numbers}, ${plain})`, type };
  };

/** A function whose values are put in order. */
const inOrder =
  (sql: string, ordered: number, several = false): Build =>
  (args, node) => {
    demandOrder(args[ordered]?.type ?? types.ANY, 'Type is not orderable', node);
    const filled = sql.replaceAll(/\$(\d)/g, (_all, which: string) => args[Number(which) - 1]?.sql ?? 'NULL');
    const type = args[0]?.type ?? types.ANY;
    return {
      sql: filled.replace('@(', OPEN).replace('@)', CLOSE),
      type: several ? types.arrayOf(type) : type,
    };
  };

const rank = ([value, share]: readonly Typed[]): string =>
  `trino_rank(list${OPEN}${value?.sql}${CLOSE}, ${share?.sql})`;

/** approx_percentile() of several shares. */
const ranks = ([value, shares]: readonly Typed[]): string =>
  `list_transform(${shares?.sql}, lambda s_: trino_rank(list${OPEN}${value?.sql}${CLOSE}, s_))`;

/** NULL where a side does not vary. */
const varying = (name: string): Record<string, string> => ({
  [`${name}(double, double) double`]: `trino_number(${name}@($1, $2@))`,
});

/** Exact where Trino estimates: inside its error, and the same at every run. */
const distinct: Build = ([value], node) => {
  demandOneForm(value?.type ?? types.ANY, 'approx_distinct()', node);
  return `count${OPEN}DISTINCT ${value?.sql}${CLOSE}`;
};

const same = (name: string): Record<string, string> => ({ [`${name}(double) double`]: `${name}@($1@)` });

define({
  'count(T) bigint': 'count@($1@)',
  'count() bigint': 'count@(*@)',
  'count_if(boolean) bigint': 'CAST(count_if@($1@) AS BIGINT)',
  'sum(N) N': sum,
  'avg(N) N': avg,
  'avg(interval day to second) interval day to second': avg,
  'avg(interval year to month) interval year to month': avg,
  'sum(interval day to second) interval day to second': sum,
  'sum(interval year to month) interval year to month': sum,
  'min(T) T': extreme('min'),
  'max(T) T': extreme('max'),
  'min(T, bigint) array(T)': inOrder('min@($1, $2@)', 0, true),
  'max(T, bigint) array(T)': inOrder('max@($1, $2@)', 0, true),
  'min_by(T, K) T': inOrder('arg_min_null@($1, $2@)', 1),
  'max_by(T, K) T': inOrder('arg_max_null@($1, $2@)', 1),
  'min_by(T, K, bigint) array(T)': inOrder('arg_min@($1, $2, $3@)', 1, true),
  'max_by(T, K, bigint) array(T)': inOrder('arg_max@($1, $2, $3@)', 1, true),
  'array_agg(T) array(T)': 'list@($1@)',
  'map_agg(K, V) map(K,V)': 'trino_map_agg(list@(struct_pack(key := $1, value := $2)@))',
  'multimap_agg(K, V) map(K,array(V))': 'trino_multimap_agg(list@(struct_pack(key := $1, value := $2)@))',
  'map_union(map(K,V)) map(K,V)': 'trino_map_union(list@($1@))',
  'histogram(T) map(T,bigint)': ([value], node) => {
    const type = types.mapOf(value?.type ?? types.ANY, types.BIGINT);
    demandOneForm(types.argOf(type, 0), 'histogram()', node);
    return { sql: `CAST(histogram${OPEN}${value?.sql}${CLOSE} AS ${types.duckType(type)})`, type };
  },
  'bool_and(boolean) boolean': 'bool_and@($1@)',
  'bool_or(boolean) boolean': 'bool_or@($1@)',
  'every(boolean) boolean': 'bool_and@($1@)',
  'arbitrary(T) T': 'any_value@($1@)',
  'any_value(T) T': 'any_value@($1@)',
  'approx_distinct(T) bigint': distinct,
  'approx_distinct(T, double) bigint': distinct,
  'approx_percentile(bigint, double) bigint': rank,
  'approx_percentile(real, double) real': rank,
  'approx_percentile(double, double) double': rank,
  'approx_percentile(bigint, array(double)) array(bigint)': ranks,
  'approx_percentile(real, array(double)) array(real)': ranks,
  'approx_percentile(double, array(double)) array(double)': ranks,
  ...same('stddev'),
  ...same('stddev_pop'),
  ...same('stddev_samp'),
  ...same('var_pop'),
  ...same('var_samp'),
  ...same('variance'),
  ...varying('corr'),
  'covar_pop(double, double) double': 'covar_pop@($1, $2@)',
  'covar_samp(double, double) double': 'covar_samp@($1, $2@)',
  ...varying('regr_slope'),
  ...varying('regr_intercept'),
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
