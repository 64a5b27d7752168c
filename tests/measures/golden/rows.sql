SELECT f.*
FROM read_parquet($files) AS f
JOIN periods AS p ON f.day >= p.starts AND f.day < p.ends
JOIN closure AS c ON c.descendant = f.place
  AND (c.valid_from IS NULL OR c.valid_from <= f.day)
  AND (c.valid_to IS NULL OR f.day < c.valid_to)
WHERE f.measure IN (SELECT unnest($measures))
  AND c.ancestor IN (SELECT unnest($places))
  AND f.dim_kind IN (SELECT unnest($filter_kind))
  AND f.grade IN (SELECT unnest($grades))
ORDER BY f.day, f.place, f.record_type, f.record, f.grade, f.value
LIMIT $limit OFFSET $offset
