-- Visitors of each day, and how many of them are users whose id is known. It reads two columns of the mart daily_visitors, not
-- events. Say the days: WHERE dt >= '2026-11-01'.
SELECT
  dt, -- Day of event_time, in the stage's time zone: 2026-11-01
  count(DISTINCT visitor) AS visitors, -- Different user_id, or anonymous_id where there is none
  count(DISTINCT user_id) AS users -- Different user_id
FROM daily_visitors
GROUP BY dt
