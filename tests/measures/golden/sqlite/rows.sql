SELECT f.*
FROM facts AS f
JOIN closure AS c ON c.descendant = f.place
  AND (c.valid_from IS NULL OR c.valid_from <= f.day)
  AND (c.valid_to IS NULL OR f.day < c.valid_to)
WHERE f.measure IN (SELECT value FROM json_each(:measures))
  AND f.day >= :starts
  AND f.day < :ends
  AND f.dim_kind IN (SELECT value FROM json_each(:filter_kind))
  AND f.grade IN (SELECT value FROM json_each(:grades))
ORDER BY f.day, f.place, f.record_type, f.record, f.grade, f.value
LIMIT :limit OFFSET :offset
