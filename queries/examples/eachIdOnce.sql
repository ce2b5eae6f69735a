-- Events per day, each id of a source once, also where a retry with another time put it into a second hour. The copy
-- received first stays. The last seven days; one day more is read, because the first copy may stand in it.
WITH copies AS (
  SELECT
    dt,
    event_name,
    row_number() OVER (PARTITION BY source, event_id ORDER BY received_at, dt, hr) AS copy
  FROM events
  WHERE dt >= date_format(current_date - INTERVAL '8' DAY, '%Y-%m-%d')
)
SELECT dt, event_name, count(*) AS events
FROM copies
WHERE copy = 1
  AND dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY dt, event_name
ORDER BY dt, event_name
