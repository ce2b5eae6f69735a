-- Why events did not become rows, by source, in the last seven days.
SELECT reason, source, count(*) AS lines, max(detail) AS an_example
FROM quarantine
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY reason, source
ORDER BY lines DESC, reason, source
