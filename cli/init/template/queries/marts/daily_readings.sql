-- Readings per day and device. A reading that was sent twice counts once.
SELECT
  device_id, -- Serial number of the device
  count(*) AS readings, -- Number of readings
  min(temperature) AS min_temperature, -- Lowest temperature, degrees Celsius
  max(temperature) AS max_temperature, -- Highest temperature, degrees Celsius
  avg(humidity) AS avg_humidity, -- Mean relative humidity in percent
  min_by(battery, event_time) AS first_battery, -- Battery at the first reading, percent
  max_by(battery, event_time) AS last_battery, -- Battery at the last reading, percent
  :localDay AS dt -- Day in the stage's time zone
FROM device_reading
WHERE dt IN (:utcDays)
  AND :localDay IN (:days)
GROUP BY device_id, :localDay
