-- The ten products with the most revenue in the last seven days, out of the mart: no event is read.
SELECT product_id, max(product_name) AS product_name, sum(quantity) AS pieces, sum(revenue) AS revenue
FROM daily_products
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY product_id
ORDER BY revenue DESC, product_id
LIMIT 10
