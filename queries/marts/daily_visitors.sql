-- Visitors per day: a row for each, with the first event of the day and where it came from. Retention, first touch and daily
-- active users read it instead of events. Events with neither a user nor a device are left out.
SELECT
  visitor, -- user_id, or anonymous_id where there is none
  max(user_id) AS user_id, -- The sender's id of the user; null for a device whose user is not known
  count(*) AS events, -- Number of events
  min(event_time) AS first_at, -- Time of the first event of the day (UTC)
  max(CASE WHEN place = 1 THEN source END) AS first_source, -- Which app sent the first event
  max(CASE WHEN place = 1 THEN referrer END) AS first_referrer, -- Address of the page before the first one; null without one
  max(CASE WHEN place = 1 THEN page_url END) AS first_page, -- Address of the first page, with its parameters (utm_source …)
  dt -- Day of event_time, in the stage's time zone: 2026-11-01
FROM (
  SELECT
    :localDay AS dt,
    coalesce(user_id, anonymous_id) AS visitor,
    user_id,
    event_time,
    source,
    referrer,
    page_url,
    -- By what is shown of the event, so that the answer is the same in every try without reading its id.
    row_number() OVER (
      PARTITION BY :localDay, coalesce(user_id, anonymous_id)
      ORDER BY event_time, source, page_url, referrer
    ) AS place
  FROM events
  WHERE dt IN (:utcDays)
    AND :localDay IN (:days)
    AND coalesce(user_id, anonymous_id) IS NOT NULL
) AS seen
GROUP BY visitor, dt
