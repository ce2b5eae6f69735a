-- Orders and revenue per day, source and currency. An order whose id is missing counts as one of its own.
SELECT
  source,
  currency,
  count(DISTINCT coalesce(order_id, event_id)) AS orders,
  count(DISTINCT coalesce(user_id, anonymous_id)) AS customers,
  sum(revenue) AS revenue,
  sum(tax) AS tax,
  sum(shipping) AS shipping,
  sum(discount) AS discount,
  dt
FROM events
WHERE dt IN (:days)
  AND event_name = 'order_completed'
GROUP BY source, currency, dt
