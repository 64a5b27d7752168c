SELECT CASE WHEN f.day < :cut_1 THEN 0 WHEN f.day < :cut_2 THEN 1 ELSE 2 END AS segment, f.measure, c.ancestor, f.dim_kind, f.grade,
  CAST(SUM(f.value) AS BIGINT) AS value, COUNT(*) AS records
FROM facts AS f
JOIN closure AS c ON c.descendant = f.place
WHERE array_contains(:measures, f.measure)
  AND f.day >= :starts
  AND f.day < :ends
GROUP BY f.measure, c.ancestor, f.dim_kind, f.grade, segment
