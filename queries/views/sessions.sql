-- Visits: events of one device with at most 30 minutes from each to the next, also across hours and midnight. A visit is of the
-- day (UTC) on which it began. Always say the days: WHERE dt >= '2026-11-01'. For each day that reads the day itself, the last
-- hour of the day before and the day after, six columns of events. Where an event has no anonymous_id, its user_id tells the
-- device; an event with neither is left out. A visit is followed to the end of the day after.
WITH seen AS (
  SELECT
    dt, coalesce(anonymous_id, user_id) AS visitor, event_time, event_name, source, page_url
  FROM events
  UNION ALL
  -- Whether the first event of a day goes on with a visit of the day before.
  SELECT
    date_format(CAST(dt AS date) + INTERVAL '1' DAY, '%Y-%m-%d') AS dt,
    coalesce(anonymous_id, user_id) AS visitor, event_time, event_name, source, page_url
  FROM events
  WHERE hr = '23'
  UNION ALL
  -- How a visit goes on after midnight.
  SELECT
    date_format(CAST(dt AS date) - INTERVAL '1' DAY, '%Y-%m-%d') AS dt,
    coalesce(anonymous_id, user_id) AS visitor, event_time, event_name, source, page_url
  FROM events
),
begun AS (
  -- Each window is of one dt, so that Athena reads only the days that were asked for.
  SELECT
    *,
    CASE
      WHEN lag(event_time) OVER (PARTITION BY dt, visitor ORDER BY event_time) >= event_time - INTERVAL '30' MINUTE THEN 0
      ELSE 1
    END AS begins
  FROM seen
  WHERE visitor IS NOT NULL
),
numbered AS (
  SELECT
    *,
    sum(begins) OVER (PARTITION BY dt, visitor ORDER BY event_time) AS visit
  FROM begun
)
SELECT
  visitor, -- anonymous_id, or user_id where there is none
  min(event_time) AS started_at, -- Time of the first event (UTC)
  max(event_time) AS ended_at, -- Time of the last event (UTC)
  date_diff('second', min(event_time), max(event_time)) AS seconds, -- From the first event to the last
  count(*) AS events, -- Number of events
  count_if(event_name = 'page_view') AS pages, -- Number of page views
  count_if(event_name = 'order_completed') AS orders, -- Number of order_completed events
  min_by(source, event_time) AS source, -- Which app sent the first event
  min_by(page_url, event_time) AS first_page, -- Address of the page of the first event
  dt -- Day (UTC) on which the visit began: 2026-11-01
FROM numbered
GROUP BY dt, visitor, visit
HAVING date_format(min(event_time), '%Y-%m-%d') = dt
