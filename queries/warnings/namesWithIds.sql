-- Event names that seem to hold ids (`view /product/4711`): each makes an event type of its own, so that nobody can count
-- them together. What differs belongs into a property. A row a source and pattern, most names first: twenty names or
-- more in a day that are alike but for their digits and long hexadecimal parts.
WITH names AS (
  SELECT
    dt,
    source,
    event_name,
    regexp_replace(event_name, '[0-9a-fA-F]{8,}|[0-9]+', '#') AS pattern,
    count(*) AS events
  FROM events
  WHERE dt IN (:days)
  GROUP BY dt, source, event_name
)
SELECT
  dt,
  source,
  pattern,
  count(*) AS names,
  sum(events) AS events,
  min(event_name) AS example
FROM names
GROUP BY dt, source, pattern
HAVING count(*) >= 20
ORDER BY names DESC, dt, source, pattern
LIMIT 10
