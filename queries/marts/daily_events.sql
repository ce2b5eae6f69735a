-- Events per day, source and event name. What came in, from how many, and how much of it contradicts the column catalog.
SELECT
  event_name, -- What happened
  source, -- Which app sent it
  count(*) AS events, -- Number of events
  -- Different user_id, or anonymous_id where there is none
  count(DISTINCT coalesce(user_id, anonymous_id)) AS visitors,
  count(DISTINCT user_id) AS users, -- Different user_id
  count(schema_errors) AS schema_errors, -- Events with a property that contradicts its column
  :localDay AS dt -- Day of event_time, in the stage's time zone: 2026-11-01
FROM events
WHERE dt IN (:utcDays)
  AND :localDay IN (:days)
GROUP BY event_name, source, :localDay
