-- Events per day, each id of a source once, also where a retry with another time put it into a second hour. The copy
-- received first stays. A day more is read to each side: the first copy may stand in the day before or after.
WITH copies AS (
  SELECT
    dt,
    event_name,
    row_number() OVER (PARTITION BY source, event_id ORDER BY received_at, dt, hr) AS copy
  FROM events
  WHERE dt BETWEEN '2026-10-31' AND '2026-11-08'
)
SELECT dt, event_name, count(*) AS events
FROM copies
WHERE copy = 1
  AND dt BETWEEN '2026-11-01' AND '2026-11-07'
GROUP BY dt, event_name
ORDER BY dt, event_name
