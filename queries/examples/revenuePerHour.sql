-- Revenue and orders per hour of a day. The view has the columns of one event type only.
SELECT hr, currency, count(*) AS orders, sum(revenue) AS revenue
FROM order_completed
WHERE dt = '2026-11-01'
GROUP BY hr, currency
ORDER BY hr, currency
