SELECT COUNT(*) AS records
FROM read_parquet($files) AS f
JOIN closure AS c ON c.descendant = f.place
  AND (c.valid_from IS NULL OR c.valid_from <= f.day)
  AND (c.valid_to IS NULL OR f.day < c.valid_to)
WHERE f.measure IN (SELECT unnest($measures))
  AND f.day >= $starts
  AND f.day < $ends
