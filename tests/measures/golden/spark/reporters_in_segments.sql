SELECT CASE WHEN f.day < :cut_1 THEN 0 ELSE 1 END AS segment, f.measure, c.number
FROM facts AS f
JOIN closure AS c ON c.descendant = f.place
WHERE array_contains(:measures, f.measure)
  AND f.day >= :starts
  AND f.day < :ends
GROUP BY f.measure, c.number, segment
