-- Ids of a source that stand in more than one hour: retries whose event time had moved. A row a source, most ids first.
-- Of the days that changed and a day to each side, and only the ids that stand in a day that changed: the whole table
-- would be read anew by every run, see docs/reference/reliability.md. Minimum and maximum, since a list for each id would not fit.
WITH spread AS (
  SELECT
    source,
    event_id,
    min(concat(dt, 'T', hr)) AS first_hour,
    max(concat(dt, 'T', hr)) AS last_hour,
    count(*) - 1 AS extra_rows
  FROM events
  WHERE dt IN (:neighbourDays)
  GROUP BY source, event_id
  HAVING min(concat(dt, 'T', hr)) < max(concat(dt, 'T', hr))
    AND bool_or(dt IN (:days))
)
SELECT
  source,
  count(*) AS ids,
  sum(extra_rows) AS extra_rows,
  min(event_id) AS example,
  min_by(first_hour, event_id) AS first_hour,
  min_by(last_hour, event_id) AS last_hour
FROM spread
GROUP BY source
ORDER BY ids DESC, source
LIMIT 10
