const DAY = 86_400_000_000; // in microseconds

const noTimestamp =
  "CAST(CAST(trino_fail('INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: ' || s) AS VARCHAR) AS TIMESTAMP)";

/** Macros of times, zones and intervals. */
export const times: Record<string, string> = {
  'trino_round_time(t, u)': 'make_timestamp(trino_half_up(epoch_us(t), u))',
  'trino_round_clock(t, u)':
    "CAST(make_timestamp(trino_half_up(epoch_us(DATE '1970-01-01' + t), u)) AS TIME)",
  'trino_months(i)': "(datepart('year', i) * 12 + datepart('month', i))",
  'trino_whole_days(i)': `CASE WHEN epoch_us(i) % ${DAY} = 0 THEN i ELSE to_days(trino_fail('INVALID_FUNCTION_ARGUMENT: Cannot add hour, minutes or seconds to a date')) END`,
  'trino_interval_times(n, d)':
    "CASE WHEN isnan(d) THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Cannot multiply by double NaN') AS BIGINT) ELSE CAST(trunc(n * d) AS BIGINT) END",
  'trino_interval_by(n, d)':
    "CASE WHEN isnan(d) THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Cannot divide by double NaN') AS BIGINT) WHEN d = 0 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Cannot divide by double 0.0') AS BIGINT) ELSE CAST(trunc(n / d) AS BIGINT) END",
  // the first of two instants, where an hour comes twice: the one with the offset of some hours before
  'trino_instant(z, t)':
    "CASE WHEN timezone(z, timezone(z, t - INTERVAL '3 hours') + INTERVAL '3 hours') = t THEN timezone(z, t - INTERVAL '3 hours') + INTERVAL '3 hours' ELSE timezone(z, t) END",
  // the clock of an instant set to another time: with the same offset where there is one
  'trino_moved(z, i, t)':
    'CASE WHEN timezone(z, i + (t - timezone(z, i))) = t THEN i + (t - timezone(z, i)) ELSE trino_instant(z, t) END',
  'trino_offset(w, i)': 'trino_offset_text(epoch_us(w - CAST(i AS TIMESTAMP)) // 60000000)',
  'trino_from_unixtime(s)':
    "CAST(make_timestamp(CAST(floor(CASE WHEN isfinite(s) THEN s WHEN s IS NOT NULL THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Not a finite number of seconds') AS DOUBLE) END * 1000 + 0.5) AS BIGINT) * 1000) AS TIMESTAMPTZ)",
  'trino_try_date(s)':
    "CASE WHEN regexp_full_match(s, '\\s*[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}\\s*') THEN TRY_CAST(s AS DATE) END",
  'trino_parse_date(s)':
    "coalesce(trino_try_date(s), CASE WHEN s IS NOT NULL THEN CAST(CAST(trino_fail('INVALID_CAST_ARGUMENT: Value cannot be cast to date: ' || s) AS VARCHAR) AS DATE) END)",
  // a text with T between date and time is not a timestamp to Trino: from_iso8601_timestamp() reads that
  'trino_try_timestamp(s)':
    "CASE WHEN regexp_full_match(s, '\\s*[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]+)?)?)?( ?(Z|[+-][0-9]{2}:?[0-9]{2}|[A-Za-z_]+(/[A-Za-z_]+)*))?\\s*') AND NOT contains(s, ' 24:') THEN TRY_CAST(trino_without_zone(s) AS TIMESTAMP) END",
  'trino_parse_timestamp(s)': `coalesce(trino_try_timestamp(s), CASE WHEN s IS NOT NULL THEN ${noTimestamp} END)`,
  'trino_zone_in(s)':
    "regexp_extract(trim(s), '^[0-9-]{8,}(?: [0-9:.]+)? ?((?:[A-Za-z].*|[+-][0-9]{2}:?[0-9]{2}))$', 1)",
  'trino_without_zone(s)': 'trim(substring(trim(s), 1, length(trim(s)) - length(trino_zone_in(s))))',
  'trino_text_instant(s)':
    "CASE WHEN trino_zone_in(s) IN ('', 'UTC', 'Z') THEN CAST(trino_parse_timestamp(s) AS TIMESTAMPTZ) WHEN regexp_matches(trino_zone_in(s), '^[+-]') THEN CAST(strftime(trino_parse_timestamp(s), '%Y-%m-%d %H:%M:%S.%f') || trino_zone_in(s) AS TIMESTAMPTZ) ELSE trino_instant(trino_zone_in(s), trino_parse_timestamp(s)) END",
  'trino_parse_instant(s)':
    "CASE WHEN trino_zone_in(s) IN ('', 'UTC', 'Z', '+00:00', '-00:00') THEN trino_text_instant(s) WHEN s IS NOT NULL THEN CAST(CAST(trino_fail('NOT_SUPPORTED: a time whose zone is in its text is not supported here (' || s || '); use AT TIME ZONE') AS VARCHAR) AS TIMESTAMPTZ) END",
  'trino_parse_time(s)':
    "CASE WHEN regexp_full_match(s, '[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]+)?)?') AND NOT starts_with(s, '24:') AND TRY_CAST(s AS TIME) IS NOT NULL THEN CAST(s AS TIME) WHEN s IS NOT NULL THEN CAST(CAST(trino_fail('INVALID_CAST_ARGUMENT: Value cannot be cast to time: ' || s) AS VARCHAR) AS TIME) END",
  'trino_day_step(i)': `CASE WHEN epoch_us(i) % ${DAY} = 0 THEN epoch_us(i) ELSE CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: sequence step must be a day interval if start and end values are dates') AS BIGINT) END`,
  'trino_sequence_micros(a, b, s)':
    'list_transform(trino_sequence(epoch_us(a), epoch_us(b), s), lambda m_: make_timestamp(m_))',
  // each step is counted from the start, so that the 31st comes back after a shorter month
  'trino_sequence_months(a, b, s)':
    "CASE WHEN a IS NULL OR b IS NULL OR s IS NULL THEN NULL WHEN trino_sequence_fits(CASE WHEN a = b THEN 0 WHEN date_sub('month', a, b) <> 0 THEN date_sub('month', a, b) WHEN a < b THEN 1 ELSE -1 END, s) THEN list_filter(list_transform(range(0, abs(date_sub('month', a, b) // s) + 2), lambda m_: a + to_months(CAST(m_ * s AS INTEGER))), lambda t_: CASE WHEN s > 0 THEN t_ <= b ELSE t_ >= b END) END",
};
