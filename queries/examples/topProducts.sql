-- The ten products with the most revenue in a week, out of the mart: no event is read.
SELECT product_id, max(product_name) AS product_name, sum(quantity) AS pieces, sum(revenue) AS revenue
FROM daily_products
WHERE dt BETWEEN '2026-11-01' AND '2026-11-07'
GROUP BY product_id
ORDER BY revenue DESC, product_id
LIMIT 10
