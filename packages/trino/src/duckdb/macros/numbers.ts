/** Macros of numbers, and of what every macro needs. */
export const numbers: Record<string, string> = {
  // TRY() must catch it, and it does not catch error(): a cast that cannot succeed
  'trino_fail(m)': "CAST('trino:' || m AS INTEGER)",
  'trino_divide(a, b)':
    "CASE WHEN b = 0 THEN trino_fail('DIVISION_BY_ZERO: Division by zero') ELSE a // b END",
  'trino_modulo(a, b)':
    "CASE WHEN b = 0 THEN trino_fail('DIVISION_BY_ZERO: Division by zero') ELSE a % b END",
  'trino_divide_half_up(a, b)':
    "CASE WHEN b = 0 THEN trino_fail('DIVISION_BY_ZERO: Division by zero') ELSE (CASE WHEN (a < 0) = (b < 0) THEN 1 ELSE -1 END) * ((2 * abs(a) + abs(b)) // (2 * abs(b))) END",
  // to the nearest multiple, the greater one of two
  'trino_half_up(v, u)': '(v + u // 2 - ((((v + u // 2) % u) + u) % u))',
  'trino_no_number(s, t)':
    "CASE WHEN s IS NOT NULL THEN trino_fail('INVALID_CAST_ARGUMENT: Cannot cast ''' || s || ''' to ' || t) END",
  'trino_whole_number(x, f, t, n)':
    "CASE WHEN isfinite(x) AND round(x) >= -n AND round(x) < n THEN round(x) WHEN x IS NOT NULL THEN trino_fail('INVALID_CAST_ARGUMENT: Cannot cast ' || f || ' ' || trino_double_java(x) || ' to ' || t) END",
  'trino_to_real(x)':
    "CASE WHEN abs(x) > 3.4028235677973366e38 THEN CAST(sign(x) AS FLOAT) * CAST('inf' AS FLOAT) ELSE CAST(x AS FLOAT) END",
  'trino_decimal_text(t)': "regexp_replace(t, '^(-?)[.]', '\\10.')",
  'trino_try_double(s)':
    "CASE WHEN regexp_full_match(s, '\\s*[+-]?(NaN|Infinity|([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?[dDfF]?)\\s*') THEN trino_to_double(s) END",
  'trino_parse_double(s)':
    "coalesce(trino_try_double(s), CASE WHEN s IS NOT NULL THEN CAST(trino_fail('INVALID_CAST_ARGUMENT: Cannot cast ''' || s || ''' to DOUBLE') AS DOUBLE) END)",
  'trino_parse_boolean(s)':
    "CASE WHEN lower(s) IN ('t', 'true', '1') THEN TRUE WHEN lower(s) IN ('f', 'false', '0') THEN FALSE WHEN s IS NOT NULL THEN CAST(trino_fail('INVALID_CAST_ARGUMENT: Cannot cast ''' || s || ''' to BOOLEAN') AS BOOLEAN) END",
  'trino_sqrt(x)': "CASE WHEN x < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt(x) END",
  'trino_ln(x)':
    "CASE WHEN x < 0 THEN CAST('nan' AS DOUBLE) WHEN x = 0 THEN CAST('-inf' AS DOUBLE) ELSE ln(x) END",
  'trino_log10(x)':
    "CASE WHEN x < 0 THEN CAST('nan' AS DOUBLE) WHEN x = 0 THEN CAST('-inf' AS DOUBLE) ELSE log10(x) END",
  'trino_round_integer(x, n)':
    "CASE WHEN n >= 0 THEN x WHEN n < -18 THEN CASE WHEN x = 0 THEN 0 WHEN abs(CAST(x AS HUGEINT)) > 1000000000 THEN trino_fail('NUMERIC_VALUE_OUT_OF_RANGE: numerical overflow: ' || x) ELSE 0 END ELSE CAST(sign(x) AS HUGEINT) * ((abs(CAST(x AS HUGEINT)) + CAST(power(10, -n) AS HUGEINT) // 2) // CAST(power(10, -n) AS HUGEINT)) * CAST(power(10, -n) AS HUGEINT) END",
  'trino_round_to(x, n)': 'CASE WHEN isfinite(x) THEN round(x, CAST(n AS INTEGER)) ELSE x END',
  'trino_random(a, b)':
    "CASE WHEN a < b THEN floor(a + random() * (CAST(b AS DOUBLE) - a)) ELSE trino_fail('INVALID_FUNCTION_ARGUMENT: start value must be less than stop value') END",
  'trino_width_bucket(x, a, b, n)':
    "CASE WHEN n <= 0 OR a = b OR isnan(x) OR NOT isfinite(a) OR NOT isfinite(b) THEN trino_fail('INVALID_FUNCTION_ARGUMENT: width_bucket bounds') WHEN a < b THEN CASE WHEN x < a THEN 0 WHEN x >= b THEN n + 1 ELSE CAST(floor((x - a) / (b - a) * n) AS BIGINT) + 1 END ELSE CASE WHEN x > a THEN 0 WHEN x <= b THEN n + 1 ELSE CAST(floor((a - x) / (a - b) * n) AS BIGINT) + 1 END END",
  'trino_bucket(x, b)':
    "CASE WHEN len(b) = 0 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Bins cannot be an empty array') AS BIGINT) WHEN x IS NOT NULL AND b IS NOT NULL THEN trino_bucket_of(x, array_to_string(b, ',')) END",
  // the element at a share of the sorted ones: as a t-digest of single values has it
  'trino_rank(l, p)':
    "CASE WHEN p < 0 OR p > 1 THEN l[trino_fail('INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1')] ELSE list_sort(trino_present(l))[CAST(least(floor(p * len(trino_present(l))), len(trino_present(l)) - 1) AS BIGINT) + 1] END",
  'trino_number(x)': 'CASE WHEN NOT isnan(x) THEN x END',
  'trino_present(l)': 'list_filter(l, lambda e_: e_ IS NOT NULL)',
};
