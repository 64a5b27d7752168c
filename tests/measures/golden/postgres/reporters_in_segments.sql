SELECT CASE WHEN f.day < %(cut_1)s THEN 0 ELSE 1 END AS segment, f.measure, c.number
FROM facts AS f
JOIN closure AS c ON c.descendant = f.place
WHERE f.measure = ANY(%(measures)s)
  AND f.day >= %(starts)s
  AND f.day < %(ends)s
GROUP BY f.measure, c.number, segment
