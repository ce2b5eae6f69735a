-- A property that has no column of its own, out of the JSON as it was sent.
SELECT json_extract_scalar(properties, '$.theme') AS theme, count(*) AS events
FROM page_view
WHERE dt = '2026-11-01'
GROUP BY json_extract_scalar(properties, '$.theme')
ORDER BY events DESC, theme
