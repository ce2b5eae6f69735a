-- An event more than an hour ahead of the time it was received: the door refuses those.
SELECT dt, hr, event_id, event_time, received_at
FROM events
WHERE dt IN (:days)
  AND event_time > received_at + INTERVAL '1' HOUR
LIMIT 100
