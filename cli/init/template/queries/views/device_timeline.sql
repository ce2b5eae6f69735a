-- What each device sent, readings and changes of its status, in one place. A view stores nothing: it runs when it is asked.
SELECT
  device_id,
  event_time,
  event_name,
  coalesce(status, 'reading') AS what, -- online, offline, or reading
  temperature,
  battery,
  dt, -- keep dt and hr: who asks with them reads less
  hr
FROM events
WHERE event_name IN ('device_reading', 'device_status')
