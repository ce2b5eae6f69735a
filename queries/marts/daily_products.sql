-- Pieces and revenue per day and product, out of the lines of the completed orders. A line without a quantity is one piece.
SELECT
  product_id,
  max(product_name) AS product_name,
  max(category) AS category,
  currency,
  count(DISTINCT order_key) AS orders,
  CAST(sum(pieces) AS bigint) AS quantity,
  sum(price * pieces) AS revenue,
  dt
FROM (
  SELECT
    e.dt,
    e.currency,
    coalesce(e.order_id, e.event_id) AS order_key,
    item.product_id,
    item.product_name,
    item.category,
    item.price,
    coalesce(item.quantity, 1) AS pieces
  FROM events e
  CROSS JOIN UNNEST(e.items) AS item (product_id, product_name, category, brand, variant, price, quantity)
  WHERE e.dt IN (:days)
    AND e.event_name = 'order_completed'
) AS lines
WHERE product_id IS NOT NULL
GROUP BY product_id, currency, dt
