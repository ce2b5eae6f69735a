-- A row that stands in another partition than its event_time says.
SELECT dt, hr, event_id, event_time
FROM events
WHERE dt IN (:days)
  AND (dt <> date_format(event_time, '%Y-%m-%d') OR hr <> date_format(event_time, '%H'))
LIMIT 100
