/** Macros of arrays and maps. */
export const collections: Record<string, string> = {
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
  // in the order of the longer one
  'trino_array_intersect(a, b)': 'CASE WHEN len(a) < len(b) THEN trino_both(b, a) ELSE trino_both(a, b) END',
  'trino_both(a, b)':
    'trino_array_distinct(list_filter(a, lambda f_: len(list_filter(b, lambda x_: x_ IS NOT DISTINCT FROM f_)) > 0))',
  'trino_array_except(a, b)':
    'trino_array_distinct(list_filter(a, lambda f_: len(list_filter(b, lambda x_: x_ IS NOT DISTINCT FROM f_)) = 0))',
  'trino_arrays_overlap(a, b)':
    'CASE WHEN list_has_any(a, b) THEN TRUE WHEN a IS NULL OR b IS NULL THEN NULL WHEN len(a) > 0 AND len(b) > 0 AND (trino_has_null(a) OR trino_has_null(b)) THEN NULL ELSE FALSE END',
  'trino_slice(a, s, n)':
    "CASE WHEN s = 0 THEN a[trino_fail('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1'):] WHEN n < 0 THEN a[trino_fail('INVALID_FUNCTION_ARGUMENT: length must be greater than or equal to 0'):] WHEN n = 0 OR s > len(a) OR -s > len(a) THEN a[1:0] WHEN s > 0 THEN a[s:s + n - 1] ELSE a[len(a) + s + 1:len(a) + s + n] END",
  // a key that comes twice keeps its first value
  'trino_map_agg(l)':
    'CASE WHEN l IS NOT NULL THEN map_from_entries(list_filter(list_filter(l, lambda e_: e_.key IS NOT NULL), lambda e_, i_: list_position(list_transform(list_filter(l, lambda y_: y_.key IS NOT NULL), lambda x_: x_.key), e_.key) = i_)) END',
  // Trino has no longer result
  'trino_sequence(a, b, s)':
    'CASE WHEN a IS NOT NULL AND b IS NOT NULL AND trino_sequence_fits(b - a, s) THEN generate_series(a, b, s) END',
  'trino_sequence_fits(d, s)':
    "CASE WHEN s = 0 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: step must not be zero') AS BOOLEAN) WHEN (d > 0 AND s < 0) OR (d < 0 AND s > 0) THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start') AS BOOLEAN) WHEN CAST(d AS HUGEINT) // s >= 10000 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than 10000 entries') AS BOOLEAN) WHEN s IS NOT NULL THEN TRUE END",
  'trino_repeat_count(n)':
    "CASE WHEN n < 0 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be greater than or equal to 0') AS BIGINT) WHEN n > 10000 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be less than or equal to 10000') AS BIGINT) ELSE n END",
  'trino_trim_array(a, n)':
    "CASE WHEN n < 0 THEN a[trino_fail('INVALID_FUNCTION_ARGUMENT: size must not be negative: ' || n):] WHEN n > len(a) THEN a[trino_fail('INVALID_FUNCTION_ARGUMENT: size must not exceed array cardinality ' || len(a) || ': ' || n):] ELSE a[1:len(a) - n] END",
  'trino_ngrams(a, n)':
    "CASE WHEN n <= 0 THEN [a[trino_fail('INVALID_FUNCTION_ARGUMENT: N must be positive'):]] WHEN n >= len(a) THEN [a] ELSE list_transform(range(1, len(a) - n + 2), lambda g_: a[g_:g_ + n - 1]) END",
  'trino_comparator(c)':
    "CASE WHEN c IN (-1, 0, 1) THEN c ELSE CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Lambda comparator must return either -1, 0, or 1') AS BIGINT) END",
  'trino_ranked(l)':
    "CASE WHEN len(list_filter(l, lambda r_, i_: r_.r <> i_ - 1)) = 0 THEN l ELSE l[trino_fail('NOT_SUPPORTED: array_sort() with a comparator that contradicts itself is not supported'):] END",
  'trino_map(k, v)':
    "CASE WHEN len(k) = len(v) THEN map(k, v) WHEN k IS NOT NULL AND v IS NOT NULL THEN map(k[trino_fail('INVALID_FUNCTION_ARGUMENT: Key and value arrays must be the same length'):], v) END",
  'trino_multimap(l)':
    'CASE WHEN l IS NOT NULL THEN map_from_entries(list_transform(trino_array_distinct(list_transform(l, lambda e_: e_.key)), lambda k_: struct_pack(key := k_, value := list_transform(list_filter(l, lambda y_: y_.key IS NOT DISTINCT FROM k_), lambda y_: y_.value)))) END',
  // of several maps, the first value of each key
  'trino_map_union(l)':
    'CASE WHEN len(trino_present(l)) > 0 THEN trino_map_agg(flatten(list_transform(trino_present(l), lambda u_: map_entries(u_)))) END',
  'trino_multimap_agg(l)': 'trino_multimap(list_filter(l, lambda e_: e_.key IS NOT NULL))',
};
