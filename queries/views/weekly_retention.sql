-- Of the visitors who came first in a week, how many came back in each week after. It reads all days of the mart daily_visitors
-- (two columns), and no events: which week is the first can only be told from all. A week begins on Monday.
SELECT
  cohort_week, -- Monday of the week in which these visitors came first
  weeks_later, -- 0 is that week itself, 1 the one after it
  visitors, -- How many of them came in that later week
  max(visitors) OVER (PARTITION BY cohort_week) AS cohort_visitors, -- How many they are
  CAST(visitors AS double) / max(visitors) OVER (PARTITION BY cohort_week) AS retention -- The share that came: 0 to 1
FROM (
  SELECT
    cohort_week,
    date_diff('week', cohort_week, week) AS weeks_later,
    count(*) AS visitors
  FROM (
    SELECT
      visitor,
      week,
      min(week) OVER (PARTITION BY visitor) AS cohort_week
    FROM (
      SELECT DISTINCT visitor, date_trunc('week', CAST(dt AS date)) AS week
      FROM daily_visitors
    ) AS weeks
  ) AS cohorts
  GROUP BY cohort_week, date_diff('week', cohort_week, week)
) AS counted
