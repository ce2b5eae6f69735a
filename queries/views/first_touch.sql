-- Where each visitor came from at first: a row for each, ever seen. It reads all days of the mart daily_visitors, and no events:
-- which day is the first can only be told from all. Say first_day in WHERE to see those who came then.
SELECT
  visitor, -- user_id, or anonymous_id where there is none
  dt AS first_day, -- First day of the visitor, in the stage's time zone: 2026-11-01
  first_at, -- Time of the first event (UTC)
  first_source, -- Which app sent the first event
  first_referrer, -- Address of the page before the first one; null without one
  first_page, -- Address of the first page, with its parameters
  url_extract_parameter(first_page, 'utm_source') AS utm_source, -- The parameter of the first page
  url_extract_parameter(first_page, 'utm_campaign') AS utm_campaign -- The parameter of the first page
FROM (
  SELECT
    *,
    row_number() OVER (PARTITION BY visitor ORDER BY dt) AS place
  FROM daily_visitors
) AS days
WHERE place = 1
