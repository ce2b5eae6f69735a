-- A row without a part of the envelope that every event has.
SELECT dt, hr, event_id, event_name, event_time, received_at, source, schema_version
FROM events
WHERE dt IN (:days)
  AND (event_id IS NULL OR event_id = ''
    OR event_name IS NULL OR event_name = ''
    OR event_time IS NULL
    OR received_at IS NULL
    OR source IS NULL OR source = ''
    OR context IS NULL
    OR properties IS NULL
    OR schema_version IS NULL)
LIMIT 100
