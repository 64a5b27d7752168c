SELECT COUNT(*) AS records
FROM facts AS f
JOIN closure AS c ON c.descendant = f.place
  AND (c.valid_from IS NULL OR c.valid_from <= f.day)
  AND (c.valid_to IS NULL OR f.day < c.valid_to)
WHERE f.measure = ANY(%(measures)s)
  AND f.day >= %(starts)s
  AND f.day < %(ends)s
