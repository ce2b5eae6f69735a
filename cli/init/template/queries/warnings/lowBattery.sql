-- Devices whose battery was below 20 percent. What a warning finds stands in the run's report and stops nothing.
SELECT
  dt,
  device_id,
  min(battery) AS battery,
  max(event_time) AS last_seen
FROM device_reading
WHERE dt IN (:days) -- the days that changed: each run fills them in
  AND battery < 20
GROUP BY dt, device_id
ORDER BY battery, dt, device_id
LIMIT 10
