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
  -- One array a field: whether UNNEST of an array of rows gives its fields or the row as one column differs between
  -- Trino's documentation and Athena's, and an array of plain values means the same everywhere.
  CROSS JOIN UNNEST(
    transform(e.items, i -> i.product_id),
    transform(e.items, i -> i.product_name),
    transform(e.items, i -> i.category),
    transform(e.items, i -> i.price),
    transform(e.items, i -> i.quantity)
  ) AS item (product_id, product_name, category, price, quantity)
  WHERE e.dt IN (:days)
    AND e.event_name = 'order_completed'
) AS lines
WHERE product_id IS NOT NULL
GROUP BY product_id, currency, dt
