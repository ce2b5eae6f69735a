-- Pieces and revenue per day and product of the completed orders, each once. A line without a quantity is one piece.
-- An order whose id a source has sent in several events counts once: the first received that has lines.
SELECT
  product_id, -- Product identifier of the shop
  max(product_name) AS product_name, -- Name of the product, one of those used that day
  max(category) AS category, -- Category of the product, one of those used that day
  currency, -- ISO 4217 code of the amounts
  count(DISTINCT order_key) AS orders, -- Different orders
  CAST(sum(pieces) AS bigint) AS quantity, -- Pieces
  sum(price * pieces) AS revenue, -- Price times pieces
  dt -- Day of event_time, in the stage's time zone: 2026-11-01
FROM (
  SELECT
    e.dt,
    e.currency,
    e.order_key,
    item.product_id,
    item.product_name,
    item.category,
    item.price,
    coalesce(item.quantity, 1) AS pieces
  FROM (
    SELECT
      :localDay AS dt,
      currency,
      items,
      -- Each source has order ids of its own, as it has event ids.
      concat(source, ' ', coalesce(order_id, event_id)) AS order_key,
      row_number() OVER (
        PARTITION BY :localDay, source, coalesce(order_id, event_id)
        ORDER BY CASE WHEN items IS NULL THEN 1 ELSE 0 END, received_at, event_id
      ) AS place
    FROM events
    WHERE dt IN (:utcDays)
      AND :localDay IN (:days)
      AND event_name = 'order_completed'
  ) AS e
  -- One array a field: whether UNNEST of an array of rows gives its fields or the row as one column differs between
  -- Trino's documentation and Athena's, and an array of plain values means the same everywhere.
  CROSS JOIN UNNEST(
    transform(e.items, i -> i.product_id),
    transform(e.items, i -> i.product_name),
    transform(e.items, i -> i.category),
    transform(e.items, i -> i.price),
    transform(e.items, i -> i.quantity)
  ) AS item (product_id, product_name, category, price, quantity)
  WHERE e.place = 1
) AS lines
WHERE product_id IS NOT NULL
GROUP BY product_id, currency, dt
