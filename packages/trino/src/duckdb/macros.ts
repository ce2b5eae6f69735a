/**
 * Trino's functions as DuckDB macros: what can be said in SQL. A macro is written into the query, so it costs
 * nothing and filters still reach the files. What needs more is in userFunctions/.
 */
/** What Java calls white space: the plain space and its relatives, without those that do not break. */
const blanks =
  ' \t\n\v\f\r\u0085\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000';

const definitions: Record<string, string> = {
  // TRY() must catch it, and it does not catch error(): a cast that cannot succeed
  'trino_fail(m)': "CAST('trino:' || m AS INTEGER)",
  'trino_fits(s, n, t)':
    "CASE WHEN length(s) <= n THEN s ELSE CAST(trino_fail('INVALID_CAST_ARGUMENT: Value ' || s || ' cannot be represented as varchar(' || n || ')') AS VARCHAR) END",
  'trino_divide(a, b)':
    "CASE WHEN b = 0 THEN trino_fail('DIVISION_BY_ZERO: Division by zero') ELSE a // b END",
  'trino_modulo(a, b)':
    "CASE WHEN b = 0 THEN trino_fail('DIVISION_BY_ZERO: Division by zero') ELSE a % b END",
  'trino_divide_half_up(a, b)':
    "CASE WHEN b = 0 THEN trino_fail('DIVISION_BY_ZERO: Division by zero') ELSE (CASE WHEN (a < 0) = (b < 0) THEN 1 ELSE -1 END) * ((2 * abs(a) + abs(b)) // (2 * abs(b))) END",
  'trino_parse_integer(s)':
    "CASE WHEN regexp_full_match(s, '\\s*[+-]?[0-9]+\\s*') THEN CAST(s AS BIGINT) WHEN s IS NOT NULL THEN trino_fail('INVALID_CAST_ARGUMENT: Cannot cast ''' || s || ''' to an integer') END",
  'trino_parse_double(s)':
    "CASE WHEN lower(trim(s)) IN ('nan', 'infinity', '+infinity', '-infinity') OR regexp_full_match(s, '\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?[dDfF]?\\s*') THEN CAST(regexp_replace(s, '[dDfF]\\s*$', '') AS DOUBLE) WHEN s IS NOT NULL THEN CAST(trino_fail('INVALID_CAST_ARGUMENT: Cannot cast ''' || s || ''' to DOUBLE') AS DOUBLE) END",
  'trino_parse_boolean(s)':
    "CASE WHEN lower(s) IN ('t', 'true', '1') THEN TRUE WHEN lower(s) IN ('f', 'false', '0') THEN FALSE WHEN s IS NOT NULL THEN CAST(trino_fail('INVALID_CAST_ARGUMENT: Cannot cast ''' || s || ''' to BOOLEAN') AS BOOLEAN) END",
  'trino_parse_date(s)':
    "CASE WHEN regexp_full_match(s, '\\s*[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}\\s*') THEN CAST(s AS DATE) WHEN s IS NOT NULL THEN CAST(CAST(trino_fail('INVALID_CAST_ARGUMENT: Value cannot be cast to date: ' || s) AS VARCHAR) AS DATE) END",
  // a text with T between date and time is not a timestamp to Trino: from_iso8601_timestamp() reads that
  'trino_parse_timestamp(s)':
    "CASE WHEN regexp_full_match(s, '\\s*[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]+)?)?)?\\s*') THEN CAST(s AS TIMESTAMP) WHEN s IS NOT NULL THEN CAST(CAST(trino_fail('INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: ' || s) AS VARCHAR) AS TIMESTAMP) END",
  'trino_parse_instant(s)':
    "CAST(trino_parse_timestamp(regexp_replace(s, ' ?(UTC|Z|[+]00:00)$', '')) AS TIMESTAMPTZ)",
  'trino_subscript(a, i)':
    "CASE WHEN i = 0 THEN a[trino_fail('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1')] WHEN i < 0 THEN a[trino_fail('INVALID_FUNCTION_ARGUMENT: Array subscript is negative: ' || i)] WHEN i > len(a) THEN a[trino_fail('INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: ' || i || ' > ' || len(a))] ELSE a[i] END",
  'trino_map_subscript(m, k)':
    "CASE WHEN m IS NULL OR k IS NULL OR map_contains(m, k) THEN m[k] ELSE map_values(m)[trino_fail('INVALID_FUNCTION_ARGUMENT: Key not present in map: ' || CAST(k AS VARCHAR))] END",
  'trino_element_at(a, i)':
    "CASE WHEN i = 0 THEN a[trino_fail('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1')] ELSE a[i] END",
  'trino_any(b)':
    'coalesce(len(list_filter(b, lambda e_: e_)) > 0, FALSE) OR CASE WHEN b IS NULL OR len(list_filter(b, lambda e_: e_ IS NULL)) > 0 THEN NULL ELSE FALSE END',
  'trino_all(b)':
    'NOT (coalesce(len(list_filter(b, lambda e_: NOT e_)) > 0, FALSE) OR CASE WHEN b IS NULL OR len(list_filter(b, lambda e_: e_ IS NULL)) > 0 THEN NULL ELSE FALSE END)',
  'trino_has_null(a)': 'len(list_filter(a, lambda e_: e_ IS NULL)) > 0',
  'trino_contains(a, v)':
    'CASE WHEN list_contains(a, v) THEN TRUE WHEN trino_has_null(a) OR v IS NULL THEN NULL WHEN a IS NOT NULL THEN FALSE END',
  'trino_array_position(a, v)':
    'CASE WHEN a IS NOT NULL AND v IS NOT NULL THEN coalesce(list_position(a, v), 0) END',
  'trino_contains_sequence(a, b)':
    'CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN len(b) = 0 THEN TRUE ELSE len(list_filter(range(1, len(a) - len(b) + 2), lambda i_: a[i_:i_ + len(b) - 1] IS NOT DISTINCT FROM b)) > 0 END',
  'trino_array_join(a, d)':
    "CASE WHEN len(a) = 0 THEN '' ELSE coalesce(array_to_string(list_filter(a, lambda e_: e_ IS NOT NULL), d), CASE WHEN a IS NOT NULL THEN '' END) END",
  'trino_array_join_null(a, d, n)':
    "CASE WHEN len(a) = 0 THEN '' ELSE array_to_string(list_transform(a, lambda e_: coalesce(CAST(e_ AS VARCHAR), n)), d) END",
  'trino_array_max(a)': 'CASE WHEN NOT trino_has_null(a) THEN list_max(a) END',
  'trino_array_min(a)': 'CASE WHEN NOT trino_has_null(a) THEN list_min(a) END',
  // the first of each, in order, NULL as a value of its own
  'trino_array_distinct(a)':
    'list_filter(a, lambda e_, i_: len(list_filter(a[1:i_ - 1], lambda x_: x_ IS NOT DISTINCT FROM e_)) = 0)',
  'trino_array_intersect(a, b)':
    'trino_array_distinct(list_filter(a, lambda f_: len(list_filter(b, lambda x_: x_ IS NOT DISTINCT FROM f_)) > 0))',
  'trino_array_except(a, b)':
    'trino_array_distinct(list_filter(a, lambda f_: len(list_filter(b, lambda x_: x_ IS NOT DISTINCT FROM f_)) = 0))',
  'trino_arrays_overlap(a, b)':
    'CASE WHEN list_has_any(a, b) THEN TRUE WHEN a IS NULL OR b IS NULL THEN NULL WHEN len(a) > 0 AND len(b) > 0 AND (trino_has_null(a) OR trino_has_null(b)) THEN NULL ELSE FALSE END',
  'trino_slice(a, s, n)':
    "CASE WHEN s = 0 THEN a[trino_fail('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1'):] WHEN n < 0 THEN a[trino_fail('INVALID_FUNCTION_ARGUMENT: length must be greater than or equal to 0'):] WHEN n = 0 OR s > len(a) OR -s > len(a) THEN a[1:0] WHEN s > 0 THEN a[s:s + n - 1] ELSE a[len(a) + s + 1:len(a) + s + n] END",
  'trino_sequence(a, b)': 'generate_series(a, b, CASE WHEN a <= b THEN 1 ELSE -1 END)',
  'trino_map(k, v)':
    "CASE WHEN len(k) = len(v) THEN map(k, v) WHEN k IS NOT NULL AND v IS NOT NULL THEN map(k[trino_fail('INVALID_FUNCTION_ARGUMENT: Key and value arrays must be the same length'):], v) END",
  // a key that comes twice keeps its first value
  'trino_map_agg(l)':
    'CASE WHEN l IS NOT NULL THEN map_from_entries(list_filter(list_filter(l, lambda e_: e_.key IS NOT NULL), lambda e_, i_: list_position(list_transform(list_filter(l, lambda y_: y_.key IS NOT NULL), lambda x_: x_.key), e_.key) = i_)) END',
  'trino_replace(s, f, t)':
    "CASE WHEN f = '' THEN t || regexp_replace(s, '(?s)(.)', '\\1' || replace(t, '\\', '\\\\'), 'g') ELSE replace(s, f, t) END",
  'trino_split(s, d)': 'string_split(s, d)',
  'trino_split_part(s, d, n)':
    "CASE WHEN n < 1 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Index must be greater than zero') AS VARCHAR) WHEN d = '' THEN CASE WHEN n <= length(s) THEN substring(s, n, 1) END WHEN n <= len(string_split(s, d)) THEN string_split(s, d)[n] END",
  'trino_split_limit(s, d, n)':
    'CASE WHEN len(string_split(s, d)) <= n THEN string_split(s, d) ELSE list_append(string_split(s, d)[1:n - 1], array_to_string(string_split(s, d)[n:], d)) END',
  'trino_split_to_map(s, d, k)':
    "CASE WHEN s = '' THEN CAST(MAP {} AS MAP(VARCHAR, VARCHAR)) ELSE map_from_entries(list_transform(list_filter(string_split(s, d), lambda e_: e_ <> ''), lambda e_: struct_pack(key := string_split(e_, k)[1], value := array_to_string(string_split(e_, k)[2:], k)))) END",
  'trino_tail(s, i)':
    "CASE WHEN i = 0 OR i > length(s) OR -i > length(s) THEN CASE WHEN s IS NOT NULL THEN '' END ELSE substring(s, CASE WHEN i < 0 THEN length(s) + i + 1 ELSE i END) END",
  'trino_substr(s, i, n)':
    "CASE WHEN n IS NULL THEN NULL WHEN i = 0 OR i > length(s) OR -i > length(s) OR n <= 0 THEN CASE WHEN s IS NOT NULL AND i IS NOT NULL THEN '' END ELSE substring(s, CASE WHEN i < 0 THEN length(s) + i + 1 ELSE i END, n) END",
  'trino_trim(s)': `trim(s, '${blanks}')`,
  'trino_ltrim(s)': `ltrim(s, '${blanks}')`,
  'trino_rtrim(s)': `rtrim(s, '${blanks}')`,
  'trino_lpad(s, n, p)':
    'CASE WHEN n <= length(s) THEN substring(s, 1, n) ELSE lpad(s, CAST(n AS INTEGER), p) END',
  'trino_rpad(s, n, p)':
    'CASE WHEN n <= length(s) THEN substring(s, 1, n) ELSE rpad(s, CAST(n AS INTEGER), p) END',
  'trino_hamming(a, b)':
    "CASE WHEN length(a) <> length(b) THEN trino_fail('INVALID_FUNCTION_ARGUMENT: The input strings to hamming_distance function must have the same length') WHEN length(a) = 0 THEN 0 ELSE hamming(a, b) END",
  'trino_regexp_extract(s, p, g)': 'regexp_extract_all(s, p, CAST(g AS INTEGER))[1]',
  'trino_regexp_extract_all(s, p, g)': 'regexp_extract_all(s, p, CAST(g AS INTEGER))',
  'trino_regexp_split(s, p)': 'string_split_regex(s, p)',
  'trino_json_parse(s)': 'CAST(trino_json_sorted(s) AS JSON)',
  'trino_from_iso8601(s)':
    "CASE WHEN regexp_matches(s, 'T.*[+-]\\d\\d:?\\d*$') AND NOT regexp_matches(s, '[+-]00(:?00)?$') THEN CAST(trino_fail('NOT_SUPPORTED: from_iso8601_timestamp() of an offset other than UTC is not supported: ' || s) AS TIMESTAMPTZ) ELSE CAST(s AS TIMESTAMPTZ) END",
  'trino_json_extract(s, p)': 'CASE WHEN json_valid(s) THEN json_extract(s, p) END',
  'trino_json_scalar(j, p)':
    "CASE WHEN json_type(j, p) NOT IN ('OBJECT', 'ARRAY', 'NULL') THEN json_extract_string(j, p) END",
  'trino_text_scalar(s, p)': 'CASE WHEN json_valid(s) THEN trino_json_scalar(s, p) END',
  'trino_json_size(j, p)':
    "CASE WHEN json_valid(j) THEN CASE json_type(j, p) WHEN 'ARRAY' THEN json_array_length(j, p) WHEN 'OBJECT' THEN len(json_keys(j, p)) ELSE CASE WHEN json_exists(j, p) THEN 0 END END END",
  'trino_json_array_length(j)':
    "CASE WHEN json_valid(j) AND json_type(j) = 'ARRAY' THEN json_array_length(j) END",
  'trino_json_array_get(j, i)':
    "CASE WHEN json_valid(j) AND json_type(j) = 'ARRAY' AND i BETWEEN -1000000000 AND 1000000000 THEN trino_no_text((CAST(j AS JSON[]))[CAST(CASE WHEN i < 0 THEN i ELSE i + 1 END AS INTEGER)]) END",
  // Trino gives a string without its quotes, which is not JSON: its documentation calls that broken
  'trino_no_text(j)':
    "CASE WHEN json_type(j) = 'VARCHAR' THEN CAST(trino_fail('NOT_SUPPORTED: json_array_get() of a string is not supported, use json_extract()') AS JSON) ELSE j END",
  'trino_is_json_scalar(j)': "CASE WHEN j IS NOT NULL THEN json_type(j) NOT IN ('OBJECT', 'ARRAY') END",
  'trino_json_text(j)':
    "CASE WHEN json_type(j) IN ('OBJECT', 'ARRAY') THEN CAST(trino_fail('INVALID_CAST_ARGUMENT: Cannot cast JSON to varchar: ' || CAST(j AS VARCHAR)) AS VARCHAR) ELSE json_extract_string(j, '$') END",
  'trino_sqrt(x)': "CASE WHEN x < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt(x) END",
  'trino_ln(x)':
    "CASE WHEN x < 0 THEN CAST('nan' AS DOUBLE) WHEN x = 0 THEN CAST('-inf' AS DOUBLE) ELSE ln(x) END",
  'trino_log10(x)':
    "CASE WHEN x < 0 THEN CAST('nan' AS DOUBLE) WHEN x = 0 THEN CAST('-inf' AS DOUBLE) ELSE log10(x) END",
  'trino_round_integer(x, n)':
    'CASE WHEN n >= 0 THEN x WHEN n < -18 THEN 0 ELSE CAST(sign(x) AS HUGEINT) * ((abs(CAST(x AS HUGEINT)) + CAST(power(10, -n) AS HUGEINT) // 2) // CAST(power(10, -n) AS HUGEINT)) * CAST(power(10, -n) AS HUGEINT) END',
  'trino_round_to(x, n)': 'CASE WHEN isfinite(x) THEN round(x, CAST(n AS INTEGER)) ELSE x END',
  'trino_round_decimal(x, n)': 'round(x, CAST(n AS INTEGER))',
  'trino_width_bucket(x, a, b, n)':
    "CASE WHEN n <= 0 OR a = b OR isnan(x) OR NOT isfinite(a) OR NOT isfinite(b) THEN trino_fail('INVALID_FUNCTION_ARGUMENT: width_bucket bounds') WHEN a < b THEN CASE WHEN x < a THEN 0 WHEN x >= b THEN n + 1 ELSE CAST(floor((x - a) / (b - a) * n) AS BIGINT) + 1 END ELSE CASE WHEN x > a THEN 0 WHEN x <= b THEN n + 1 ELSE CAST(floor((a - x) / (a - b) * n) AS BIGINT) + 1 END END",
};

export const macros: readonly string[] = Object.entries(definitions).map(
  ([head, body]) => `CREATE OR REPLACE MACRO ${head} AS (${body})`,
);
