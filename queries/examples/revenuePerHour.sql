-- Revenue and orders per hour of the day, over the last seven days. The view has the columns of one event type only.
SELECT hr, currency, count(*) AS orders, sum(revenue) AS revenue
FROM order_completed
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY hr, currency
ORDER BY hr, currency
