-- Visitors per day: seen for the first time in the last 30 days, or before.
WITH days AS (
  SELECT DISTINCT coalesce(user_id, anonymous_id) AS visitor, dt
  FROM events
  WHERE dt >= date_format(current_date - INTERVAL '30' DAY, '%Y-%m-%d')
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
