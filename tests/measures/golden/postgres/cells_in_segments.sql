SELECT CASE WHEN f.day < %(cut_1)s THEN 0 WHEN f.day < %(cut_2)s THEN 1 ELSE 2 END AS segment, f.measure, c.ancestor, f.dim_kind, f.grade,
  CAST(SUM(f.value) AS BIGINT) AS value, COUNT(*) AS records
FROM facts AS f
JOIN closure AS c ON c.descendant = f.place
WHERE f.measure = ANY(%(measures)s)
  AND f.day >= %(starts)s
  AND f.day < %(ends)s
GROUP BY f.measure, c.ancestor, f.dim_kind, f.grade, segment
