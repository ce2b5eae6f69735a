-- What no hour may hold. All rules in one query, since Athena bills every query anew for the columns it reads; and only
-- the hours published since the checks last passed, since each rule is about one hour by itself. A row for every rule
-- and id that breaks it, the first of each rule on top:
--   envelopeMissing      a row without a part of the envelope that every event has
--   eventFromTheFuture   an event more than an hour ahead of the time it was received: the collector rejects those
--   eventIdTwice         an event_id of a source twice in its hour: the build keeps one row of each
--   eventOutsideItsHour  a row that stands in another partition than its event_time says
WITH broken AS (
  SELECT
    dt,
    hr,
    source,
    event_id,
    count(*) AS rows_found,
    min(event_time) AS event_time,
    min(received_at) AS received_at,
    filter(
      ARRAY[
        CASE WHEN bool_or(event_id IS NULL OR event_id = ''
          OR event_name IS NULL OR event_name = ''
          OR event_time IS NULL
          OR received_at IS NULL
          OR source IS NULL OR source = ''
          OR context IS NULL
          OR properties IS NULL
          OR schema_version IS NULL) THEN 'envelopeMissing' END,
        CASE WHEN bool_or(event_time > received_at + INTERVAL '1' HOUR) THEN 'eventFromTheFuture' END,
        CASE WHEN count(*) > 1 THEN 'eventIdTwice' END,
        CASE WHEN bool_or(dt <> date_format(event_time, '%Y-%m-%d')
          OR hr <> date_format(event_time, '%H')) THEN 'eventOutsideItsHour' END
      ],
      name -> name IS NOT NULL
    ) AS rules
  FROM events
  WHERE dt IN (:days) AND hr IN (:hours)
  GROUP BY dt, hr, source, event_id
)
SELECT rule, dt, hr, source, event_id, rows_found, event_time, received_at
FROM broken
CROSS JOIN UNNEST(rules) AS t (rule)
ORDER BY row_number() OVER (PARTITION BY rule ORDER BY dt, hr, source, event_id), rule
LIMIT 100
