-- Events per day, source and event name: what came in, from how many, and how much of it contradicts the dictionary.
SELECT
  event_name,
  source,
  count(*) AS events,
  count(DISTINCT coalesce(user_id, anonymous_id)) AS visitors,
  count(DISTINCT user_id) AS users,
  count(schema_errors) AS schema_errors,
  dt
FROM events
WHERE dt IN (:days)
GROUP BY event_name, source, dt
