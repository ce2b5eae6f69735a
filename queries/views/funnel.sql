-- From a page to an order, per day: how many devices came, then looked at a product, then put one into the cart, then ordered.
-- Each step counts after the one before it and within 24 hours of the first page of that day (UTC). Always say the days:
-- WHERE dt >= '2026-11-01'. For each day that reads the day itself and the day after, five columns of events. Where an event
-- has no anonymous_id, its user_id tells the device. Other steps: write other event names here.
WITH seen AS (
  SELECT dt, coalesce(anonymous_id, user_id) AS visitor, event_time, event_name
  FROM events
  WHERE event_name IN ('page_view', 'product_viewed', 'product_added', 'order_completed')
  UNION ALL
  SELECT
    date_format(CAST(dt AS date) - INTERVAL '1' DAY, '%Y-%m-%d') AS dt,
    coalesce(anonymous_id, user_id) AS visitor, event_time, event_name
  FROM events
  WHERE event_name IN ('product_viewed', 'product_added', 'order_completed')
),
-- Each window is of one dt, so that Athena reads only the days that were asked for.
visited AS (
  SELECT
    *,
    min(CASE WHEN event_name = 'page_view' THEN event_time END) OVER (PARTITION BY dt, visitor) AS visited_at
  FROM seen
  WHERE visitor IS NOT NULL
),
viewed AS (
  SELECT
    *,
    min(CASE WHEN event_name = 'product_viewed' AND event_time >= visited_at THEN event_time END)
      OVER (PARTITION BY dt, visitor) AS viewed_at
  FROM visited
  WHERE event_time < visited_at + INTERVAL '24' HOUR
),
added AS (
  SELECT
    *,
    min(CASE WHEN event_name = 'product_added' AND event_time >= viewed_at THEN event_time END)
      OVER (PARTITION BY dt, visitor) AS added_at
  FROM viewed
)
SELECT
  dt, -- Day (UTC) of the first page
  count(DISTINCT visitor) AS visited, -- Devices with a page_view
  count(DISTINCT CASE WHEN viewed_at IS NOT NULL THEN visitor END) AS viewed, -- Of them, with a product_viewed after it
  count(DISTINCT CASE WHEN added_at IS NOT NULL THEN visitor END) AS added, -- Of them, with a product_added after that
  -- Of them, with an order_completed after that
  count(DISTINCT CASE WHEN event_name = 'order_completed' AND event_time >= added_at THEN visitor END) AS ordered
FROM added
GROUP BY dt
