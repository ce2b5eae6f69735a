-- Orders and revenue per day, source and currency; an order counts once a day. That holds also if its id
-- was sent in several events: the first received that says a revenue counts. An order whose id is missing counts as one of
-- its own.
SELECT
  source, -- Which app sent it
  currency, -- ISO 4217 code of the amounts
  count(*) AS orders, -- Different orders
  -- Different user_id, or anonymous_id where there is none
  count(DISTINCT visitor) AS customers,
  sum(revenue) AS revenue, -- Revenue without shipping and tax
  sum(tax) AS tax, -- Tax
  sum(shipping) AS shipping, -- Shipping
  sum(discount) AS discount, -- Discount
  dt -- Day of event_time, in the stage's time zone: 2026-11-01
FROM (
  SELECT
    :localDay AS dt,
    source,
    currency,
    coalesce(user_id, anonymous_id) AS visitor,
    revenue,
    tax,
    shipping,
    discount,
    row_number() OVER (
      PARTITION BY :localDay, source, coalesce(order_id, event_id)
      ORDER BY CASE WHEN revenue IS NULL THEN 1 ELSE 0 END, received_at, event_id
    ) AS place
  FROM events
  WHERE dt IN (:utcDays)
    AND :localDay IN (:days)
    AND event_name = 'order_completed'
) AS orders
WHERE place = 1
GROUP BY source, currency, dt
