-- An event_id twice in its hour: the build keeps one row of each.
SELECT dt, hr, event_id, count(*) AS rows_found
FROM events
WHERE dt IN (:days)
GROUP BY dt, hr, event_id
HAVING count(*) > 1
LIMIT 100
