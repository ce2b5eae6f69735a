-- Orders and revenue per day, source and currency. An order counts once, also if its id was sent in several events: the
-- first received that says a revenue. An order whose id is missing counts as one of its own.
SELECT
  source,
  currency,
  count(*) AS orders,
  count(DISTINCT visitor) AS customers,
  sum(revenue) AS revenue,
  sum(tax) AS tax,
  sum(shipping) AS shipping,
  sum(discount) AS discount,
  dt
FROM (
  SELECT
    dt,
    source,
    currency,
    coalesce(user_id, anonymous_id) AS visitor,
    revenue,
    tax,
    shipping,
    discount,
    row_number() OVER (
      PARTITION BY dt, source, coalesce(order_id, event_id)
      ORDER BY CASE WHEN revenue IS NULL THEN 1 ELSE 0 END, received_at, event_id
    ) AS place
  FROM events
  WHERE dt IN (:days)
    AND event_name = 'order_completed'
) AS orders
WHERE place = 1
GROUP BY source, currency, dt
