-- Why events did not become rows, by source, in one day.
SELECT reason, source, count(*) AS lines, max(detail) AS an_example
FROM quarantine
WHERE dt = '2026-11-01'
GROUP BY reason, source
ORDER BY lines DESC, reason, source
