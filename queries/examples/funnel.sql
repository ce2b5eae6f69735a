-- From looking at a product to an order, by visitor, in the last seven days.
SELECT
  count(DISTINCT CASE WHEN event_name = 'product_viewed' THEN coalesce(user_id, anonymous_id) END) AS viewed,
  count(DISTINCT CASE WHEN event_name = 'product_added' THEN coalesce(user_id, anonymous_id) END) AS added,
  count(DISTINCT CASE WHEN event_name = 'checkout_started' THEN coalesce(user_id, anonymous_id) END) AS at_checkout,
  count(DISTINCT CASE WHEN event_name = 'order_completed' THEN coalesce(user_id, anonymous_id) END) AS ordered
FROM events
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
