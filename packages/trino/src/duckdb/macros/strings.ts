/** What Java calls white space: the plain space and its relatives, without those that do not break. */
const blanks =
  ' \t\n\v\f\r\u0085\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000';

/** Macros of text. */
export const strings: Record<string, string> = {
  'trino_fits(s, n, t)':
    "CASE WHEN length(s) <= n OR s IS NULL THEN s ELSE CAST(trino_fail('INVALID_CAST_ARGUMENT: Value ' || s || ' cannot be represented as varchar(' || n || ')') AS VARCHAR) END",
  'trino_replace(s, f, t)':
    "CASE WHEN f = '' THEN t || regexp_replace(s, '(?s)(.)', '\\1' || replace(t, '\\', '\\\\'), 'g') ELSE replace(s, f, t) END",
  'trino_split(s, d)':
    "CASE WHEN d = '' THEN [CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: The delimiter may not be the empty string') AS VARCHAR)] ELSE string_split(s, d) END",
  'trino_split_part(s, d, n)':
    "CASE WHEN n < 1 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Index must be greater than zero') AS VARCHAR) WHEN d = '' THEN CASE WHEN n <= length(s) THEN substring(s, n, 1) END WHEN n <= len(string_split(s, d)) THEN string_split(s, d)[n] END",
  'trino_split_limit(s, d, n)':
    "CASE WHEN n <= 0 THEN [CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Limit must be positive') AS VARCHAR)] WHEN n > 2147483647 THEN [CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Limit is too large') AS VARCHAR)] WHEN len(trino_split(s, d)) <= n THEN trino_split(s, d) ELSE list_append(string_split(s, d)[1:n - 1], array_to_string(string_split(s, d)[n:], d)) END",
  // the entries of a text, each with its delimiter once
  'trino_entries(s, d, k)':
    "CASE WHEN d = '' OR k = '' THEN [CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: a delimiter may not be empty') AS VARCHAR)] WHEN d = k THEN [CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: entryDelimiter and keyValueDelimiter must not be the same') AS VARCHAR)] ELSE list_transform(list_filter(string_split(s, d), lambda e_: e_ <> ''), lambda e_: CASE WHEN len(string_split(e_, k)) = 2 THEN e_ ELSE CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Key-value delimiter must appear exactly once in each entry. Bad input: ''' || e_ || '''') AS VARCHAR) END) END",
  'trino_split_to_map(l, k)':
    'map_from_entries(list_transform(l, lambda e_: struct_pack(key := string_split(e_, k)[1], value := string_split(e_, k)[2])))',
  'trino_split_to_multimap(l, k)':
    'trino_multimap(list_transform(l, lambda e_: struct_pack(key := string_split(e_, k)[1], value := string_split(e_, k)[2])))',
  // DuckDB takes nan, inf and a comma before a bracket for JSON too: what looks like these is for JavaScript
  'trino_is_json(s)':
    'CASE WHEN s IS NULL THEN FALSE WHEN json_valid(s) AND NOT trino_is_odd_json(s) THEN TRUE ELSE TRY(trino_json_parse(s)) IS NOT NULL END',
  // a pattern of all of it takes five times as long
  'trino_is_odd_json(s)':
    "regexp_matches(s, ',\\s*[}\\]]') OR ((contains(lower(s), 'nan') OR contains(lower(s), 'inf')) AND regexp_matches(s, '(?i)(^|[:,\\[])\\s*-?(nan|inf)'))",
  'trino_tail(s, i)':
    "CASE WHEN i = 0 OR i > length(s) OR -i > length(s) THEN CASE WHEN s IS NOT NULL THEN '' END ELSE substring(s, CASE WHEN i < 0 THEN length(s) + i + 1 ELSE i END) END",
  'trino_substr(s, i, n)':
    "CASE WHEN n IS NULL THEN NULL WHEN i = 0 OR i > length(s) OR -i > length(s) OR n <= 0 THEN CASE WHEN s IS NOT NULL AND i IS NOT NULL THEN '' END ELSE substring(s, CASE WHEN i < 0 THEN length(s) + i + 1 ELSE i END, n) END",
  'trino_trim(s)': `trim(s, '${blanks}')`,
  'trino_ltrim(s)': `ltrim(s, '${blanks}')`,
  'trino_rtrim(s)': `rtrim(s, '${blanks}')`,
  'trino_pad_size(n, p)':
    "CASE WHEN p = '' THEN trino_fail('INVALID_FUNCTION_ARGUMENT: Padding string must not be empty') WHEN n < 0 OR n > 2147483647 THEN trino_fail('INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647]') WHEN n > 10000000 THEN trino_fail('NOT_SUPPORTED: padding to more than 10000000 characters is not supported') ELSE CAST(n AS INTEGER) END",
  'trino_lpad(s, n, p)':
    'CASE WHEN trino_pad_size(n, p) <= length(s) THEN substring(s, 1, n) ELSE lpad(s, trino_pad_size(n, p), p) END',
  'trino_rpad(s, n, p)':
    'CASE WHEN trino_pad_size(n, p) <= length(s) THEN substring(s, 1, n) ELSE rpad(s, trino_pad_size(n, p), p) END',
  'trino_chr(n)':
    "CASE WHEN n < 0 OR n > 1114111 OR n BETWEEN 55296 AND 57343 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Not a valid Unicode code point: ' || n) AS VARCHAR) ELSE chr(CAST(n AS INTEGER)) END",
};
