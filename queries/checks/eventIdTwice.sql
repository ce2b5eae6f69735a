-- An event_id of a source twice in its hour: the build keeps one row of each.
SELECT dt, hr, source, event_id, count(*) AS rows_found
FROM events
WHERE dt IN (:days)
GROUP BY dt, hr, source, event_id
HAVING count(*) > 1
LIMIT 100
