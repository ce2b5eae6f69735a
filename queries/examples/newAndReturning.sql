-- Visitors per day: seen for the first time in the month, or before.
WITH days AS (
  SELECT DISTINCT coalesce(user_id, anonymous_id) AS visitor, dt
  FROM events
  WHERE dt BETWEEN '2026-11-01' AND '2026-11-30'
),
firsts AS (
  SELECT visitor, min(dt) AS first_day
  FROM days
  WHERE visitor IS NOT NULL
  GROUP BY visitor
)
SELECT
  days.dt,
  count(CASE WHEN days.dt = firsts.first_day THEN 1 END) AS new_visitors,
  count(CASE WHEN days.dt > firsts.first_day THEN 1 END) AS returning_visitors
FROM days
JOIN firsts ON firsts.visitor = days.visitor
GROUP BY days.dt
ORDER BY days.dt
