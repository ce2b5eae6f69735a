-- Properties that have no column of their own, out of the JSON as it was sent: what visitors search for, and how much they find.
SELECT
  json_extract_scalar(properties, '$.query') AS words,
  count(*) AS searches,
  avg(TRY_CAST(json_extract_scalar(properties, '$.hits') AS double)) AS average_hits
FROM events
WHERE event_name = 'search_performed'
  AND dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY json_extract_scalar(properties, '$.query')
ORDER BY searches DESC, words
