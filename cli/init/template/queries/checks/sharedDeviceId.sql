-- Two temperatures of one device at the same moment: two devices have the same serial number. A row that a check finds
-- fails the run, and the marts of that day wait until somebody has looked.
SELECT
  'sharedDeviceId' AS rule, -- the first column says what is wrong
  dt,
  hr,
  device_id,
  event_time,
  min(event_id) AS event_id,
  min(temperature) AS min_temperature,
  max(temperature) AS max_temperature
FROM device_reading
WHERE dt IN (:days) AND hr IN (:hours) -- the hours that changed: each run fills them in
GROUP BY dt, hr, device_id, event_time
HAVING min(temperature) <> max(temperature)
ORDER BY dt, hr, device_id, event_time
LIMIT 100
