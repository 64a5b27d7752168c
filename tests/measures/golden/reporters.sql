SELECT DISTINCT f.measure, c.ancestor, p.period
FROM read_parquet($files) AS f
JOIN periods AS p ON f.day >= p.starts AND f.day < p.ends
JOIN closure AS c ON c.descendant = f.place
  AND (c.valid_from IS NULL OR c.valid_from <= f.day)
  AND (c.valid_to IS NULL OR f.day < c.valid_to)
WHERE f.measure IN (SELECT unnest($measures))
  AND c.ancestor IN (SELECT unnest($places))
ORDER BY f.measure, c.ancestor, p.period
